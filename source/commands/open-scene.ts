import {constants} from 'node:fs';
import {access} from 'node:fs/promises';
import {join} from 'node:path';
import {configFile, defaultConfigFile} from '../sync/config/file.js';
import {formatProblem} from '../sync/config/problems.js';
import {loadAndRemember, rememberedConfig} from '../sync/config/remembered.js';
import type {HubConfig, LoadedConfig} from '../sync/config/types.js';
import type {ProblemScene} from '../terminal/scene.js';
import {clean} from '../text/clean.js';
import {type HubFlags, type OpenedHub, openLoaded, UsageError} from './open-hub.js';
import {HubError} from './open-store.js';
import type {CommandIo} from './types.js';

/** A hub with the configuration it was opened with, or what to show instead. */
export type OpenedScene =
	| (OpenedHub & {
			readonly loaded: LoadedConfig & {readonly config: HubConfig};
			/** The configuration is that of the last time: to be read properly before anything is done by it. */
			readonly isRemembered: boolean;
	  })
	| {readonly problem: ProblemScene; readonly loaded: LoadedConfig};

/** Where the configuration is, and how to read it. */
export interface ConfigLoader {
	readonly file: string;
	load(): Promise<LoadedConfig>;
	/** What it came to the last time; undefined when it has changed since. */
	remembered(): Promise<LoadedConfig | undefined>;
}

/** How to read the configuration. */
export function configLoader(io: CommandIo, flags: HubFlags): ConfigLoader {
	const {env, home, hostname} = io;
	const file = configFile(flags.config, env, home);
	const options = {file, home, hostname, env};
	return {
		file,
		load: async () => loadAndRemember(options),
		remembered: async () => rememberedConfig(options),
	};
}

/**
 * Opens the hub for the dashboard, which starts even when there is none: what is wrong is on the screen then.
 * @throws UsageError when a file was named that is not there
 */
export async function openScene(io: CommandIo, flags: HubFlags): Promise<OpenedScene> {
	const {file, load, remembered} = configLoader(io, flags);
	const known = await remembered();
	const loaded = known ?? (await load());
	if (!loaded.exists && file !== defaultConfigFile(io.home)) throw new UsageError(`${file} does not exist`);
	const {config} = loaded;
	if (!config) return {problem: await configProblem(file, loaded), loaded};
	try {
		const opened = await openLoaded(io, {...loaded, config}, {by: 'dashboard'});
		opened.hub.recall();
		return {...opened, loaded: {...loaded, config}, isRemembered: known !== undefined};
	} catch (error) {
		if (!(error instanceof HubError)) throw error;
		return {problem: databaseProblem(join(config.databaseDir, 'sync.db'), error), loaded};
	}
}

async function configProblem(file: string, {problems}: LoadedConfig): Promise<ProblemScene> {
	const lines = problems.filter(({severity}) => severity === 'error').map(problem => formatProblem(problem));
	const mayRead = await access(file, constants.R_OK).then(
		() => true,
		() => false,
	);
	if (!mayRead) {
		return {
			kind: 'problem',
			reason: 'no-permission',
			title: 'config.yaml may not be read',
			lines: [...lines, '', `Make it yours: sudo chown "$USER" ${clean(file)} && chmod 600 ${clean(file)}`],
			file: clean(file),
		};
	}

	return {
		kind: 'problem',
		reason: 'broken-config',
		title: 'config.yaml cannot be used',
		lines: [...lines, '', 'Correct it in an editor: it is read again as soon as it is saved.'],
		file: clean(file),
	};
}

function databaseProblem(file: string, {message}: Error): ProblemScene {
	return {
		kind: 'problem',
		reason: 'database',
		title: 'The hub’s database cannot be opened',
		lines: [clean(message, 4096)],
		file: clean(file),
	};
}
