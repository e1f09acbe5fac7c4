import {
	EditError,
	type Edited,
	type EditOptions,
	type EntryValue,
	editConfig,
	type SpokeEdit,
} from '../sync/config/edit.js';
import {configFile} from '../sync/config/file.js';
import {type HubFlags, UsageError} from './open-hub.js';
import type {SyncthingFlags} from './spoke-add-syncthing.js';
import type {CommandIo} from './types.js';

/** What `spoke enable` and `spoke disable` take. */
export interface SwitchFlags extends HubFlags {
	readonly names: readonly string[];
	/** Pause or resume the Syncthing folder without asking. */
	readonly yes?: boolean;
	readonly json?: boolean;
}

/** What `spoke set` takes. */
export interface SetFlags extends SwitchFlags, SyncthingFlags {
	/** Another method than until now. */
	readonly method?: string;
	readonly wait?: boolean;
}

/** Keys `spoke set` writes, and what reads their text. */
const settable: Readonly<Record<string, (text: string) => EntryValue>> = {
	sync_method: String,
	source: String,
	path: String,
	schedule: String,
	enabled: asFlag,
	host: String,
	user: String,
	port: asNumber,
	ssh_key: String,
	session_dir: String,
	rsync_path: String,
	ssh_config: String,
	known_hosts: String,
	stale_after: String,
};

/** Keys that `spoke set` writes. */
export const settableKeys: readonly string[] = Object.keys(settable);

/** Where a command edits config.yaml. */
export function editOptions(io: CommandIo, flags: HubFlags): EditOptions {
	const {env, home, hostname, clock, signal} = io;
	return {file: configFile(flags.config, env, home), home, hostname, clock, signal};
}

/**
 * Edits config.yaml.
 * @throws UsageError with the reason when nothing was changed
 */
export async function edit(io: CommandIo, flags: HubFlags, change: SpokeEdit): Promise<Edited> {
	try {
		return await editConfig(editOptions(io, flags), change);
	} catch (error) {
		throw asUsage(error);
	}
}

/** A refused edit as the command line ends with it; anything else as it is. */
export function asUsage(error: unknown): unknown {
	return error instanceof EditError ? new UsageError(error.message, {cause: error}) : error;
}

/** Keys and values of a command line. */
export function valuesOf(pairs: readonly string[]): Record<string, EntryValue | undefined> {
	return Object.fromEntries(pairs.map(pair => pairOf(pair)));
}

function pairOf(pair: string): [string, EntryValue | undefined] {
	const at = pair.indexOf('=');
	const key = pair.slice(0, at < 0 ? pair.length : at);
	if (at < 0) throw new UsageError(`'${pair}' is no key=value`);
	if (key === 'name') {
		throw new UsageError(
			'a name cannot be set: folders and the ledger bear it; add the spoke under its new name, then remove the old one',
		);
	}

	const read = Object.hasOwn(settable, key) ? settable[key] : undefined;
	if (!read) throw new UsageError(`'${key}' cannot be set; what can: ${settableKeys.join(', ')}`);
	const text = pair.slice(at + 1);
	return [key, text === '' ? undefined : read(text)];
}

function asFlag(text: string): EntryValue {
	return text === 'true' ? true : text === 'false' ? false : text;
}

/** What is no number stays text, for the file's own check to name. */
function asNumber(text: string): EntryValue {
	return /^\d{1,9}$/.test(text) ? Number(text) : text;
}
