import {setTimeout as delay} from 'node:timers/promises';
import type {LabTerminal} from '../test/lab/pty.js';
import {type KnownHub, makeKnownHub} from './known-hub.js';
import {type BenchOptions, budgetRow, median, type Row} from './measure.js';
import {withScope} from './world.js';

/** Milliseconds without output after which a frame is over. */
const quietMs = 400;

/**
 * Another process learns that a spoke does not answer, and later that it does: what the screen of 40 spokes is sent for
 * the row, the counts of the header, the message, the title and the bell. In a table sorted by name the row stays where
 * it is; in one sorted by state, worst first, it goes to the top and back, and all rows between make room.
 */
export async function run({runs}: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const known = await makeKnownHub(scope, {spokes: 40, sessions: 400});
		const terminal = await known.settle();
		const byState = await costsOf(known, terminal, runs);
		terminal.press('o');
		await terminal.waitFor(/sorted by name/);
		const byName = await costsOf(known, terminal, runs);
		const middle = (costs: readonly Cost[], key: keyof Cost) => median(costs.map(cost => cost[key]));
		const show = (bytes: number) => `${bytes} B`;
		return [
			budgetRow("one spoke's state changes, 40 spokes at 120x40, sorted by name", middle(byName, 'bytes'), 300, show),
			budgetRow('the same, sorted by state', middle(byState, 'bytes'), 300, show),
			budgetRow('the same: writes', Math.max(...[...byName, ...byState].map(({writes}) => writes)), 1, String),
		];
	});
}

interface Cost {
	readonly bytes: number;
	readonly writes: number;
}

async function costsOf(known: KnownHub, terminal: LabTerminal, runs: number): Promise<readonly Cost[]> {
	const costs: Cost[] = [];
	for (let round = 0; round < runs; round++) {
		const name = known.names[3 + (round % 10)]!;
		const row = new RegExp(`${name} .*unreachable`);
		for (const isGone of [true, false]) {
			await quietScreen(terminal);
			const change = async () => learn(known, name, isGone);
			costs.push(await costOf(terminal, change, screen => row.test(screen) === isGone));
		}
	}

	return costs;
}

async function learn({openStore}: KnownHub, name: string, isGone: boolean): Promise<void> {
	const store = await openStore();
	const now = Date.now();
	const failure = {cause: 'TCP_REFUSED' as const, message: 'connection refused', detail: '', at: now, since: now};
	store.facts.patch(name, {contactFailure: isGone ? failure : undefined, checkedAt: now});
	store.close();
}

async function costOf(
	terminal: LabTerminal,
	change: () => Promise<void>,
	shows: (screen: string) => boolean,
): Promise<Cost> {
	const before = {bytes: terminal.bytes, writes: terminal.chunks};
	await change();
	await terminal.waitFor(shows);
	for (let seen = -1; seen !== terminal.bytes; ) {
		seen = terminal.bytes;
		await delay(quietMs);
	}

	return {bytes: terminal.bytes - before.bytes, writes: terminal.chunks - before.writes};
}

/** Messages that go away and ages that change at a minute's turn are measured elsewhere. */
async function quietScreen(terminal: LabTerminal): Promise<void> {
	await terminal.waitFor(screen => !/unreachable: |sorted by/.test(screen));
	const left = 60_000 - (Date.now() % 60_000);
	if (left < 6000) await delay(left + 3000);
}
