import {setTimeout as delay} from 'node:timers/promises';
import type {LabTerminal} from '../test/lab/pty.js';
import {makeKnownHub} from './known-hub.js';
import {budgetRow, type Row, rowOf} from './measure.js';
import {processorMs} from './process-cost.js';
import {withScope} from './world.js';

/** How often a key is pressed after the first few, and again once V8 has compiled what is used much, on threads of its own. */
const presses = 200;
const firstFew = 50;
const settling = 600;
/** Milliseconds after which a key that draws nothing is an error. */
const limitMs = 2000;
/** Milliseconds without output after which a frame is over. */
const quietMs = 30;

/** From a key to the painted frame: processor time of the whole program, with 1,000 spokes and with 10. */
export async function run(): Promise<Row[]> {
	return withScope(async scope => {
		const many = await costsOf(1000);
		const few = await costsOf(10);
		const show = (ms: number) => `${ms.toFixed(1)} ms`;
		return [
			budgetRow(
				'key to painted frame, 1,000 spokes: processor time, 95 of 100 keys',
				percentile(many.later, 95),
				8,
				show,
			),
			budgetRow('the same of the first 250 keys after a start', percentile(many.first, 95), 8, show),
			rowOf(
				{what: 'the same, middle of all keys', against: 'the same with 10 spokes', reach: 1.5},
				{ours: percentile(many.later, 50), theirs: percentile(few.later, 50)},
				show,
			),
		];

		async function costsOf(
			spokes: number,
		): Promise<{readonly first: readonly number[]; readonly later: readonly number[]}> {
			const known = await makeKnownHub(scope, {spokes, sessions: spokes * 10});
			const terminal = await known.settle();
			const costs: number[] = [];
			for (let index = 0; index < settling + presses; index++) {
				// Ten down, ten up: within the screen and beyond its edge, the same ways with few spokes as with many.
				costs.push(await costOf(terminal, index % 18 < 9 ? 'j' : 'k'));
			}

			await terminal.remove();
			return {first: costs.slice(firstFew, firstFew + presses), later: costs.slice(settling)};
		}
	});
}

/** @returns milliseconds of processor time */
async function costOf(terminal: LabTerminal, key: string): Promise<number> {
	const before = {cpu: processorMs(terminal.pid), bytes: terminal.bytes};
	const until = performance.now() + limitMs;
	terminal.press(key);
	while (terminal.bytes === before.bytes) {
		if (performance.now() > until) throw new Error(`${key} drew nothing:\n${await terminal.screen()}`);
		await delay(1);
	}

	for (let seen = -1; seen !== terminal.bytes; ) {
		seen = terminal.bytes;
		await delay(quietMs);
	}

	return processorMs(terminal.pid) - before.cpu;
}

function percentile(values: readonly number[], percent: number): number {
	return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * percent) / 100))]!;
}
