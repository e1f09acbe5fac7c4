import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import {DatabaseSync} from 'node:sqlite';
import test, {type TestContext} from 'node:test';
import {isDamage, suspicionOf} from '../../../source/sync/store/damage.js';
import type {LedgerEntry} from '../../../source/sync/store/ledger-rows.js';
import {damagedDatabases} from '../../../source/sync/store/set-aside.js';
import {Store} from '../../../source/sync/store/store.js';
import {temporaryFolder} from '../../lab/after.js';
import {canMount, mountSmall} from '../../lab/mounts.js';

function entry(path: string): LedgerEntry {
	const times = {firstAt: 10, lastAt: 10, sourceSize: undefined, sourceMtimeMs: undefined, since: undefined};
	return {path, length: 4, sha256: 'ab', ...times};
}

/** A database of some hundred pages, closed. */
async function filled(t: TestContext) {
	const {path: folder} = await temporaryFolder(t);
	const file = `${folder}/sync.db`;
	const store = await Store.open(file);
	const paths = Array.from({length: 8000}, (_, at) => `--home-will-p--/2026-01-24T0${at % 10}_${at}.jsonl`);
	store.transaction(() => store.ledger.put('laptop', paths.map(entry)));
	store.close();
	return {folder, file, paths};
}

/** Damages pages in the middle, past what opening the file reads. */
function rot(file: string): void {
	const {size} = fs.statSync(file);
	const fd = fs.openSync(file, 'r+');
	for (let at = size / 2; at < size - 4096; at += 4096) fs.writeSync(fd, Buffer.alloc(512, 0xff), 0, 512, at);
	fs.closeSync(fd);
}

function check(store: Store): void {
	store.transaction(() => store.ledger.put('laptop', [entry('a')]));
	assert.equal(store.ledger.all('laptop').size, 1);
	store.close();
}

const garbage: Readonly<Record<string, (whole: Buffer) => Buffer>> = {
	text: () => Buffer.from('this is no database\n'.repeat(500)),
	'a few bytes': () => Buffer.from('junk'),
	zeros: () => Buffer.alloc(8192),
	'a damaged first page': whole => Buffer.concat([Buffer.alloc(16, 7), whole.subarray(16)]),
	'half of itself': whole => whole.subarray(0, whole.length / 2),
	'a damaged list of tables': whole =>
		Buffer.concat([whole.subarray(0, 100), Buffer.alloc(3996, 0xff), whole.subarray(4096)]),
};

for (const [what, make] of Object.entries(garbage)) {
	test(`${what} in the place of the database is set aside as it is, and a new one made`, async t => {
		const {folder, file} = await filled(t);
		const bytes = make(fs.readFileSync(file));
		fs.writeFileSync(file, bytes);
		const store = await Store.open(file);
		assert.match(store.setAside ?? '', /\/sync\.db\.damaged-\d{8}T\d{9}Z$/);
		assert.deepEqual(damagedDatabases(folder), [store.setAside]);
		assert.ok(fs.readFileSync(store.setAside!).equals(bytes), 'not one byte of it is lost');
		check(store);
		const again = await Store.open(file);
		t.after(() => again.close());
		assert.deepEqual([again.setAside, again.ledger.all('laptop').size], [undefined, 1]);
		assert.deepEqual(damagedDatabases(folder).length, 1);
		const left = fs.readdirSync(folder).filter(name => /mending|suspect|late/.test(name));
		assert.deepEqual(left, []);
	});
}

test('damage deep inside is noticed by whoever meets it; the next start sets the file aside with what belongs to it', async t => {
	const {folder, file} = await filled(t);
	rot(file);
	const store = await Store.open(file);
	assert.equal(store.setAside, undefined, 'a start does not read all of it');
	assert.throws(
		() => store.ledger.all('laptop'),
		(error: Error) => isDamage(error) && /is damaged \(.*\); the next command sets it aside/.test(error.message),
	);
	assert.ok(fs.existsSync(suspicionOf(file)));
	// Another process may still have it open, with all that SQLite keeps beside it.
	const other = await Store.open(file);
	assert.ok(other.setAside);
	assert.ok(fs.existsSync(`${other.setAside}-wal`) && fs.existsSync(`${other.setAside}-shm`));
	store.facts.patch('laptop', {failures: 1});
	store.close();
	check(other);
	assert.deepEqual(damagedDatabases(folder), [other.setAside]);
	const again = await Store.open(file);
	t.after(() => again.close());
	assert.equal(again.ledger.all('laptop').size, 1, 'what the other did to its own file touches nothing here');
});

