import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {existsSync, readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {appendEntry, rewrite, writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {assertSameTree, expectExit, generations, quickHub, runJson} from './support.js';

interface Listed {
	readonly spokes: ReadonlyArray<{
		readonly sessions: ReadonlyArray<{
			readonly path: string;
			readonly story: string | null;
			readonly held: {readonly released: boolean} | null;
			readonly generations: ReadonlyArray<{readonly id: string; readonly why: string}>;
		}>;
	}>;
}

test('over a real ssh: brought back, it stays through syncs; the spoke’s growth moves it on; no byte is lost', async t => {
	const spoke = await startSpoke({scope: t});
	const session = await writeSession(spoke.sessionsDir, {seed: 1});
	await writeSession(spoke.sessionsDir, {seed: 2});
	const hub = await quickHub(t, {spokes: [spoke]});
	const file = path.join(hub.synced('laptop'), session.path);
	await runJson(hub, [], 0);
	const first = readFileSync(file);
	await rewrite(session.file, 77);
	while (statSync(session.file).size <= first.length) await appendEntry(session.file, {bytes: 2000});
	await runJson(hub, [], 0);
	const second = readFileSync(file);
	const listed = async () => {
		const {spokes} = (await expectExit(hub, ['sync', 'generations', 'laptop', '--json'], 0)).json<Listed>();
		return spokes[0]?.sessions.find(one => one.path === session.path);
	};
	const [version] = (await listed())!.generations;
	await expectExit(hub, ['sync', 'restore', '--spoke', 'laptop', version!.id, '--yes'], 0);
	for (let syncs = 0; syncs < 2; syncs++) {
		const {laptop} = await runJson(hub, [], 0);
		assert.deepEqual([laptop?.files.held, laptop?.files.extended], [0, 0]);
		assert.ok(laptop!.received < 1500, `${laptop!.received} bytes: what stays aside is not fetched again`);
		assert.ok(readFileSync(file).equals(first), 'the next sync does not undo it');
		const now = await listed();
		assert.equal(now?.held?.released, true);
		assert.match(now?.story ?? '', /an earlier version was brought back here/);
	}

	await appendEntry(session.file);
	await runJson(hub, [], 0);
	assertSameTree(hub.synced('laptop'), spoke.sessionsDir);
	const kept = generations(hub, 'laptop');
	for (const bytes of [first, second])
		assert.ok(
			kept.some(one => one.equals(bytes)),
			`${bytes.length} bytes are lost`,
		);
});

test('restores and prunes killed with -9 at random moments lose nothing but what the plain ledger names', async t => {
	const spoke = await startSpoke({scope: t});
	const session = await writeSession(spoke.sessionsDir, {seed: 3, bytes: 400_000});
	const hub = await quickHub(t, {spokes: [spoke]});
	const file = path.join(hub.synced('laptop'), session.path);
	await runJson(hub, [], 0);
	const first = readFileSync(file);
	await rewrite(session.file, 78);
	while (statSync(session.file).size <= first.length) await appendEntry(session.file, {bytes: 200_000});
	await runJson(hub, [], 0);
	const second = readFileSync(file);
	let other = first;
	let killed = 0;
	let wholeMs = 400;
	for (let round = 0; round < 14; round++) {
		const id = createHash('sha256').update(other).digest('hex').slice(0, 8);
		const args =
			round % 3 === 2
				? ['sync', 'prune', 'laptop', '--keep', '2', '--confirm', 'laptop']
				: ['sync', 'restore', '--spoke', 'laptop', id, '--yes'];
		const running = hub.start(args);
		const begun = performance.now();
		await Promise.race([delay(wholeMs * (0.3 + 0.8 * Math.random())), running.ended]);
		running.kill('SIGKILL');
		const {signal, stderr, exitCode} = await running.ended;
		if (signal === 'SIGKILL') killed++;
		else wholeMs = performance.now() - begun;
		assert.ok(signal === 'SIGKILL' || exitCode === 0, stderr);
		await runJson(hub, [], 0);
		const current = readFileSync(file);
		assert.ok(current.equals(first) || current.equals(second), `round ${round}: half a version is current`);
		const held = [current, ...generations(hub, 'laptop')];
		const isThere = (bytes: Buffer) => held.some(one => one.equals(bytes));
		assert.ok(isThere(first) && isThere(second), `round ${round}: a version is nowhere`);
		other = current.equals(first) ? second : first;
	}

	assert.ok(killed > 0, 'no command was killed while it ran');
	assert.ok(!existsSync(path.join(hub.folder, 'synced', '.staging', 'laptop', 'restore')));
});
