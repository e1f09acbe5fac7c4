import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import fc from 'fast-check';
import '../../lab/seed.js';
import {conflictCopies, conflictName} from '../../../source/sync/conflicts/copies.js';
import {pairFindings} from '../../../source/sync/conflicts/findings.js';
import {
	countPairs,
	findPairs,
	type PairMember,
	recountPairs,
	rememberedPairs,
	type SessionPair,
} from '../../../source/sync/conflicts/pairs.js';
import {acknowledgedBy, relate} from '../../../source/sync/conflicts/relate.js';
import {chunkBytes} from '../../../source/sync/guard/chunks.js';
import {listSessions} from '../../../source/sync/sessions/held.js';
import {Store} from '../../../source/sync/store/store.js';
import {temporaryFolder} from '../../lab/after.js';
import {appendEntry, type LabSession, writeSession} from '../../lab/sessions.js';
import {hubConfig} from '../guard/world.js';
import {localSpoke} from '../methods/spokes.js';

async function lab(t: TestContext, excludePatterns: readonly string[] = []) {
	const {path: root} = await temporaryFolder(t);
	const spokes = ['laptop', 'server'].map(name =>
		localSpoke(`${root}/${name}`, {name, path: `${root}/hub/synced/${name}`, excludePatterns}),
	);
	const config = hubConfig(root, spokes);
	const store = await Store.open(`${config.databaseDir}/sync.db`);
	t.after(() => store.close());
	const [laptop, server] = spokes.map(({path: place}) => place) as [string, string];
	return {
		config,
		store,
		own: config.sessionsDir,
		laptop,
		server,
		/** Brings the stored index up to the disk. */
		async index() {
			for (const place of [config.sessionsDir, laptop, server]) {
				await listSessions(store, place, [], false, AbortSignal.timeout(60_000));
			}

			store.flush();
		},
	};
}

/** Copies a session below another root, under the same path unless told. */
function copyTo(session: LabSession, root: string, below = session.path): string {
	const file = path.join(root, below);
	fs.mkdirSync(path.dirname(file), {recursive: true});
	fs.copyFileSync(session.file, file);
	return file;
}

const where = ({computer, path: below}: PairMember) => `${computer}:${path.basename(below)}`;

test('the same id on two computers, and twice in one folder, is a pair; other sessions are none', async t => {
	const {config, store, own, laptop, server, index} = await lab(t);
	const [both, twice] = [await writeSession(laptop, {seed: 1}), await writeSession(server, {seed: 2})];
	await writeSession(own, {seed: 3});
	copyTo(both, own);
	copyTo(twice, server, 'copy/again.jsonl');
	await index();
	const pairs = findPairs({store, config});
	assert.deepEqual(
		new Map(pairs.map(({id, members}) => [id, members.map(where)])),
		new Map([
			[both.id, [`atlas:${path.basename(both.path)}`, `laptop:${path.basename(both.path)}`]],
			[twice.id, [`server:${path.basename(twice.path)}`, 'server:again.jsonl']],
		]),
	);
	const counts = {pairs: 2, acrossComputers: 1, surplus: 2, bySpoke: {laptop: 1, server: 1}};
	assert.deepEqual(countPairs(pairs), counts);
	assert.equal(rememberedPairs({store, config}), undefined);
	recountPairs({store, config});
	store.flush();
	assert.deepEqual(rememberedPairs({store, config}), counts);
	// Counts of other folders say nothing of these.
	assert.equal(rememberedPairs({store, config: {...config, sessionsDir: `${own}-moved`}}), undefined);
});

test('a hub known to have no pair is not looked through again, until a session or a conflict copy comes', async t => {
	const {config, store, laptop, server, index} = await lab(t);
	const session = await writeSession(laptop, {seed: 1});
	await index();
	recountPairs({store, config});
	store.flush();
	assert.ok(store.pairs.isAlone());
	const copy = copyTo(session, server);
	await index();
	assert.ok(!store.pairs.isAlone());
	assert.equal(recountPairs({store, config}).pairs, 1);
	store.flush();
	assert.ok(!store.pairs.isAlone(), 'there is one');
	fs.renameSync(copy, copy.replace('.jsonl', '.sync-conflict-20260101-000000-ABCDEFG.jsonl'));
	await index();
	assert.equal(recountPairs({store, config}).pairs, 0);
	store.flush();
	assert.equal(conflictCopies({store, config}).length, 1);
});

