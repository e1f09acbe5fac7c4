import assert from 'node:assert/strict';
import {getEventListeners} from 'node:events';
import {readdirSync} from 'node:fs';
import test from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {type Dashboard, openDashboard, type StagedSpoke} from '../lab/dashboard.js';
import {fakeEvents} from '../lab/fake-events.js';
import {family} from '../lab/processes.js';

const events = 10_000;
/** When the first look is taken: by then everything that is loaded once has been loaded. */
const firstLook = 100;
/** Events before the first: Ink remembers the size of the last 8,192 lines it drew, and V8 compiles what is used often. */
const warmUp = 3000;
/** Events between two frames: as many as a busy tenth of a second has. */
const atOnce = 20;
const mostGrowth = 5_000_000;
/** Lines the state keeps. */
const logLines = 2000;
const collections = 10;
/**
 * Looks at everything but the heap, of which the least counts: what is done every two seconds holds something for a
 * moment, and a row that changed is read again after one.
 */
const looks = 30;

/** What a person presses who looks around meanwhile. */
const walk = [
	'j',
	'j',
	'enter',
	'j',
	'escape',
	'l',
	'k',
	'escape',
	'?',
	'escape',
	'space',
	'o',
	'G',
	'g',
	'f',
	'f',
	'i',
	'escape',
];

/** Descriptors, timers, child processes, and listeners of the process and of the hub's end. */
type Counts = Readonly<Record<string, number>>;

/** Everything that could pile up. */
interface Holdings {
	/** Bytes. */
	readonly heap: number;
	readonly counts: Counts;
}

// Asked for here, so that the test needs no flag of its own.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: object) => void;

test('after 10,000 events a dashboard holds what it held after 100', {timeout: 300_000}, async t => {
	const spokes: StagedSpoke[] = Array.from({length: 30}, (_, index) => ({name: `spoke-${index}`}));
	const dashboard = await openDashboard(t, {spokes, columns: 120, rows: 40, sessions: 4});
	const {hub, screen, clock} = dashboard;
	await dashboard.picture();
	const source = fakeEvents(
		() => hub.state,
		() => clock.at,
	);
	// What is bounded has reached its bound before anything is counted: the log, and what each view loads or remembers.
	const {at} = clock;
	for (let line = 0; line < logLines; line++) {
		hub.emit({type: 'logged', line: {at, level: 'INFO', spoke: 'spoke-0', text: `line ${line} of a log that is full`}});
	}

	for (let round = 0; round < 3; round++) await screen.press(...walk);
	let happened = 0;
	const run = async (until: number) => {
		for (; happened < until; happened++) {
			clock.at += 200;
			hub.emit(source.next().value);
			if (happened % atOnce > 0) continue;
			await screen.press(walk[(happened / atOnce) % walk.length]!);
			screen.forget();
		}
	};

	await run(warmUp + firstLook);
	const first = await holdingsOf(dashboard);
	await run(warmUp + events);
	const last = await holdingsOf(dashboard);
	const grown = last.heap - first.heap;
	t.diagnostic(`the heap grew by ${(grown / 1e6).toFixed(2)} MB of ${(first.heap / 1e6).toFixed(1)} MB`);
	assert.deepEqual(last.counts, first.counts);
	assert.ok(grown <= mostGrowth, `the heap grew by ${(grown / 1e6).toFixed(2)} MB`);
});

/** Taken where nothing is under way: in the main view, with every question answered and every toast gone. */
async function holdingsOf({screen, hub, clock}: Dashboard): Promise<Holdings> {
	await screen.press('escape', 'escape', 'escape', 'g', 'j');
	for (const {config, job} of hub.state.spokes) if (job) hub.emit({type: 'job', spoke: config.name, job: undefined});
	clock.at += 60_000;
	await screen.waitFor(frame => !/^[✓!✗] /m.test(frame.split('\n').at(-2) ?? ''));
	await screen.frame();
	screen.forget();
	let least: Counts = {};
	for (let look = 0; look < looks; look++) {
		least = lessOf(least, countsOf(hub));
		await delay(50);
	}

	// What a finalizer or a timer still held at one collection is gone at the next.
	let heap = Number.POSITIVE_INFINITY;
	for (let round = 0; round < collections; round++) {
		collect({type: 'major', execution: 'sync', flavor: 'last-resort'});
		heap = Math.min(heap, process.memoryUsage().heapUsed);
		await delay(100);
	}

	return {heap, counts: least};
}

/** A missing one is as many as the other side says. */
function lessOf(one: Counts, other: Counts): Counts {
	const names = new Set([...Object.keys(one), ...Object.keys(other)]);
	return Object.fromEntries([...names].map(name => [name, Math.min(one[name] ?? Infinity, other[name] ?? Infinity)]));
}

function countsOf(hub: Dashboard['hub']): Counts {
	return {
		descriptors: readdirSync('/proc/self/fd').length,
		timers: process.getActiveResourcesInfo().filter(name => name === 'Timeout').length,
		children: family(process.pid, 'PI_BRAIN_SOAK=1').length,
		'abort listeners': getEventListeners(hub.signal, 'abort').length,
		...Object.fromEntries(
			[...process.eventNames()].map(name => [`${String(name)} listeners`, process.listenerCount(name)]),
		),
	};
}
