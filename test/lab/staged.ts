import {mkdirSync, truncateSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Clock} from '../../source/sync/clock.js';
import type {HubConfig, SpokeConfig} from '../../source/sync/config/types.js';
import {slotMs} from '../../source/sync/history.js';
import type {Hub} from '../../source/sync/hub.js';
import type {LookOptions, SyncMethod} from '../../source/sync/methods/types.js';
import type {SpokeState} from '../../source/sync/state.js';
import {failureOf, noFacts} from '../../source/sync/store/facts.js';
import type {Store} from '../../source/sync/store/store.js';
import {waitFor} from './after.js';
import {headerLine, sessionId, sessionPath} from './entries.js';
import {type FakeKind, fakeHubConfig, fakeNow, fakeRun, fakeSpoke} from './fake-state.js';
import {randomFrom} from './text.js';

/** A clock that stands still until it is moved; waits take their real time. */
export interface StandingClock extends Clock {
	/** Milliseconds since the epoch. */
	at: number;
}

const megabyte = 1_000_000;
/** How far the transfers of the spokes that sync have come, in megabytes, from five to five seconds. */
const transferred = [12, 27, 41, 55, 71, 86];

/** A hub's configuration with everything below one folder. */
export function configOf(root: string, spokes: readonly SpokeConfig[]): HubConfig {
	const folder = path.join(root, '.pi-brain');
	return fakeHubConfig(spokes, {
		file: path.join(folder, 'config.yaml'),
		folder,
		sessionsDir: path.join(root, '.pi/agent/sessions'),
		syncedSessionsDir: path.join(folder, 'synced'),
		databaseDir: path.join(folder, 'data'),
	});
}

/** What the spoke is made from: its state as tests of single views have it, with folders that are there. */
export function stagedSpoke(root: string, name: string, kind: FakeKind, seed: number): SpokeState {
	const spoke = fakeSpoke({name, kind, seed});
	const {facts, config} = spoke;
	// Since the last quarter of an hour, so that nothing is due that is not to be.
	const lastSynced = kind !== 'due' && facts.lastSynced && !failureOf(facts) ? fakeNow - 139_000 : facts.lastSynced;
	const isLate = facts.lastSynced !== undefined && facts.lastSynced < fakeNow - 3_600_000;
	return {
		...spoke,
		facts: {...facts, lastSynced: isLate ? facts.lastSynced : lastSynced},
		config: {...config, path: path.join(root, '.pi-brain/synced', name), isDefaultSchedule: false, line: 4 + 4 * seed},
	};
}

/** Small files of any size: nothing but their first line is ever read. */
export function fill(folder: string, sessions: number, seed: number): void {
	const random = randomFrom(seed);
	for (let index = 0; index < sessions; index++) {
		const cwd = `/home/will/${['api', 'site', 'notes', 'infra'][index % 4]}`;
		const time = fakeNow - (index + 1) * 5_400_000;
		const id = sessionId(random, time);
		const file = path.join(folder, sessionPath(cwd, time, id));
		mkdirSync(path.dirname(file), {recursive: true});
		writeFileSync(file, headerLine({version: 3, id, cwd, time, parentId: null}));
		truncateSync(file, 40_000 + random.below(900_000));
		utimesSync(file, new Date(time + 1_200_000), new Date(time + 1_200_000));
	}
}

/** Writes down what the hub is to know of a spoke. */
export function remember(store: Store, {config, facts, history, lastRun, holds, gone}: SpokeState): void {
	const {name} = config;
	store.facts.patch(name, {...noFacts, ...facts, path: config.path});
	const failure = failureOf(facts);
	for (const {slot, done, bytes, arrived} of history) {
		const failed = {result: 'failed', cause: failure?.cause, message: failure?.message} as const;
		const files = {listed: 1204, new: arrived, extended: 2, unchanged: 1200, held: 0};
		store.runs.add(fakeRun(name, slot * slotMs + 1000, done > 0 ? {files, bytes} : failed));
	}

	if (lastRun && !failure) store.runs.add({...lastRun, startedAt: facts.lastSynced ?? lastRun.startedAt});
	for (let index = 0; index < holds + Math.min(gone, 3); index++) {
		const kind = index < holds ? 'shrunk' : 'gone';
		const time = fakeNow - (index + 2) * 86_400_000;
		store.ledger.putObservation(name, {
			path: sessionPath('/home/will/api', time, sessionId(randomFrom(index), time)),
			kind,
			size: kind === 'gone' ? 0 : 146,
			mtimeMs: time,
			sha256: '',
			firstAt: fakeNow - 5 * 3_600_000,
			lastAt: fakeNow - 900_000,
			isConfirmed: true,
			isReleased: false,
		});
	}
}

/**
 * A method whose answers are made up.
 * @param looks gets those that are under way
 * @param look how one ends; unless given it lasts until it is cancelled
 */
export function methodOf(
	spokes: readonly SpokeState[],
	looks: Map<string, LookOptions>,
	look: SyncMethod['look'] | undefined,
): Omit<SyncMethod, 'name'> {
	const facts = new Map(spokes.map(spoke => [spoke.config.name, spoke.facts]));
	return {
		undriven: () => undefined,
		async look(spoke, options) {
			looks.set(spoke.name, options);
			options.onCommand(`rsync -a --info=progress2 ${spoke.sourceText} ${options.folders.staging}/`);
			try {
				if (look) return await look(spoke, options);
				const {signal} = options;
				return await new Promise<never>((_, reject) => {
					signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true});
				});
			} finally {
				looks.delete(spoke.name);
			}
		},
		async probe({name}) {
			const failure = failureOf(facts.get(name) ?? noFacts);
			return {isConnected: !failure, via: 'shared connection', failure, roundTripMs: failure ? undefined : 12};
		},
	};
}

/** Starts the transfers that are under way when the screen opens. */
export async function transfer(
	hub: Hub,
	clock: StandingClock,
	looks: ReadonlyMap<string, LookOptions>,
	names: readonly string[],
): Promise<void> {
	if (names.length === 0) return;
	// The last of it is told at the very time at which the clock stands: a job that tells it once more changes nothing.
	clock.at = fakeNow - transferred.length * 5000;
	for (const name of names) {
		hub.sync([name]).catch(() => {});
		await waitFor(() => looks.has(name), {message: `the transfer of ${name}`});
	}

	for (const megabytes of transferred) {
		clock.at += 5000;
		const percent = Math.round(megabytes / 2);
		const progress = {
			filesDone: percent * 2,
			filesTotal: 200,
			bytes: megabytes * megabyte,
			percent,
			rate: 3 * megabyte,
		};
		for (const name of names) looks.get(name)!.onProgress(progress);
	}
}
