import {appendFileSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {Store} from '../source/sync/store/store.js';
import {fakeRun} from '../test/lab/fake-state.js';
import type {LabTerminal} from '../test/lab/pty.js';
import {type KnownHub, makeKnownHub} from './known-hub.js';
import {budgetRow, type Row} from './measure.js';
import {residentBytes} from './process-cost.js';
import {withScope} from './world.js';

/** A simulated hour: every spoke is synced every quarter of it. */
const runsEach = 4;
/** What of it is written at once, and how long after that the next. */
const portion = 100;
const pauseMs = 2000;
/** Memory is flat when it grows by no more than this share after the first quarter of the hour. */
const flat = 1.05;

/** 1,000 spokes with 100,000 sessions while another process syncs all of them for an hour, told in a minute and a half. */
export async function run(): Promise<Row[]> {
	return withScope(async scope => {
		const known = await makeKnownHub(scope, {spokes: 1000, sessions: 100_000});
		const terminal = await known.settle();
		const store = await known.openStore();
		const samples: number[] = [];
		for (let round = 0; round < runsEach; round++) {
			for (let from = 0; from < known.names.length; from += portion) {
				happen(known, store, known.names.slice(from, from + portion), round);
				walk(terminal, from / portion);
				await delay(pauseMs);
				samples.push(residentBytes(terminal.pid));
			}
		}

		store.close();
		const afterQuarter = Math.max(...samples.slice(0, samples.length / runsEach));
		const most = Math.max(...samples);
		const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
		const what = '1,000 spokes, 100,000 sessions, an hour of runs: memory';
		return [
			budgetRow(what, most, 160e6, megabytes),
			{
				what: 'the same: most of the hour',
				against: 'most of its first quarter',
				ours: megabytes(most),
				theirs: megabytes(afterQuarter),
				ratio: most / afterQuarter,
				reach: flat,
			},
		];
	});
}

/** Runs with their log lines and facts, a failure now and then, and sessions that grow. */
function happen({hub}: KnownHub, store: Store, names: readonly string[], round: number): void {
	const now = Date.now();
	store.transaction(() => {
		for (const [index, name] of names.entries()) {
			const isBad = index % 20 === round;
			const failure = {cause: 'TCP_REFUSED' as const, message: 'connection refused'};
			store.runs.add(fakeRun(name, now - 1000 + index, isBad ? {result: 'failed', ...failure} : {}));
			store.runs.addEvent(
				now,
				isBad ? 'ERROR' : 'INFO',
				name,
				`${name}: ${isBad ? 'rsync failed' : '3 sessions in 1.2 s'}`,
			);
			store.facts.patch(name, {
				lastSeen: now,
				checkedAt: now,
				...(isBad ? {failure: {...failure, detail: '', at: now, since: now}} : {failure: undefined, lastSynced: now}),
			});
		}
	});
	for (const name of names.slice(0, 10)) {
		const root = hub.synced(name);
		const folder = path.join(root, readdirSync(root)[0]!);
		appendFileSync(path.join(folder, readdirSync(folder)[round]!), '{"type":"message","id":"0199a3b2"}\n');
	}
}

/** What a person presses who looks around meanwhile. */
const keys = ['j', 'page-down', 'enter', 'escape', 'l', 'escape', 'page-up', 'o', 'k', 'G'];

function walk(terminal: LabTerminal, step: number): void {
	terminal.press(keys[step % keys.length]!);
}
