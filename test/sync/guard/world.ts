import fs from 'node:fs';
import path from 'node:path';
import type {Clock} from '../../../source/sync/clock.js';
import {defaultScreen, type HubConfig, type SpokeConfig} from '../../../source/sync/config/types.js';
import {releaseSpoke} from '../../../source/sync/jobs/release.js';
import {runSync, type SyncJob, type SyncReport} from '../../../source/sync/jobs/sync.js';
import {createMethods} from '../../../source/sync/methods/index.js';
import {walk} from '../../../source/sync/sessions/tree.js';
import type {Generation, LedgerEntry} from '../../../source/sync/store/ledger-rows.js';
import {Store} from '../../../source/sync/store/store.js';
import {type Scope, temporaryFolder} from '../../lab/after.js';
import {localSpoke} from '../methods/spokes.js';

/** A clock that runs with the real one, and ahead of it by every wait it was asked for: waits cost nothing. */
export interface AheadClock extends Clock {
	/** Milliseconds it is ahead. */
	ahead: number;
}

/** @param ahead milliseconds it is ahead from the beginning */
export function aheadClock(ahead = 0): AheadClock {
	const clock: AheadClock = {
		ahead,
		now: () => Date.now() + clock.ahead,
		async sleep(ms, signal) {
			signal?.throwIfAborted();
			clock.ahead += Math.max(0, ms);
		},
	};
	return clock;
}

/** A hub's configuration that keeps everything below one folder. */
export function hubConfig(
	root: string,
	spokes: readonly SpokeConfig[],
	tui: Partial<HubConfig['tui']> = {},
): HubConfig {
	return {
		file: `${root}/hub/config.yaml`,
		folder: `${root}/hub`,
		hubName: 'atlas',
		sessionsDir: `${root}/hub/own`,
		syncedSessionsDir: `${root}/hub/synced`,
		databaseDir: `${root}/hub/data`,
		tui: {
			defaultSchedule: undefined,
			probeIntervalMs: 60_000,
			staleAfterMs: 7_200_000,
			concurrency: 4,
			ssh: {multiplex: true, connectTimeoutSeconds: 20, stallTimeoutMs: 60_000},
			compress: 'auto',
			protect: 'auto',
			verifySchedule: undefined,
			notifyCommand: undefined,
			timeZone: undefined,
			syncthing: [],
			screen: defaultScreen,
			...tui,
		},
		spokes,
	};
}

/** A spoke and its hub on this machine, driven by `runSync` alone. */
export class World {
	/** The spoke's session folder; what others write into when it is the hub's own. */
	readonly source: string;
	readonly current: string;
	readonly generations: string;
	readonly clock: AheadClock;
	readonly logged: string[] = [];
	readonly root: string;
	spoke: SpokeConfig;
	protect: 'auto' | 'off' = 'auto';
	store!: Store;

	private constructor(root: string, kind: 'manual' | 'rsync' | 'folder', clock: AheadClock) {
		this.root = root;
		this.clock = clock;
		this.current = `${root}/hub/synced/laptop`;
		this.generations = `${root}/hub/data/generations/laptop`;
		this.source = kind === 'folder' ? this.current : `${root}/spoke`;
		fs.mkdirSync(this.source, {recursive: true});
		const filled = {source: undefined, sourceText: undefined};
		const method = kind === 'rsync' ? 'rsync' : 'manual';
		this.spoke = localSpoke(this.source, {method, path: this.current, ...(kind === 'folder' ? filled : {})});
	}

	/** @param ahead milliseconds its clock is ahead of the real one */
	static async make(kind: 'manual' | 'rsync' | 'folder', scope?: Scope, ahead = 0): Promise<World> {
		const {path: root} = await temporaryFolder(scope);
		const world = new World(root, kind, aheadClock(ahead));
		await world.openStore();
		scope?.after(() => world.store.close());
		return world;
	}

	async openStore(): Promise<void> {
		this.store = await Store.open(this.databaseFile);
	}

	get databaseFile(): string {
		return `${this.root}/hub/data/sync.db`;
	}

	get ledgerFile(): string {
		return `${this.root}/hub/data/ledger/laptop.jsonl`;
	}

	/** One run; never throws, as `runSync` never does. */
	async sync(changes: Partial<SyncJob> = {}): Promise<SyncReport> {
		const config = hubConfig(this.root, [this.spoke], {protect: this.protect});
		return runSync({
			config,
			spoke: this.spoke,
			method: createMethods(config, process.env, this.clock)[this.spoke.method],
			store: this.store,
			clock: this.clock,
			runFolder: `${this.root}/hub/run`,
			by: 'command',
			isDryRun: false,
			signal: new AbortController().signal,
			onProgress() {},
			onCommand() {},
			log: (level, text) => this.logged.push(`${level} ${text}`),
			...changes,
		});
	}

	async release(): Promise<void> {
		await releaseSpoke({spoke: 'laptop', store: this.store, runFolder: `${this.root}/hub/run`, by: 'command'});
	}

	/** Deletes the database and opens an empty one, as after a disk accident. */
	async forgetDatabase(): Promise<void> {
		this.store.close();
		for (const end of ['', '-wal', '-shm']) fs.rmSync(this.databaseFile + end, {force: true});
		await this.openStore();
	}

	/** Overwrites the database with garbage and starts again, as after a power cut. */
	async garbleDatabase(): Promise<void> {
		this.store.close();
		fs.writeFileSync(this.databaseFile, 'garbage'.repeat(2000));
		await this.openStore();
	}

	ledger(): Map<string, LedgerEntry> {
		return this.store.ledger.all('laptop');
	}

	kept(): Generation[] {
		return this.store.ledger.generations('laptop');
	}

	/** Contents of the session files below a folder, by path. */
	async contents(folder: string): Promise<Map<string, Buffer>> {
		const files = new Map<string, Buffer>();
		for (const name of (await walk(folder)).keys()) files.set(name, fs.readFileSync(path.join(folder, name)));
		return files;
	}

	/** Contents of every kept earlier version of a session. */
	versions(session: string): Buffer[] {
		const start = path.basename(session, '.jsonl');
		const folder = path.join(this.generations, path.dirname(session));
		if (!fs.existsSync(folder)) return [];
		const names = fs.readdirSync(folder).filter(name => name.startsWith(`${start}~`) && name.endsWith('.jsonl'));
		return names.map(name => fs.readFileSync(path.join(folder, name)));
	}

	/** Every file and folder below the world's root, with size and time of writing; the source's own content apart. */
	outline(folder = this.root): string[] {
		return fs
			.readdirSync(folder, {recursive: true, encoding: 'utf8'})
			.map(name => {
				const stat = fs.lstatSync(path.join(folder, name));
				return stat.isFile() ? `${name} ${stat.size} ${stat.mtimeMs}` : `${name}/`;
			})
			.sort();
	}
}
