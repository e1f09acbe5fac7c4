import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import {type FolderRow, quickTotals} from '../../../source/sync/sessions/folder-totals.js';
import {SessionIndex} from '../../../source/sync/sessions/index.js';
import {encodeName} from '../../../source/text/names.js';

const line = (id = 'abc', cwd = '/home/will/api') =>
	`${JSON.stringify({type: 'session', version: 3, id, timestamp: '2026-01-24T10:00:00.000Z', cwd})}\n`;

async function withRoot(use: (root: string) => Promise<void>) {
	const root = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'index-'));
	try {
		await use(root);
	} finally {
		await fs.promises.rm(root, {recursive: true});
	}
}

function write(root: string, name: string, content = line()) {
	const file = path.join(root, name);
	fs.mkdirSync(path.dirname(file), {recursive: true});
	fs.writeFileSync(file, content);
}

const pathsOf = (files: Iterable<{readonly path: string}>) => [...files].map(file => file.path).sort();

test('a scan counts sessions at any depth and calls everything else by its name', async () => {
	await withRoot(async root => {
		write(root, '--a--/1.jsonl');
		write(root, '--a--/sub/run-1/2.jsonl', `${line()}{"type":"message"}\n`);
		write(root, 'flat.jsonl', line('v4').replace('"type":"session"', '"kind":"header"').replace('3', '4'));
		write(root, '--a--/foreign.jsonl', '{"isSidechain":true}\n');
		write(root, '--a--/begun.jsonl', '{"type":"sess');
		write(root, '--a--/1.sync-conflict-20260101-101010-ABCDEFG.jsonl');
		write(root, '--a--/.1.jsonl.Ab3dE9');
		write(root, '--a--/notes.txt');
		write(root, '.stversions/--a--/1.jsonl');
		write(root, '.pi-brain-staging/3.jsonl');
		fs.symlinkSync(path.join(root, '--a--'), path.join(root, 'link'));
		fs.symlinkSync(path.join(root, 'flat.jsonl'), path.join(root, 'link.jsonl'));
		const index = new SessionIndex(root);
		const diff = await index.scan();
		const {newestMtimeMs, ...totals} = index.totals;
		const sessions = ['--a--/1.jsonl', '--a--/sub/run-1/2.jsonl', 'flat.jsonl'];
		const bytes = sessions.reduce((sum, name) => sum + fs.statSync(path.join(root, name)).size, 0);
		assert.deepEqual(totals, {sessions: 3, others: 1, conflictCopies: 1, empty: 1, bytes, unread: 0});
		assert.equal(newestMtimeMs, Math.max(...sessions.map(name => fs.statSync(path.join(root, name)).mtimeMs)));
		assert.equal(diff.added.length, 6);
		assert.deepEqual(pathsOf([...index.list()].filter(file => file.kind === 'session')), sessions);
		assert.equal(index.get('flat.jsonl')?.header?.version, 4);
		assert.equal(index.addedSince(Date.parse('2026-01-24T10:00:00.000Z')), 3);
		assert.equal(index.addedSince(Date.parse('2026-01-24T10:00:00.001Z')), 0);
		assert.deepEqual(index.problems, []);

		const {unread: _, ...counted} = index.totals;
		assert.deepEqual(quickTotals(root, new Map()).totals, counted);
	});
});

test('a root that is a link is followed', async () => {
	await withRoot(async root => {
		write(root, 'real/--a--/1.jsonl');
		fs.symlinkSync(path.join(root, 'real'), path.join(root, 'link'));
		const index = new SessionIndex(path.join(root, 'link'));
		await index.scan();
		assert.equal(index.totals.sessions, 1);
		assert.equal(quickTotals(path.join(root, 'link'), new Map()).totals.sessions, 1);
	});
});

test('looks report what came, changed and went', async () => {
	await withRoot(async root => {
		write(root, 'a/1.jsonl');
		write(root, 'a/2.jsonl');
		const index = new SessionIndex(root);
		await index.scan();
		fs.appendFileSync(path.join(root, 'a/1.jsonl'), '{"type":"message"}\n');
		fs.rmSync(path.join(root, 'a/2.jsonl'));
		write(root, 'a/3.jsonl');
		write(root, 'a/deep/er/4.jsonl');
		const diff = await index.refreshFolder('a');
		assert.deepEqual(pathsOf(diff.added), ['a/3.jsonl', 'a/deep/er/4.jsonl']);
		assert.deepEqual(pathsOf(diff.changed), ['a/1.jsonl']);
		assert.deepEqual(pathsOf(diff.removed), ['a/2.jsonl']);

		write(root, 'a/new', line('replaced'));
		fs.renameSync(path.join(root, 'a/new'), path.join(root, 'a/3.jsonl'));
		assert.equal((await index.refreshFile('a/3.jsonl')).changed[0]?.header?.id, 'replaced');

		fs.renameSync(path.join(root, 'a/deep'), path.join(root, 'deep'));
		const moved = await index.scan();
		assert.deepEqual(pathsOf(moved.added), ['deep/er/4.jsonl']);
		assert.deepEqual(pathsOf(moved.removed), ['a/deep/er/4.jsonl']);

		fs.rmSync(path.join(root, 'a'), {recursive: true});
		assert.deepEqual(pathsOf((await index.refreshFile('a')).removed), ['a/1.jsonl', 'a/3.jsonl']);
		write(root, 'a', 'a file now');
		assert.deepEqual(await index.refreshFile('a'), {added: [], changed: [], removed: []});
		assert.deepEqual([index.totals.sessions, index.totals.bytes], [1, line().length]);
	});
});

