import {setTimeout as delay} from 'node:timers/promises';
import {makeKnownHub} from './known-hub.js';
import {budgetRow, type Row} from './measure.js';
import {processorMs} from './process-cost.js';
import {withScope} from './world.js';

const measuredMs = 60_000;
const lookEveryMs = 50;
/** Milliseconds around a minute's turn in which ages may change. */
const turnMs = {before: 200, after: 3000};

/** A dashboard on which nothing happens, for a minute. */
export async function run(): Promise<Row[]> {
	return withScope(async scope => {
		const known = await makeKnownHub(scope, {spokes: 100, sessions: 100_000});
		const terminal = await known.settle();
		const before = {cpu: processorMs(terminal.pid), bytes: terminal.bytes};
		const until = performance.now() + measuredMs;
		let seen = terminal.bytes;
		let besides = 0;
		while (performance.now() < until) {
			await delay(lookEveryMs);
			const {bytes} = terminal;
			if (!isTurn(Date.now())) besides += bytes - seen;
			seen = bytes;
		}

		const spentMs = processorMs(terminal.pid) - before.cpu;
		const atTurn = seen - before.bytes - besides;
		return [
			budgetRow(`idle for 60 s: bytes besides the ${atTurn} of the minute's turn`, besides, 0, bytes => `${bytes} B`),
			budgetRow('the same: processor time', (spentMs / measuredMs) * 100, 0.2, share => `${share.toFixed(3)} %`),
		];
	});
}

function isTurn(now: number): boolean {
	const past = now % 60_000;
	return past < turnMs.after || past > 60_000 - turnMs.before;
}
