import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {Store} from '../source/sync/store/store.js';
import {type Scope, waitFor} from '../test/lab/after.js';
import {sessionPath} from '../test/lab/entries.js';
import {fakeLog, fakeRun} from '../test/lab/fake-state.js';
import {createHub, type LabHub} from '../test/lab/hub.js';
import {type LabTerminal, openTerminal} from '../test/lab/pty.js';
import {randomFrom} from '../test/lab/text.js';
import {processorMs} from './process-cost.js';

/** How large a hub is to be. */
export interface KnownHubOptions {
	readonly spokes: number;
	/** Of all spokes together. */
	readonly sessions: number;
	/** Seconds between two questions whether a spoke is there; an hour unless told, so that none falls into a measurement. */
	readonly probeInterval?: number;
}

/** A hub that has been in use for long. */
export interface KnownHub {
	readonly hub: LabHub;
	/** Names of its spokes, in their order. */
	readonly names: readonly string[];
	readonly sessionsEach: number;
	/** Opens what the hub knows beside whoever else has it open; the caller closes it. */
	openStore(): Promise<Store>;
	/** Opens the dashboard on 120 columns and 40 rows and waits until it has nothing left to do. */
	settle(): Promise<LabTerminal>;
}

/** Sessions in a project folder. */
const perFolder = 100;
/** Milliseconds for which a folder that changed is not trusted. */
const racyMs = 3000;

/**
 * Makes a hub that knows its spokes: real session files in every folder, a day of runs, log lines, and an index of all
 * of it from an earlier dashboard. Its spokes are local folders that are there and stay as they are, so that nothing
 * happens unless a benchmark makes it happen.
 */
export async function makeKnownHub(
	scope: Scope,
	{spokes, sessions, probeInterval = 3600}: KnownHubOptions,
): Promise<KnownHub> {
	const hub = await createHub({scope});
	const names = Array.from({length: spokes}, (_, index) => `spoke-${String(index + 1).padStart(4, '0')}`);
	const sessionsEach = Math.floor(sessions / spokes);
	const source = (name: string) => path.join(hub.home, 'machines', name);
	for (const [index, name] of names.entries()) {
		mkdirSync(source(name), {recursive: true});
		fill(hub.synced(name), sessionsEach, index);
	}

	await hub.configure({
		spokes: names.map(name => ({name, sync_method: 'manual', source: source(name)})),
		settings: {tui: {default_schedule: 'off', stale_after: '7d', probe_interval: probeInterval}},
	});
	const openStore = async () => Store.open(path.join(hub.folder, 'data', 'sync.db'));
	await remember(await openStore(), names);
	const settle = async () => {
		const terminal = openTerminal({scope, hub, columns: 120, rows: 40, env: cacheOf(hub)});
		await terminal.waitFor(/\? help/);
		await untilIdle(terminal.pid);
		return terminal;
	};

	await delay(racyMs);
	const first = await settle();
	// A while after the start, once, it looks for sessions that lie in two places.
	const store = await openStore();
	await waitFor(() => store.pairs.isAlone(), {message: 'the first look for pairs'});
	store.close();
	first.press('q');
	await first.exited;
	return {hub, names, sessionsEach, openStore, settle};
}

/** Where the program keeps its compiled code, so that a benchmark neither finds nor leaves any elsewhere. */
function cacheOf(hub: LabHub): Readonly<Record<string, string>> {
	return {NODE_COMPILE_CACHE: path.join(hub.home, 'compiled')};
}

/** Small sessions: what the dashboard costs depends on their number, not on their size. */
function fill(root: string, sessions: number, seed: number): void {
	const random = randomFrom(seed + 1);
	for (let index = 0; index < sessions; index++) {
		const cwd = `/home/will/project-${Math.floor(index / perFolder)}`;
		const startedAt = Date.parse('2026-01-01') + index * 60_000;
		const id = `0199a3b2-7c1e-7d4a-9b5f-${random.hex(12)}`;
		const file = path.join(root, sessionPath(cwd, startedAt, id));
		if (index % perFolder === 0) mkdirSync(path.dirname(file), {recursive: true});
		const timestamp = new Date(startedAt).toISOString();
		writeFileSync(file, `${JSON.stringify({type: 'session', version: 3, id, timestamp, cwd})}\n`);
	}
}

/** Four runs an hour for a day of every spoke, contact a moment ago, and the latest log lines. */
async function remember(store: Store, names: readonly string[]): Promise<void> {
	const now = Date.now();
	store.transaction(() => {
		for (const name of names) {
			store.facts.patch(name, {lastSeen: now, lastSeenVia: 'source folder', checkedAt: now, lastSynced: now});
		}

		for (let ago = 96; ago > 0; ago--) {
			for (const name of names) store.runs.add(fakeRun(name, now - ago * 900_000));
		}

		for (const {at, level, spoke, text} of fakeLog(500, names, now)) {
			if (level !== 'CMD') store.runs.addEvent(at, level, spoke, text);
		}
	});
	store.close();
}

/** Waits until a process has used next to nothing for two seconds. */
export async function untilIdle(pid: number): Promise<void> {
	for (let before = processorMs(pid); ; ) {
		await delay(2000);
		const now = processorMs(pid);
		if (now - before < 20) return;
		before = now;
	}
}
