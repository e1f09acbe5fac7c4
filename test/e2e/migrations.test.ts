import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {temporaryFolder} from '../lab/after.js';
import {appendEntry, makeSession, migrate} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {expectExit, generations, quickHub, runJson} from './support.js';
import {verifyJson} from './verifying.js';

/*
 * What pi really does to a file. `*-before.jsonl` are sessions as the lab makes them, with what else those versions knew;
 * `*-after.jsonl` is what `SessionManager.open` of @mariozechner/pi-coding-agent 0.58.3 made of them, in place.
 */
const recorded = (name: string) => readFileSync(path.join(import.meta.dirname, '../lab/pi-files', `${name}.jsonl`));

interface Listed {
	readonly spokes: ReadonlyArray<{
		readonly sessions: ReadonlyArray<{
			readonly path: string;
			readonly story: string | null;
			readonly held: {readonly bytes: number} | null;
			readonly generations: ReadonlyArray<{readonly sha256: string; readonly bytes: number; readonly why: string}>;
		}>;
	}>;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** As pi writes: over the same file. */
function overwrite(file: string, content: Buffer): void {
	const {ino} = statSync(file);
	writeFileSync(file, content, {flag: 'r+'});
	truncateSync(file, content.length);
	assert.equal(statSync(file).ino, ino);
}

test('sessions that pi migrates in place become current, and every byte from before stays', async t => {
	const spoke = await startSpoke({scope: t});
	const folder = path.join(spoke.sessionsDir, '--home-will-api--');
	mkdirSync(folder);
	const names = {v1: 'v1', v2: 'v2', over: 'started-over'};
	const nameOf = (name: string) => {
		const id = /"id":"([^"]+)"/.exec(recorded(`${name}-before`).toString())![1];
		return `--home-will-api--/2026-01-24T09-26-13-318Z_${id}.jsonl`;
	};
	const before = new Map(Object.values(names).map(name => [nameOf(name), recorded(`${name}-before`)]));
	const after = new Map(Object.values(names).map(name => [nameOf(name), recorded(`${name}-after`)]));
	// One of several chunks, by the documented format: pi's own generator makes no long sessions without a model.
	const long = makeSession({seed: 21, version: 1, bytes: 400_000});
	before.set(long.path, Buffer.from(long.text));
	for (const [name, bytes] of before) writeFileSync(path.join(spoke.sessionsDir, name), bytes);
	const hub = await quickHub(t, {spokes: [spoke]});
	const {laptop: first} = await runJson(hub, [], 0);
	assert.equal(first?.files.new, 4);
	for (const [name, bytes] of after) overwrite(path.join(spoke.sessionsDir, name), bytes);
	await migrate(path.join(spoke.sessionsDir, long.path));
	after.set(long.path, readFileSync(path.join(spoke.sessionsDir, long.path)));

	const started = Date.now();
	const {laptop} = await runJson(hub, [], 3);
	assert.ok(Date.now() - started >= 2000, 'it looked twice');
	assert.deepEqual([laptop?.files.held, laptop?.files.listed], [1, 4]);
	for (const [name, bytes] of after) {
		const expected = name === nameOf(names.over) ? before.get(name)! : bytes;
		assert.ok(readFileSync(path.join(hub.synced('laptop'), name)).equals(expected), name);
	}

	const {spokes} = (await expectExit(hub, ['sync', 'generations', 'laptop', '--json'], 0)).json<Listed>();
	const sessions = new Map(spokes[0]!.sessions.map(session => [session.path, session]));
	for (const [name, from] of [
		[nameOf(names.v1), 'v1'],
		[nameOf(names.v2), 'v2'],
		[long.path, 'v1'],
	] as const) {
		const {story, generations: kept, held} = sessions.get(name)!;
		assert.deepEqual([story, held], [`pi migrated it from ${from} to v3`, null]);
		const bytes = before.get(name)!;
		assert.deepEqual(
			kept.map(({sha256: hash, bytes: length, why}) => [hash, length, why]),
			[[sha256(bytes), bytes.length, 'rewritten']],
		);
		assert.ok(generations(hub, 'laptop').some(one => one.equals(bytes)));
	}

	assert.equal(sessions.get(nameOf(names.over))?.story, 'pi before 0.80.3 started this file over');

	const {findings, proof} = (await verifyJson(hub, ['--deep'], 3)).of.laptop!;
	assert.deepEqual([proof.isAllHere, proof.sessions, proof.generations], [true, 4, 3]);
	const told = findings.map(({kind, severity, path: name}) => `${severity} ${kind} ${name}`).sort();
	assert.deepEqual(
		told.filter(line => !line.includes(nameOf(names.over))),
		[],
		'nothing is wrong with what was migrated',
	);
	assert.ok(told.includes(`look hub-larger ${nameOf(names.over)}`), told.join('\n'));

	for (const name of [nameOf(names.v1), nameOf(names.v2), long.path]) {
		await appendEntry(path.join(spoke.sessionsDir, name));
	}

	const {laptop: grown} = await runJson(hub, [], 3);
	assert.equal(grown?.files.extended, 3, 'after that they only grow');
});

test('the lab migrates as pi does, up to the entries’ own ids', async (t: TestContext) => {
	const {path: folder} = await temporaryFolder(t);
	const file = path.join(folder, 'v1.jsonl');
	writeFileSync(file, recorded('v1-before'));
	utimesSync(file, 1, 1);
	await migrate(file);
	const entries = (bytes: Buffer) =>
		bytes
			.toString()
			.split('\n')
			.filter(line => line !== '')
			.map(line => JSON.parse(line) as Record<string, unknown>);
	const [ours, theirs] = [entries(readFileSync(file)), entries(recorded('v1-after'))];
	assert.equal(ours.length, theirs.length);
	for (const [at, entry] of ours.entries()) {
		assert.deepEqual(
			[entry.type, entry.version, entry.message],
			[theirs[at]!.type, theirs[at]!.version, theirs[at]!.message],
		);
		assert.equal(entry.parentId === null, theirs[at]!.parentId === null);
	}
});
