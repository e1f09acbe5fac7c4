import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {temporaryFolder} from '../lab/after.js';
import type {LabHub} from '../lab/hub.js';
import {openTerminal} from '../lab/pty.js';
import {appendEntry, flipByte, type LabSession, migrate, writeSession} from '../lab/sessions.js';
import {assertSameTree, expectExit, generations, quickHub, runJson, statusOf} from './support.js';
import {verifyJson} from './verifying.js';

interface Place {
	readonly hub: LabHub;
	readonly source: string;
	readonly sessions: readonly LabSession[];
}

/** A hub that has taken three sessions, and one of them in a second version. */
async function place(t: TestContext): Promise<Place> {
	const {path: source} = await temporaryFolder(t);
	const sessions: LabSession[] = [];
	for (const seed of [1, 2, 3]) {
		sessions.push(await writeSession(source, {seed, bytes: 150_000, version: seed === 3 ? 1 : 3}));
	}

	const hub = await quickHub(t, {spokes: [{name: 'usb', sync_method: 'manual', source}]});
	await runJson(hub, [], 0);
	await migrate(sessions[2]!.file);
	await runJson(hub, [], 0);
	return {hub, source, sessions};
}

function remove(hub: LabHub): void {
	for (const end of ['', '-wal', '-shm']) rmSync(path.join(hub.folder, 'data', `sync.db${end}`), {force: true});
}

const losses: Readonly<Record<string, (hub: LabHub) => void>> = {
	deleted: remove,
	'replaced by garbage'(hub) {
		remove(hub);
		writeFileSync(path.join(hub.folder, 'data', 'sync.db'), 'this was a database once\n'.repeat(2000));
	},
};

for (const [what, lose] of Object.entries(losses)) {
	test(`a database that was ${what} is said, and a verify knows again what the plain ledger proves`, async t => {
		const {hub, sessions} = await place(t);
		const before = (await verifyJson(hub, ['--deep'], 0)).of.usb!.proof;
		assert.deepEqual([before.sessions, before.generations, before.since], [3, 1, null]);
		lose(hub);
		const after = (await verifyJson(hub, ['--deep'], 0)).of.usb!;
		assert.deepEqual(after.proof, before, 'as much as before, and no more');
		assert.deepEqual(after.findings, []);
		const log = (await expectExit(hub, ['sync', 'log'], 0)).stdout;
		assert.match(log, /WARN .*the database knew nothing of 'usb': 3 sessions and 1 earlier versions read again from/);
		assert.ok((await statusOf(hub)).of.usb?.ledgerRebuiltAt, 'sync status tells when');
		if (what !== 'deleted') assert.match(log, /WARN .*sync\.db was damaged: it is \S+sync\.db\.damaged-\d+T\d+Z now/);

		// Nothing may look fine only because the database knows nothing of it.
		await flipByte(path.join(hub.synced('usb'), sessions[0]!.path));
		lose(hub);
		const damaged = (await verifyJson(hub, ['--deep'], 5)).of.usb!;
		assert.deepEqual(
			damaged.findings.map(({kind, severity, path: name}) => [kind, severity, name]),
			[['bit-rot', 'damage', sessions[0]!.path]],
		);
		assert.equal(damaged.proof.isAllHere, false);
	});
}

test('with the plain ledger lost too nothing is claimed, and from the next sync on only what was read then', async t => {
	const {hub, source, sessions} = await place(t);
	remove(hub);
	rmSync(path.join(hub.folder, 'data', 'ledger'), {recursive: true});
	const nothing = await expectExit(hub, ['sync', 'verify', 'usb', '--deep'], 0);
	assert.match(nothing.stdout, /the ledger answers for nothing yet/);
	assert.doesNotMatch(nothing.stdout, /all here/);
	const from = Date.now();
	await runJson(hub, [], 0);
	const {proof} = (await verifyJson(hub, ['--deep'], 0)).of.usb!;
	assert.deepEqual([proof.sessions, proof.rebuilt], [3, 3]);
	assert.ok(proof.since !== null && Date.parse(proof.since) >= from && Date.parse(proof.since) <= Date.now());
	const {stdout} = await expectExit(hub, ['sync', 'verify', 'usb', '--deep'], 0);
	assert.match(stdout, /3 of them are proved since \d{4}-\S+Z only/);
	// The version before the migration is on the disk still, whatever knows of it.
	assert.equal(generations(hub, 'usb').length, 1);
	await appendEntry(sessions[0]!.file);
	await runJson(hub, [], 0);
	assert.equal(
		(await verifyJson(hub, ['--deep'], 0)).of.usb!.proof.rebuilt,
		3,
		'growth proves nothing about what was there',
	);
	assertSameTree(hub.synced('usb'), source);
});

test('deleted under an open dashboard: it says so, and both it and a command beside it keep every byte', async t => {
	const {hub, source, sessions} = await place(t);
	const terminal = openTerminal({hub, scope: t, columns: 120, rows: 30});
	await terminal.waitFor(/usb/);
	remove(hub);
	const warning = /sync\.db was removed or replaced while this program runs/;
	const logFile = path.join(hub.folder, 'logs', 'sync.log');
	await appendEntry(sessions[0]!.file);
	await runJson(hub, [], 0);
	await terminal.waitFor(() => warning.test(readFileSync(logFile, 'utf8')));
	await appendEntry(sessions[1]!.file);
	terminal.press('s');
	const grown = path.join(hub.synced('usb'), sessions[1]!.path);
	await terminal.waitFor(() => readFileSync(grown).equals(readFileSync(sessions[1]!.file)));
	await runJson(hub, [], 0);
	assertSameTree(hub.synced('usb'), source);
	terminal.press('q');
	assert.equal((await terminal.exited).exitCode, 0);
	const {findings, proof} = (await verifyJson(hub, ['--deep'], 0)).of.usb!;
	assert.deepEqual([findings, proof.sessions, proof.generations, proof.since], [[], 3, 1, null]);
	const left = readdirSync(path.join(hub.folder, 'data')).filter(name => /damaged|suspect|mending/.test(name));
	assert.deepEqual(left, []);
	assert.ok(!existsSync(path.join(hub.folder, 'run', 'usb.holder.json')));
});
