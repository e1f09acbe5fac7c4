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
/** Events between two frames: as many as a busy tenth of a second has. */
const atOnce = 20;
const mostGrowth = 5_000_000;
/** Lines the state keeps. */
const logLines = 2000;
const collections = 10;
/** Looks at the timers, of which the least counts: a look every two seconds has one of its own for a moment. */
const looks = 20;

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

/** Everything that could pile up. */
interface Holdings {
	readonly heap: number;
	readonly descriptors: number;
	readonly timers: number;
	readonly children: number;
	/** Of the process by their events, and of the hub's end. */
	readonly listeners: Readonly<Record<string, number>>;
}

// Asked for here, so that the test needs no flag of its own.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

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

	await run(firstLook);
	const first = await holdingsOf(dashboard);
	await run(events);
	const last = await holdingsOf(dashboard);
	const grown = last.heap - first.heap;
	t.diagnostic(`the heap grew by ${(grown / 1e6).toFixed(2)} MB of ${(first.heap / 1e6).toFixed(1)} MB`);
	assert.deepEqual({...last, heap: 0}, {...first, heap: 0});
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
	let timers = Number.POSITIVE_INFINITY;
	for (let look = 0; look < looks; look++) {
		timers = Math.min(timers, process.getActiveResourcesInfo().filter(name => name === 'Timeout').length);
		await delay(50);
	}

	// What a finalizer or a timer still held at one collection is gone at the next.
	let heap = Number.POSITIVE_INFINITY;
	for (let round = 0; round < collections; round++) {
		collect();
		heap = Math.min(heap, process.memoryUsage().heapUsed);
		await delay(100);
	}

	return {
		heap,
		descriptors: readdirSync('/proc/self/fd').length,
		timers,
		children: family(process.pid, 'PI_BRAIN_SOAK=1').length,
		listeners: {
			...Object.fromEntries([...process.eventNames()].map(name => [String(name), process.listenerCount(name)])),
			abort: getEventListeners(hub.signal, 'abort').length,
		},
	};
}