test('a suspicion without damage costs nothing', async t => {
	const {folder, file, paths} = await filled(t);
	fs.writeFileSync(suspicionOf(file), '');
	const store = await Store.open(file);
	t.after(() => store.close());
	assert.deepEqual([store.setAside, damagedDatabases(folder)], [undefined, []]);
	assert.equal(store.ledger.all('laptop').size, paths.length);
	assert.ok(!fs.existsSync(suspicionOf(file)));
});

test('processes that start at once on a damaged file set it aside once, and all of them work', async t => {
	const {folder, file} = await filled(t);
	const url = new URL('../../../source/sync/store/store.ts', import.meta.url).href;
	const script = `const {Store} = await import(${JSON.stringify(url)}); process.stdout.write('r'); process.stdin.once('data', async () => {
		const s = await Store.open(process.argv[1]); s.facts.patch('p' + process.pid, {failures: 1}); s.close(); process.exit(0); });`;
	for (const damage of [() => fs.writeFileSync(file, 'garbage'.repeat(3000)), () => rot(file)]) {
		const aside = damagedDatabases(folder).length;
		damage();
		fs.writeFileSync(suspicionOf(file), '');
		const argv = ['--import', 'tsx', '--input-type=module', '-e', script, file];
		const children = Array.from({length: 4}, () => spawn(process.execPath, argv, {stdio: ['pipe', 'pipe', 'inherit']}));
		await Promise.all(children.map(async child => once(child.stdout, 'data')));
		const ended = children.map(async child => (await once(child, 'exit'))[0] as number);
		for (const child of children) child.stdin.end('go\n');
		assert.deepEqual(await Promise.all(ended), [0, 0, 0, 0]);
		assert.equal(damagedDatabases(folder).length, aside + 1);
		const store = await Store.open(file);
		for (const {pid} of children) assert.equal(store.facts.get(`p${pid}`).failures, 1, 'they share the new file');
		store.transaction(() =>
			store.ledger.put(
				'laptop',
				Array.from({length: 8000}, (_, at) => entry(`p/${at}.jsonl`)),
			),
		);
		store.close();
	}
});

test('killed at any moment of setting it aside, the next start finishes it', async t => {
	for (const moved of [[], ['-shm'], ['-shm', '-wal']]) {
		const {folder, file} = await filled(t);
		const garbled = Buffer.from('garbage'.repeat(3000));
		fs.writeFileSync(file, garbled);
		for (const end of ['-wal', '-shm']) fs.writeFileSync(`${file}${end}`, `old ${end}`);
		for (const end of moved) fs.renameSync(`${file}${end}`, `${file}.damaged-20260101T000000000Z${end}`);
		fs.writeFileSync(`${file}.mending`, '');
		fs.writeFileSync(suspicionOf(file), '');
		const store = await Store.open(file);
		assert.ok(fs.readFileSync(store.setAside!).equals(garbled));
		for (const end of moved)
			assert.equal(fs.readFileSync(`${file}.damaged-20260101T000000000Z${end}`, 'utf8'), `old ${end}`);
		assert.deepEqual(damagedDatabases(folder), [store.setAside]);
		check(store);
	}
});

test('in a folder that cannot be written a damaged file stays, and both reasons are said', async t => {
	if (!canMount()) return t.skip('needs a filesystem of its own');
	const mount = await mountSmall(4 << 20, t);
	const file = `${mount.path}/sync.db`;
	fs.writeFileSync(file, 'garbage'.repeat(3000));
	mount.setReadOnly();
	await assert.rejects(Store.open(file), (error: Error) => {
		assert.ok(isDamage(error));
		assert.match(error.message, /file is not a database; it cannot be moved aside: /);
		return true;
	});
	assert.deepEqual(fs.readdirSync(mount.path), ['sync.db']);
	mount.setWritable();
	check(await Store.open(file));
});

test('a file of a newer version is refused and never moved, not even under suspicion', async t => {
	const {folder, file} = await filled(t);
	const raw = new DatabaseSync(file);
	raw.exec('PRAGMA user_version = 99');
	raw.close();
	const names = fs.readdirSync(folder);
	for (const isSuspected of [false, true]) {
		if (isSuspected) fs.writeFileSync(suspicionOf(file), '');
		await assert.rejects(Store.open(file), /newer pi-brain-tui \(format 99/);
	}

	fs.rmSync(suspicionOf(file));
	assert.deepEqual(
		fs.readdirSync(folder).filter(name => !/-(wal|shm)$/.test(name)),
		names,
	);
});