test('a seeded index opens only files that changed', async () => {
	await withRoot(async root => {
		write(root, 'a/1.jsonl');
		write(root, 'a/2.jsonl');
		write(root, 'a/3.jsonl');
		const first = new SessionIndex(root);
		await first.scan();
		const remembered = [...first.list()].map(file => ({
			...file,
			header: file.header && {...file.header, id: 'remembered'},
		}));
		// As long as before: its time tells, which on some systems goes on in steps of ten milliseconds.
		const {atimeMs, mtimeMs} = fs.statSync(path.join(root, 'a/2.jsonl'));
		write(root, 'a/2.jsonl', line('two'));
		fs.utimesSync(path.join(root, 'a/2.jsonl'), atimeMs / 1000, mtimeMs / 1000 + 1);
		fs.rmSync(path.join(root, 'a/3.jsonl'));
		const second = new SessionIndex(root);
		second.seed(remembered);
		const diff = await second.scan();
		assert.equal(second.get('a/1.jsonl')?.header?.id, 'remembered');
		assert.equal(second.get('a/2.jsonl')?.header?.id, 'two');
		assert.deepEqual([diff.added, pathsOf(diff.changed), pathsOf(diff.removed)], [[], ['a/2.jsonl'], ['a/3.jsonl']]);
	});
});

test('names that are not UTF-8 are indexed and read, folders included', async () => {
	await withRoot(async root => {
		fs.mkdirSync(encodeName(`${root}/d\udcfe`));
		const names = ['d\udcfe/ok.jsonl', 'd\udcfe/x\udcff.jsonl', 'y\udce9.jsonl', 'plain.jsonl', 'real-\uFFFD.jsonl'];
		for (const name of names) fs.writeFileSync(encodeName(`${root}/${name}`), line(name.length.toString()));
		const index = new SessionIndex(root);
		await index.scan();
		assert.deepEqual(pathsOf(index.list()), [...names].sort());
		assert.equal(index.totals.sessions, 5);
		assert.equal(index.get('d\udcfe/x\udcff.jsonl')?.header?.id, '11');
		assert.equal(quickTotals(root, new Map()).totals.sessions, 5);
	});
});

test('the id of a session is that of its header, whether its name says the same or not', async () => {
	await withRoot(async root => {
		const ids: Record<string, string> = {
			'--a_b--/2026-01-24T10-00-00-000Z_abc.jsonl': 'abc',
			'--a_b--/2026-01-24T10-00-00-000Z_abd.jsonl': 'another',
			'--a_b--/plain.jsonl': 'b--/plain',
			'--a_b--/x_.jsonl': '',
			'y_z_1.jsonl': 'z_1',
		};
		for (const [name, id] of Object.entries(ids)) write(root, name, line(id));
		const index = new SessionIndex(root);
		await index.scan();
		const idsOf = (one: SessionIndex) =>
			Object.fromEntries([...one.list()].map(({path: name, header}) => [name, header?.id]));
		assert.deepEqual(idsOf(index), ids);
		const seeded = new SessionIndex(root);
		seeded.seed(index.list());
		assert.deepEqual(idsOf(seeded), ids);
		const name = '--a_b--/2026-01-24T10-00-00-000Z_abc.jsonl';
		write(root, name, line('rewritten'));
		await seeded.scan();
		assert.equal(seeded.get(name)?.header?.id, 'rewritten');
	});
});

test('a root that goes away, and a folder that cannot be read, take nothing out of the index', async () => {
	await withRoot(async parent => {
		const root = path.join(parent, 'root');
		write(root, 'a/1.jsonl');
		write(root, 'b/2.jsonl');
		const index = new SessionIndex(root);
		await index.scan();
		fs.renameSync(root, path.join(parent, 'away'));
		for (const look of [() => index.scan(), () => index.refreshFile('a/1.jsonl'), () => index.refreshFolder('a')]) {
			assert.deepEqual(await look(), {added: [], changed: [], removed: []});
		}

		assert.deepEqual([index.problems[0]?.code, index.totals.sessions], ['ENOENT', 2]);
		assert.equal(quickTotals(root, new Map()).problems[0]?.code, 'ENOENT');
		fs.renameSync(path.join(parent, 'away'), root);
		for (const folder of [parent, root, path.join(root, 'a')]) fs.chmodSync(folder, 0o755);
		fs.chmodSync(path.join(root, 'b'), 0o000);
		await asNobody(async () => {
			assert.deepEqual(await index.scan(), {added: [], changed: [], removed: []});
			assert.deepEqual(
				index.problems.map(({path, code}) => [path, code]),
				[['b', 'EACCES']],
			);
		});
		fs.chmodSync(path.join(root, 'b'), 0o755);
		await index.scan();
		assert.deepEqual([index.problems, index.totals.sessions], [[], 2]);
	});
});

