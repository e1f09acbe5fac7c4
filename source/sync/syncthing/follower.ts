import type {Failure} from '../causes.js';
import {SyncError} from '../causes.js';
import type {Clock} from '../clock.js';
import type {SyncthingEvent} from './answers.js';
import {type Client, createClient} from './client.js';
import {statusPart} from './convert.js';
import {applyEvents, type Dirt, followed} from './events.js';
import {findInstance, type Lead, nameOf, type Surroundings} from './instance.js';
import {readDevices, readPending, takeSnapshot} from './snapshot.js';
import type {StFolderSettings, StInstance} from './types.js';

/** Milliseconds to the next attempt after a failure, doubling up to the longer. */
const againMs = 1000;
const longestMs = 30_000;
/** Milliseconds until a Syncthing that is not there is looked for again. */
const absentMs = 60_000;
/** Milliseconds between two polls at least: whoever answers at once, always, must not keep two programs busy. */
const paceMs = 250;
/** Attempts in a row that fail before one that answered is said not to: an upgrade restarts it within seconds. */
const patience = 3;

/** What following one Syncthing takes. */
export interface FollowOptions {
	readonly lead: Lead;
	readonly surroundings: Surroundings;
	readonly clock: Clock;
	/** Ends it. */
	readonly signal: AbortSignal;
	/** As in `Looking`. */
	readonly isFollowed: (folder: StFolderSettings) => Promise<boolean>;
	/** Told whatever is known whenever something is heard, at the latest once a minute while it answers. */
	readonly onState: (state: StInstance) => void;
}

/**
 * Follows a Syncthing by one long poll for events, and nothing else while nothing happens: subscribes, takes a snapshot,
 * folds what comes into it; begins anew after a restart, a lost event or a failure. Never rejects.
 */
export async function follow({lead, surroundings, clock, signal, isFollowed, onState}: FollowOptions): Promise<void> {
	let known = nothingOf(nameOf(lead));
	let failures = 0;
	const tell = (state: StInstance) => {
		known = state;
		if (!signal.aborted) onState(state);
	};

	while (!signal.aborted) {
		let client: Client | undefined;
		try {
			const instance = await findInstance(lead, surroundings);
			if (!instance) {
				tell({...nothingOf(known.name), isAbsent: true});
				await clock.sleep(absentMs, signal);
				continue;
			}

			client = createClient(instance, signal);
			await listen(client, {clock, signal, isFollowed, tell}, () => {
				failures = 0;
			});
			await clock.sleep(againMs, signal);
		} catch (error) {
			if (signal.aborted) return;
			failures++;
			const failure = failureOf(error);
			const isRestart = failure.cause === 'ST_DOWN' && known.at !== undefined && known.failure === undefined;
			if (!isRestart || failures >= patience) tell({...known, isAbsent: false, failure});
			await clock.sleep(Math.min(longestMs, againMs * 2 ** (failures - 1)), signal).catch(() => {});
		} finally {
			client?.close();
		}
	}
}

interface Listening {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly isFollowed: FollowOptions['isFollowed'];
	readonly tell: (state: StInstance) => void;
}

/** Returns when what it knows is no longer of one piece and must be asked for anew. */
async function listen(
	client: Client,
	{clock, signal, isFollowed, tell}: Listening,
	onAnswer: () => void,
): Promise<void> {
	const {startTime} = await client.status();
	const isAnother = async () => (await client.status()).startTime !== startTime;
	// A combination of events that nobody asked for yet begins now: what happens during the snapshot is heard after it.
	const earlier = await client.events(followed, 0, 0);
	let since = earlier.at(-1)?.id ?? 0;
	let state = await takeSnapshot(client, {isFollowed, now: clock.now()});
	if (await isAnother()) return;
	let dials = client.dials();
	onAnswer();
	tell(state);
	for (;;) {
		await clock.sleep(paceMs, signal);
		if (!client.isStanding()) {
			// It went away between two polls; who is there now might keep a poll unanswered for a minute.
			if (await isAnother()) return;
			dials = client.dials();
			tell({...state, at: clock.now()});
		}

		const events = await client.events(followed, since);
		if (!isNext(events, since)) return;
		// One that was restarted between two polls counts from one again, and would be silent until it has come this far.
		if (client.dials() !== dials) {
			if (await isAnother()) return;
			dials = client.dials();
		}

		since = events.at(-1)?.id ?? since;
		const now = clock.now();
		const {state: next, dirt} = applyEvents(state, events, now);
		// Folders that come, go or change hands: everything is asked for anew, which is rare.
		if (dirt.config) state = await takeSnapshot(client, {isFollowed, now});
		else state = await refreshed(client, next, dirt, now);
		tell(state);
	}
}

/** False where events were dropped between two polls, or Syncthing counts from the beginning again. */
function isNext(events: readonly SyncthingEvent[], since: number): boolean {
	return events.every(({id}, index) => id === since + 1 + index);
}

async function refreshed(client: Client, state: StInstance, dirt: Dirt, now: number): Promise<StInstance> {
	const devices = dirt.devices ? await readDevices(client, state.myId, now) : seenNow(state.devices, now);
	const pending = dirt.pending ? await readPending(client) : {};
	const folders = new Map(state.folders);
	for (const id of dirt.folders) {
		const folder = folders.get(id);
		if (folder) folders.set(id, {...folder, ...statusPart(await client.folderStatus(id))});
	}

	return {...state, ...pending, devices, folders: dirt.folders.size > 0 ? folders : state.folders};
}

/** Whoever is connected is seen at this moment. */
function seenNow(devices: StInstance['devices'], now: number): StInstance['devices'] {
	return new Map([...devices].map(([id, device]) => [id, device.isConnected ? {...device, lastSeen: now} : device]));
}

function nothingOf(name: string): StInstance {
	return {
		name,
		at: undefined,
		failure: undefined,
		isAbsent: false,
		home: undefined,
		version: '',
		myId: '',
		devices: new Map(),
		settings: new Map(),
		folders: new Map(),
		pendingDevices: [],
		pendingFolders: [],
	};
}

function failureOf(error: unknown): Failure {
	if (error instanceof SyncError) return error.failure;
	return {cause: 'UNKNOWN', message: String((error as Error).message), detail: String((error as Error).stack)};
}
