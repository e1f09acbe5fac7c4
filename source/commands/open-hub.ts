import {join} from 'node:path';
import {configFile, defaultConfigFile} from '../sync/config/file.js';
import {formatProblem} from '../sync/config/problems.js';
import type {HubConfig, LoadedConfig} from '../sync/config/types.js';
import {Hub} from '../sync/hub.js';
import {createMethods} from '../sync/methods/index.js';
import {notifyLimitMs} from '../sync/outcomes.js';
import {isDamage} from '../sync/store/damage.js';
import type {LoggedEvent, RunBy} from '../sync/store/runs.js';
import type {Store} from '../sync/store/store.js';
import {openStore} from './open-store.js';
import type {CommandIo} from './types.js';

/** What every command that works on the hub takes. */
export interface HubFlags {
	/** Value of `--config`. */
	readonly config?: string;
}

/** A problem the command line ends with: exit status 2, its text on stderr. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** How a hub is opened. */
export interface OpenOptions {
	readonly by: RunBy;
	readonly onLog?: (line: Omit<LoggedEvent, 'id'>) => void;
	readonly onCommand?: (spoke: string, line: string) => void;
}

/** Reads the configuration; one that cannot be read at all, or was named and is not there, is a usage error. */
export async function readConfig(io: CommandIo, flags: HubFlags): Promise<LoadedConfig & {readonly config: HubConfig}> {
	const {env, home, hostname} = io;
	const file = configFile(flags.config, env, home);
	const {loadConfig} = await import('../sync/config/load.js');
	const loaded = await loadConfig({file, home, hostname, env});
	const {config, problems, exists} = loaded;
	// A mistyped --config in a crontab must not come to mean that there is nothing to sync.
	if (!exists && file !== defaultConfigFile(home)) throw new UsageError(`${file} does not exist`);
	if (!config) throw new UsageError(problems.map(problem => formatProblem(problem)).join('\n'));
	return {...loaded, config};
}

/**
 * Opens the hub for a command; the caller closes it.
 * @throws UsageError when the configuration cannot be read
 */
export async function openHub(
	io: CommandIo,
	flags: HubFlags,
	options: OpenOptions,
): Promise<OpenedHub & {readonly loaded: LoadedConfig}> {
	const loaded = await readConfig(io, flags);
	return {...(await openLoaded(io, loaded, options)), loaded};
}

/** A hub that somebody must close. */
export interface OpenedHub {
	readonly hub: Hub;
	/** Ends its jobs and closes the database. */
	close(): Promise<void>;
}

/**
 * Opens the hub of a configuration.
 * @throws HubError when its database cannot be opened
 */
export async function openLoaded(
	io: CommandIo,
	{config, problems}: LoadedConfig & {readonly config: HubConfig},
	options: OpenOptions,
): Promise<OpenedHub> {
	const file = join(config.databaseDir, 'sync.db');
	const make = (store: Store) =>
		new Hub({
			config,
			problems,
			store,
			methods: current => createMethods(current, io.env, io.clock),
			clock: io.clock,
			...options,
		});
	let store = await openStore(file);
	let hub: Hub;
	try {
		hub = make(store);
	} catch (error) {
		store.close();
		if (!isDamage(error)) throw error;
		// Met beyond what opening it reads: the next opening looks at all of it.
		store = await openStore(file);
		hub = make(store);
	}

	return {
		hub,
		async close() {
			// What cron or a shell has started stays until what it found out is told; nobody waits for a screen to go.
			if (hub.by !== 'dashboard') await hub.telling.settle(io.clock, notifyLimitMs, io.signal);
			await hub.close();
			store.close();
		},
	};
}

/**
 * The spokes a command line means.
 * @param names as typed, positional and `--spoke`
 * @throws UsageError for a name the configuration does not have
 */
export function pickSpokes(hub: Hub, names: readonly string[]): string[] {
	const known = hub.state.spokes.map(({config}) => config.name);
	for (const name of names) {
		if (known.includes(name)) continue;
		const list = known.length === 0 ? 'it names no spokes yet' : `it names ${known.join(', ')}`;
		throw new UsageError(`no spoke is called '${name}' in ${hub.state.config.file}; ${list}`);
	}

	return [...new Set(names)];
}
