import type {HubEvent, HubState} from '../../source/sync/state.js';
import {fakeRun, fakeSpoke} from './fake-state.js';
import {type Random, randomFrom} from './text.js';

/**
 * What a busy day is made of, without end: jobs that begin, move and end, contact lost and found, counts, holds, plans,
 * log lines. The same seed gives the same events.
 * @param state asked for its spokes at every event
 * @param now milliseconds since the epoch at each event
 */
export function* fakeEvents(state: () => HubState, now: () => number, seed = 1): Generator<HubEvent, never> {
	const random = randomFrom(seed);
	for (;;) {
		const {spokes} = state();
		const {config} = spokes[random.below(spokes.length)]!;
		yield* happening(config.name, now(), random);
	}
}

function* happening(spoke: string, at: number, random: Random): Generator<HubEvent> {
	const kind = random.below(6);
	if (kind === 0) {
		yield* runOf(spoke, at, random);
	} else if (kind === 1) {
		yield {type: 'learned', spoke, facts: fakeSpoke({name: spoke, kind: 'unreachable', now: at}).facts};
		yield {type: 'logged', line: {at, level: 'ERROR', spoke, text: `rsync failed for '${spoke}': connection refused`}};
	} else if (kind === 2) {
		yield {type: 'learned', spoke, facts: fakeSpoke({name: spoke, now: at}).facts};
	} else if (kind === 3) {
		yield {type: 'counted', spoke, totals: fakeSpoke({name: spoke, now: at, seed: random.below(1e6)}).totals!};
	} else if (kind === 4) {
		yield {type: 'holds', spoke, holds: random.below(3), gone: random.below(2)};
		yield {type: 'planned', spoke, nextRun: at + random.below(900_000)};
	} else {
		yield {
			type: 'logged',
			line: {at, level: 'CMD', spoke, text: `rsync -a --info=progress2 ${spoke}:.pi/agent/sessions/`},
		};
	}
}

function* runOf(spoke: string, at: number, random: Random): Generator<HubEvent> {
	const job = {
		by: 'watch',
		startedAt: at,
		isDryRun: false,
		isArrival: false,
		progress: undefined,
		pace: undefined,
		isElsewhere: false,
	} as const;
	yield {type: 'job', spoke, job: {...job, startedAt: undefined}};
	yield {type: 'job', spoke, job};
	for (let percent = 10; percent < 100; percent += 30) {
		const progress = {filesDone: percent, filesTotal: 100, bytes: percent * 1e6, percent, rate: 3e6};
		yield {type: 'progress', spoke, progress, at: at + percent * 10};
	}

	// Runs are told apart by when they began.
	const run = fakeRun(spoke, at + random.next());
	yield {
		type: 'ran',
		run: random.next() < 0.1 ? {...run, result: 'failed', cause: 'TCP_REFUSED', message: 'refused'} : run,
	};
	yield {type: 'job', spoke, job: undefined};
	yield {type: 'logged', line: {at, level: 'INFO', spoke, text: `3 sessions from ${spoke}: 421.9 KB in 1.2 s`}};
}
