import assert from 'node:assert/strict';
import {readdir, readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {gzipSync} from 'node:zlib';
import {temporaryFolder} from './after.js';
import {appendEntry, flipByte, generateTree, makeSession, migrate, shrink, writeSession} from './sessions.js';

test('the same seed gives the same session, named as pi names it', () => {
	const made = makeSession({seed: 3, bytes: 20_000});
	assert.deepEqual(makeSession({seed: 3, bytes: 20_000}), made);
	assert.notEqual(makeSession({seed: 4, bytes: 20_000}).text, made.text);
	assert.match(made.path, /^--home-will-api--\/2026-01-24T[\d-]+Z_[\da-f-]{36}\.jsonl$/);
	const lines = made.text
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as Record<string, unknown>);
	assert.deepEqual([lines[0]?.type, lines[0]?.version, lines[0]?.id], ['session', 3, made.id]);
	assert.equal(lines[2]?.parentId, lines[1]?.id);
});

test('a tree has as many sessions and roughly as many bytes as asked for, and compresses like text', async t => {
	const {path: root} = await temporaryFolder(t);
	const tree = generateTree(root, {sessions: 200, bytes: 8_000_000, projects: 7});
	assert.equal(new Set(tree.paths).size, 200);
	assert.equal((await readdir(root)).length, 7);
	assert.ok(tree.bytes > 6_000_000 && tree.bytes < 10_000_000, `${tree.bytes} bytes`);
	const all = Buffer.concat(await Promise.all(tree.paths.map(async name => readFile(path.join(root, name)))));
	const ratio = all.length / gzipSync(all).length;
	assert.ok(ratio > 2 && ratio < 6, `compresses by ${ratio}`);
});

test('a migration keeps the inode and the id and changes the rest', async t => {
	const {path: root} = await temporaryFolder(t);
	const {file, id} = await writeSession(root, {version: 1, bytes: 9000});
	await appendEntry(file, {isTorn: true});
	const before = await stat(file);
	await migrate(file);
	const lines = (await readFile(file, 'utf8'))
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as Record<string, unknown>);
	assert.equal((await stat(file)).ino, before.ino);
	assert.deepEqual([lines[0]?.id, lines[0]?.version], [id, 3]);
	assert.match(String(lines.at(-1)?.id), /^[\da-f]{8}$/);
});

test('what grows grows, what shrinks shrinks, and a flipped byte shows neither in size nor in time', async t => {
	const {path: root} = await temporaryFolder(t);
	const {file, size} = await writeSession(root);
	const added = await appendEntry(file);
	assert.equal((await stat(file)).size, size + Buffer.byteLength(added));
	const [content, before] = [await readFile(file), await stat(file)];
	await flipByte(file);
	const after = await stat(file);
	assert.deepEqual([after.size, Math.round(after.mtimeMs)], [before.size, Math.round(before.mtimeMs)]);
	assert.equal((await readFile(file)).equals(content), false);
	await shrink(file);
	assert.equal((await stat(file)).size, Math.floor(before.size / 2));
});
