import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {waitFor} from '../lab/after.js';
import type {CliResult} from '../lab/hub.js';
import {openTerminal} from '../lab/pty.js';
import {appendEntry, generateTree, rewrite, writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {randomFrom} from '../lab/text.js';
import {runShape} from './shapes.js';
import {assertSameTree, generations, processesOf, quick, quickHub, runJson} from './support.js';
import {damageOf, type VerifyJson, verifyJson} from './verifying.js';

/** Milliseconds for which all of them work at once. */
const lastsMs = 4500;

test('two dashboards, cron and deep verifies at once on a growing spoke: no wolf, no deadlock, not a byte lost', {
	timeout: 180_000,
}, async t => {
	const spoke = await startSpoke({scope: t});
	const {paths} = generateTree(spoke.sessionsDir, {sessions: 30, bytes: 3_000_000, seed: 3});
	const settings = {tui: {...quick.tui, default_schedule: '* * * * *'}};
	const hub = await quickHub(t, {spokes: [spoke], settings});
	await runJson(hub, [], 0);
	const terminals = [1, 2].map(() => openTerminal({hub, scope: t, columns: 110, rows: 30}));
	for (const terminal of terminals) await terminal.waitFor(/laptop/);

	const until = performance.now() + lastsMs;
	const isOver = () => performance.now() > until;
	const random = randomFrom(7);
	const replaced: Buffer[] = [];
	const growing = (async () => {
		for (let round = 0; !isOver(); round++) {
			for (let count = 0; count < 4; count++) await appendEntry(path.join(spoke.sessionsDir, random.pick(paths)));
			if (round % 8 === 3)
				paths.push((await writeSession(spoke.sessionsDir, {seed: 1000 + round, bytes: 90_000})).path);
			if (round === 20) {
				const file = path.join(spoke.sessionsDir, paths[0]!);
				const hubs = readFileSync(path.join(hub.synced('laptop'), paths[0]!));
				replaced.push(hubs);
				await rewrite(file, 77);
				while (readFileSync(file).length <= hubs.length) await appendEntry(file, {bytes: 20_000});
			}

			await delay(60);
		}
	})();
	const runs: CliResult[] = [];
	const cron = (async () => {
		while (!isOver()) runs.push(await hub.cli(['sync', 'run', '--json'], {env: {PI_BRAIN_BY: 'cron'}}));
	})();
	const reports: VerifyJson[] = [];
	const verifying = (async () => {
		while (!isOver()) {
			const {exitCode, stdout, stderr} = await hub.cli(['sync', 'verify', '--deep', '--json']);
			assert.ok(exitCode === 0 || exitCode === 3, `${exitCode}: ${stdout.slice(0, 4000)} ${stderr}`);
			reports.push(...(JSON.parse(stdout) as {spokes: VerifyJson[]}).spokes.filter(one => one.spoke === 'laptop'));
		}
	})();
	const pressing = (async () => {
		for (let round = 0; !isOver(); round++) {
			// Sync, verify, deep verify; and back from whatever screen that opened.
			terminals[round % 2]!.press(['s', 'v', 'V'][round % 3]!);
			await delay(500);
			terminals[round % 2]!.press('escape');
		}
	})();
	await Promise.all([growing, cron, verifying, pressing]);

	for (const {exitCode, stdout, stderr, json} of runs) {
		const [run] = runShape.parse(json()).runs;
		assert.ok(run?.result === 'done' || run?.result === 'locked', `${stdout} ${stderr}`);
		assert.ok([0, 3, 6].includes(exitCode ?? -1), `${exitCode} ${stdout}`);
	}

	assert.ok(runs.length > 0);
	assert.ok(reports.length > 0, 'the verifies came to their end');
	for (const report of reports) {
		assert.deepEqual(damageOf(report), []);
		assert.deepEqual([report.result, report.unreachable], ['done', null]);
		// What changed under every look is not proved, and not lost.
		assert.ok(report.proof.isAllHere || report.proof.unproved > 0);
	}

	for (const terminal of terminals) {
		// Back from wherever it is; an escape that has a key right behind it would be another key.
		terminal.press('escape');
		await terminal.waitFor(/^ *SPOKE/m);
		terminal.press('q');
		let hasLeft = false;
		void terminal.exited.then(() => {
			hasLeft = true;
		});
		// A job that still runs is asked about before it is left.
		await terminal.waitFor(screen => hasLeft || /leave when done|nothing runs any more/.test(screen));
		if (!hasLeft) terminal.press('w');
		assert.equal((await terminal.exited).exitCode, 0);
	}

	await runJson(hub, [], 0);
	assertSameTree(hub.synced('laptop'), spoke.sessionsDir);
	const kept = generations(hub, 'laptop');
	for (const bytes of replaced) {
		assert.ok(
			kept.some(one => one.subarray(0, bytes.length).equals(bytes)),
			'what was current before the rewrite is nowhere',
		);
	}

	// Some of the generated sessions are torn, which is to be looked at and no damage.
	const {laptop} = (await verifyJson(hub, ['--deep'], 3)).of;
	assert.deepEqual(damageOf(laptop!), []);
	assert.deepEqual([laptop!.proof.isAllHere, laptop!.proof.unproved, laptop!.identical], [true, 0, paths.length]);
	const left = () => processesOf(hub).filter(line => !/ControlMaster|ControlPersist|\[mux\]|^ssh/.test(line));
	await waitFor(() => left().length === 0, {message: 'the end of all but shared connections'});
});