/** Permissions mean nothing to root, which the tests may run as. */
async function asNobody(use: () => Promise<void>) {
	const isRoot = process.geteuid?.() === 0;
	if (isRoot) process.seteuid?.(65534);
	try {
		await use();
	} finally {
		if (isRoot) process.seteuid?.(0);
	}
}

test('excluded files are not in the index', async () => {
	await withRoot(async root => {
		write(root, 'a/1.jsonl');
		write(root, 'b/2.jsonl');
		const isExcluded = (file: string) => file.startsWith('b/');
		const index = new SessionIndex(root, {isExcluded});
		await index.scan();
		await index.refreshFile('b/2.jsonl');
		assert.deepEqual(pathsOf(index.list()), ['a/1.jsonl']);
		assert.equal(quickTotals(root, new Map(), {isExcluded}).totals.sessions, 1);
	});
});

test('thousands of files are looked at without holding up the event loop', async () => {
	await withRoot(async root => {
		for (let folder = 0; folder < 20; folder++) {
			fs.mkdirSync(path.join(root, `f${folder}`));
			for (let file = 0; file < 200; file++) fs.writeFileSync(path.join(root, `f${folder}`, `${file}.jsonl`), line());
		}

		const index = new SessionIndex(root);
		let turns = 0;
		let isDone = false;
		const count = () => {
			turns++;
			if (!isDone) setImmediate(count);
		};
		setImmediate(count);
		await index.scan({isDiffing: false, isReadingHeaders: false});
		assert.deepEqual([index.totals.sessions, index.totals.unread], [4000, 4000]);
		await index.readHeaders();
		isDone = true;
		assert.deepEqual([index.totals.sessions, index.totals.unread], [4000, 0]);
		assert.ok(turns >= 3, `${turns} turns`);
		await assert.rejects(index.scan({signal: AbortSignal.abort()}), {name: 'AbortError'});
		assert.equal(index.totals.sessions, 4000);
	});
});

test('after any history the index, its totals and the quick totals say what a fresh look says', async () => {
	const name = fc.constantFrom('a/1', 'a/2', 'a/b/3', 'c/4', '5');
	const step = fc.oneof(
		fc.record({
			do: fc.constant('write' as const),
			name,
			text: fc.constantFrom(line('x'), line('y', '/b'), '{"o":1}\n', '', '{"torn'),
		}),
		fc.record({do: fc.constant('remove' as const), name}),
		fc.record({do: fc.constant('move' as const), name, to: name}),
		fc.record({do: fc.constant('drop' as const), name: fc.constantFrom('a', 'a/b', 'c')}),
		fc.record({do: fc.constant('look' as const), name: fc.constantFrom('', 'a', 'a/b', 'c')}),
	);
	await withRoot(async parent => {
		let round = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(step, {maxLength: 25}), async steps => {
				const root = path.join(parent, String(round++));
				fs.mkdirSync(root);
				const index = new SessionIndex(root);
				const rows = new Map<string, FolderRow>();
				const mirror = new Set<string>();
				for (const one of [...steps, {do: 'look', name: ''} as const]) {
					const file = path.join(root, `${one.name}.jsonl`);
					if (one.do === 'write') write(root, `${one.name}.jsonl`, one.text);
					else if (one.do === 'remove') fs.rmSync(file, {force: true});
					else if (one.do === 'drop') fs.rmSync(path.join(root, one.name), {recursive: true, force: true});
					else if (one.do === 'move' && fs.existsSync(file)) {
						write(root, `${one.to}.jsonl`, '');
						if (fs.existsSync(file)) fs.renameSync(file, path.join(root, `${one.to}.jsonl`));
					} else if (one.do === 'look') {
						const diff = one.name === '' ? await index.scan() : await index.refreshFolder(one.name);
						for (const {path} of diff.added) assert.ok(!mirror.has(path) && mirror.add(path), path);
						for (const {path} of diff.changed) assert.ok(mirror.has(path), path);
						for (const {path} of diff.removed) assert.ok(mirror.delete(path), path);
					}
				}

				const fresh = new SessionIndex(root);
				await fresh.scan();
				const byPath = (one: SessionIndex) => [...one.list()].sort((a, b) => (a.path < b.path ? -1 : 1));
				assert.deepEqual(byPath(index), byPath(fresh));
				assert.deepEqual(index.totals, fresh.totals);
				assert.deepEqual([...mirror].sort(), pathsOf(fresh.list()));
				const quick = quickTotals(root, rows, {now: Date.now() + 60_000});
				for (const row of quick.changed) rows.set(row.folder, row);
				const {unread: _, ...totals} = fresh.totals;
				assert.deepEqual(quick.totals, totals);
				assert.deepEqual(quickTotals(root, rows).totals, totals);
			}),
			{numRuns: 100},
		);
	});
});