test('what exclude_patterns leave out makes no pair', async t => {
	const {config, store, laptop, server, index} = await lab(t, ['copy/']);
	copyTo(await writeSession(laptop, {seed: 1}), server, 'copy/one.jsonl');
	await index();
	assert.deepEqual(findPairs({store, config}), []);
});

test('of a prefix and its extension the longer is current; of two that parted the one with the latest entry, all kept', async t => {
	const {config, store, laptop, server, index} = await lab(t);
	const session = await writeSession(laptop, {seed: 1, bytes: 3 * chunkBytes});
	const other = copyTo(session, server);
	const members = async () => {
		await index();
		return findPairs({store, config})[0]!.members;
	};

	assert.equal((await relate(await members()))?.kind, 'identical');
	await appendEntry(other);
	const longer = await relate(await members());
	assert.deepEqual(
		[longer?.kind, longer?.current.computer, longer?.others[0]?.shared],
		['prefix', 'server', session.size],
	);
	// Appended later, with an earlier time: the clock of its computer counts, not the size and not the mtime.
	const late = {
		type: 'message',
		id: 'ffff',
		parentId: null,
		timestamp: '2030-01-01T00:00:00.000Z',
		message: {role: 'user'},
	};
	fs.appendFileSync(session.file, `${JSON.stringify(late)}\n`);
	const parted = await relate(await members());
	assert.deepEqual([parted?.kind, parted?.current.computer], ['diverged', 'laptop']);
	// The two entries begin alike.
	assert.ok(parted!.others[0]!.shared > session.size && parted!.others[0]!.shared < session.size + 60);
	assert.ok(fs.existsSync(other) && fs.existsSync(session.file));
	const gone = await members();
	fs.rmSync(other);
	assert.equal(await relate(gone), undefined);
});

test('the ledger’s hashes tell the same as the bytes, and save reading them', async t => {
	const {path: folder} = await temporaryFolder(t);
	const store = await Store.open(`${folder}/sync.db`);
	t.after(() => store.close());
	const {createHash} = await import('node:crypto');
	const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
	const put = (spoke: string, bytes: Buffer): PairMember => {
		const root = `${folder}/${spoke}`;
		fs.mkdirSync(root, {recursive: true});
		fs.writeFileSync(`${root}/s.jsonl`, bytes);
		const {mtimeMs} = fs.statSync(`${root}/s.jsonl`);
		return {computer: spoke, spoke, root, path: 's.jsonl', bytes: bytes.length, mtimeMs, lastEntryAt: 1};
	};

	const known = (members: ReadonlyArray<readonly [PairMember, Buffer]>) => (member: PairMember) => {
		const bytes = members.find(([{computer}]) => computer === member.computer)![1];
		const hashes = Array.from({length: Math.ceil(bytes.length / chunkBytes)}, (_, index) =>
			sha(bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes)),
		);
		return {
			length: bytes.length,
			sha256: sha(bytes).toString('hex'),
			sourceMtimeMs: member.mtimeMs,
			chunks: Buffer.concat(hashes),
		};
	};

	const size = fc.oneof(fc.integer({min: 0, max: 3 * chunkBytes}), fc.constantFrom(chunkBytes, 2 * chunkBytes));
	await fc.assert(
		fc.asyncProperty(size, size, fc.option(fc.integer({min: 0, max: 3 * chunkBytes})), async (one, other, flip) => {
			const bytes = Buffer.alloc(3 * chunkBytes, 'abcdefg');
			const [a, b] = [bytes.subarray(0, one), Buffer.from(bytes.subarray(0, other))];
			if (flip !== null && flip < b.length) b[flip] = 0;
			const sides = [
				[put('one', a), a],
				[put('two', b), b],
			] as const;
			const members = sides.map(([member]) => member);
			const plain = await relate(members);
			assert.deepEqual(await relate(members, {known: known(sides)}), plain);
		}),
		{numRuns: 60},
	);
	const entry = {
		path: 's.jsonl',
		length: 3,
		sha256: 'x',
		firstAt: 1,
		lastAt: 1,
		sourceSize: 3,
		sourceMtimeMs: 7,
		since: undefined,
	};
	store.transaction(() => store.ledger.put('one', [entry]));
	assert.deepEqual(acknowledgedBy(store)(put('one', Buffer.from('abc')))?.sha256, 'x');
	assert.equal(acknowledgedBy(store)({...put('one', Buffer.from('abc')), spoke: undefined}), undefined);
});

