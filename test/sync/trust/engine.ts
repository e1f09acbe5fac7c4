import fs from 'node:fs';
import path from 'node:path';
import type {HubConfig} from '../../../source/sync/config/types.js';
import {Hub} from '../../../source/sync/hub.js';
import {createMethods} from '../../../source/sync/methods/index.js';
import {startVerifying, type Verifying} from '../../../source/sync/services/verifying.js';
import {walk} from '../../../source/sync/sessions/tree.js';
import {Store} from '../../../source/sync/store/store.js';
import {temporaryFolder} from '../../lab/after.js';
import {aheadClock, hubConfig} from '../guard/world.js';
import {localSpoke} from '../methods/spokes.js';

/** A spoke for each way sessions come to a hub. */
export const names = ['laptop', 'usb', 'box'] as const;
export type Name = (typeof names)[number];

/** A whole hub of this process: rsync, manual with a source, and a folder that others fill. */
export class Engine {
	readonly root: string;
	readonly config: HubConfig;
	/** More than the five seconds a file in a folder that others fill must lie untouched. */
	readonly clock = aheadClock(10_000);
	hub!: Hub;
	verifying!: Verifying;
	#store!: Store;

	private constructor(root: string) {
		this.root = root;
		const spokeAt = (name: Name) => {
			const current = `${root}/hub/synced/${name}`;
			const source = `${root}/${name}`;
			const filled = {source: undefined, sourceText: undefined};
			const method = name === 'laptop' ? ('rsync' as const) : ('manual' as const);
			return localSpoke(source, {name, method, path: current, ...(name === 'box' ? filled : {})});
		};
		this.config = hubConfig(root, names.map(spokeAt));
		for (const name of names) fs.mkdirSync(this.source(name), {recursive: true});
	}

	/** @param folder where all of it lies; a temporary folder unless told */
	static async make(folder?: string): Promise<Engine> {
		const engine = new Engine(folder ?? (await temporaryFolder()).path);
		await engine.#open();
		return engine;
	}

	async #open(): Promise<void> {
		this.#store = await Store.open(this.databaseFile);
		this.hub = new Hub({
			...{config: this.config, problems: [], store: this.#store, clock: this.clock, by: 'command'},
			methods: config => createMethods(config, process.env, this.clock),
		});
		this.verifying = startVerifying(this.hub, {threads: 1});
	}

	get databaseFile(): string {
		return `${this.root}/hub/data/sync.db`;
	}

	/** Where the sessions of a spoke are written. */
	source(name: Name): string {
		return name === 'box' ? this.current(name) : `${this.root}/${name}`;
	}

	/** The hub's folder of a spoke. */
	current(name: Name): string {
		return `${this.root}/hub/synced/${name}`;
	}

	/** Ends the program and starts it again; what happens to its files in between is up to `act`. */
	async restart(act: () => void = () => {}): Promise<void> {
		await this.close();
		act();
		await this.#open();
	}

	/** Deletes the database, or puts something else in its place. */
	loseDatabase(garbage: string | undefined): void {
		for (const end of ['', '-wal', '-shm']) fs.rmSync(this.databaseFile + end, {force: true});
		if (garbage !== undefined) fs.writeFileSync(this.databaseFile, garbage);
	}

	/** Everything the hub holds of a spoke: current files, kept versions, and what the spoke was seen to show of held ones. */
	async held(name: Name): Promise<Buffer[]> {
		const roots = [
			this.current(name),
			`${this.root}/hub/data/generations/${name}`,
			`${this.root}/hub/synced/.staging/${name}/seen`,
		];
		const files: Buffer[] = [];
		for (const root of roots) {
			if (!fs.existsSync(root)) continue;
			for (const file of (await walk(root)).keys()) files.push(fs.readFileSync(path.join(root, file)));
		}

		return files;
	}

	async close(): Promise<void> {
		await this.hub.close();
		this.#store.close();
	}

	async remove(): Promise<void> {
		await this.close();
		fs.rmSync(this.root, {recursive: true, force: true});
	}
}
