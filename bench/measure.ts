import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';

/** One line of the benchmarks' table. */
export interface Row {
	readonly what: string;
	/** What a user would run instead. */
	readonly against: string;
	readonly ours: string;
	readonly theirs: string;
	/** Ours divided by theirs. */
	readonly ratio: number;
	/** The ratio to reach: this or less. */
	readonly reach: number;
}

/** What a group of rows is told. */
export interface BenchOptions {
	/** Measurements of each side; their median counts. */
	readonly runs: number;
}

/** One side of a comparison: prepares without being timed, then does the work and says what it cost. */
export interface Side {
	/** Not timed. */
	prepare?(): Promise<void>;
	/** @returns the cost: milliseconds, or bytes */
	measure(): Promise<number>;
}

/** Milliseconds that any program a benchmark starts may take. */
const limitMs = 300_000;

/**
 * Measures both sides in turns, so that whatever else the machine does meets both alike; every second round begins with
 * the other side. One round before the first warms caches and is dropped.
 * @param before not timed; runs before every round
 */
export async function interleave(
	{runs}: BenchOptions,
	ours: Side,
	theirs: Side,
	before: () => Promise<void> = async () => {},
): Promise<{readonly ours: number; readonly theirs: number}> {
	const costs = {ours: [] as number[], theirs: [] as number[]};
	for (let round = 0; round <= runs; round++) {
		await before();
		const sides = [
			['ours', ours],
			['theirs', theirs],
		] as const;
		for (const [name, side] of round % 2 === 0 ? sides : sides.toReversed()) {
			await side.prepare?.();
			// What an earlier measurement wrote must not be brought to disk on this one's time.
			execFileSync('sync');
			const cost = await side.measure();
			if (round > 0) costs[name].push(cost);
		}
	}

	return {ours: median(costs.ours), theirs: median(costs.theirs)};
}

/** The middle value; of an even number of values the upper of the two in the middle. */
export function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/**
 * Makes a row of two costs.
 * @param show how a cost reads
 */
export function rowOf(
	of: Pick<Row, 'what' | 'against' | 'reach'>,
	cost: {readonly ours: number; readonly theirs: number},
	show: (cost: number) => string = milliseconds,
): Row {
	return {...of, ours: show(cost.ours), theirs: show(cost.theirs), ratio: cost.ours / cost.theirs};
}

/**
 * Makes a row of a cost and what it may be: not a comparison with a program but with a budget.
 * @param budget in the unit of the cost; 0: nothing at all
 */
export function budgetRow(what: string, cost: number, budget: number, show: (cost: number) => string): Row {
	// Nothing divides by nothing: there the ratio is the cost itself.
	const [ratio, reach] = budget === 0 ? [cost, 0] : [cost / budget, 1];
	return {what, against: 'budget', ours: show(cost), theirs: show(budget), ratio, reach};
}

/** A time as the table shows it. */
export function milliseconds(ms: number): string {
	return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** How a program ended. */
export interface Ran {
	readonly tookMs: number;
	readonly stdout: string;
}

/**
 * Runs a program to its end and takes the time from its start to the end of its output.
 * @param accepted exit statuses that are no failure
 * @throws Error with its stderr when it fails
 */
export async function timed(
	argv: readonly string[],
	env: NodeJS.ProcessEnv = process.env,
	accepted: readonly number[] = [0],
): Promise<Ran> {
	const started = performance.now();
	const child = spawn(argv[0]!, argv.slice(1), {env, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs});
	const [out, err] = [[] as Buffer[], [] as Buffer[]];
	child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
	child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
	await once(child, 'close');
	const tookMs = performance.now() - started;
	if (accepted.includes(child.exitCode ?? -1)) return {tookMs, stdout: Buffer.concat(out).toString()};
	const how = child.exitCode ?? child.signalCode;
	throw new Error(`${argv.join(' ')} ended with ${how}: ${Buffer.concat([...err, ...out]).toString()}`);
}