test('of three places each is told how it is to the current one', async t => {
	const {config, store, own, laptop, server, index} = await lab(t);
	const session = await writeSession(laptop, {seed: 1});
	copyTo(session, own);
	await appendEntry(copyTo(session, server), {seed: 5});
	await index();
	const [{members}] = findPairs({store, config}) as [SessionPair];
	const found = await relate(members);
	assert.deepEqual(
		[found?.kind, found?.current.computer, found?.others.map(({member, kind}) => [member.computer, kind])],
		[
			'prefix',
			'server',
			[
				['atlas', 'prefix'],
				['laptop', 'prefix'],
			],
		],
	);
});

test('a verify of one spoke finds a pair also where nobody has looked at the other place yet, and keeps the number', async t => {
	const {config, store, laptop, server} = await lab(t);
	copyTo(await writeSession(laptop), server);
	await listSessions(store, laptop, [], false, AbortSignal.timeout(60_000));
	const [found] = await pairFindings({store, config, spoke: 'laptop', isDeep: false, signal: t.signal});
	assert.deepEqual([found?.kind, found?.other?.computer], ['duplicate-id', 'server']);
	store.flush();
	assert.equal(rememberedPairs({store, config})?.pairs, 1);
});

test('Syncthing’s names are taken apart, also of a copy of a copy, and others are left alone', () => {
	assert.deepEqual(conflictName('p/a.b.sync-conflict-20260124-091502-ABCDEF7.jsonl'), {
		original: 'p/a.b.jsonl',
		at: '2026-01-24 09:15:02',
		device: 'ABCDEF7',
	});
	assert.equal(
		conflictName('p/a.sync-conflict-20260124-091502-ABCDEF7.sync-conflict-20260125-091502-ABCDEF7.jsonl')?.original,
		'p/a.jsonl',
	);
	assert.equal(conflictName('p/a.sync-conflict-mine.jsonl'), undefined);
	assert.equal(conflictName('p/a.jsonl'), undefined);
});

test('verify is told each pair from both sides and each conflict copy, with what only the copy has', async t => {
	const {config, store, laptop, server, index} = await lab(t);
	const session = await writeSession(laptop, {seed: 1});
	const elsewhere = copyTo(session, server);
	const copy = copyTo(session, laptop, session.path.replace('.jsonl', '.sync-conflict-20260124-091502-ABCDEF7.jsonl'));
	await index();
	const find = async (spoke: string) => pairFindings({store, config, spoke, isDeep: true, signal: t.signal});
	const [same, conflict] = await find('laptop');
	assert.deepEqual(
		[same?.kind, same?.severity, same?.other],
		['duplicate-id', 'info', {computer: 'server', path: session.path, relation: 'identical'}],
	);
	assert.match(same!.detail, /on server too, byte for byte/);
	assert.deepEqual(
		[conflict?.kind, conflict?.severity, conflict?.other?.relation],
		['conflict-copy', 'look', 'identical'],
	);
	assert.match(
		conflict!.detail,
		/ABCDEF7 and another device .*\(2026-01-24 09:15:02\)\. It is the original byte for byte/,
	);
	assert.equal(conflictCopies({store, config})[0]?.id, session.id);

	await appendEntry(copy, {seed: 8});
	await appendEntry(elsewhere, {seed: 9});
	await appendEntry(session.file, {seed: 10});
	const [parted, only] = await find('laptop');
	assert.deepEqual([parted?.severity, parted?.other?.relation], ['look', 'diverged']);
	assert.match(parted!.detail, /goes on differently after .*both are kept/);
	assert.match(only!.detail, /1 entry only in the copy, 1 entry only in the original/);
	assert.equal((await find('server')).length, 1);
	assert.deepEqual(await pairFindings({store, config, spoke: undefined, isDeep: true, signal: t.signal}), []);
	fs.rmSync(session.file);
	const [alone] = await find('laptop');
	assert.match(alone!.detail, /Nothing to compare it with: .* is not there\. It is kept\./);
});
