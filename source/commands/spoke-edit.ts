import {
	EditError,
	type Edited,
	type EditOptions,
	type EntryValue,
	editConfig,
	type SpokeEdit,
} from '../sync/config/edit.js';
import {configFile} from '../sync/config/file.js';
import {formatProblem} from '../sync/config/problems.js';
import {clean} from '../text/clean.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, UsageError} from './open-hub.js';
import {type CommandIo, exit} from './types.js';

/** What `spoke set`, `enable` and `disable` take. */
export interface SetFlags extends HubFlags {
	readonly names: readonly string[];
	readonly json?: boolean;
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

/** `spoke set NAME key=value…`: `key=` takes the key away, so that its default holds again. */
export async function spokeSet(io: CommandIo, flags: SetFlags): Promise<number> {
	const [name, ...pairs] = flags.names;
	if (name === undefined || pairs.length === 0) {
		throw new UsageError('what is to be set? pi-brain-tui spoke set NAME key=value…, for example port=2222');
	}

	const values = Object.fromEntries(pairs.map(pair => pairOf(pair)));
	return report(io, flags, await edit(io, flags, {type: 'set', name, values}));
}

/** `spoke enable NAME`, `spoke disable NAME`. */
export async function spokeSwitch(io: CommandIo, flags: SetFlags, isEnabled: boolean): Promise<number> {
	const [name, ...more] = flags.names;
	if (name === undefined || more.length > 0) {
		throw new UsageError(`which spoke? pi-brain-tui spoke ${isEnabled ? 'enable' : 'disable'} NAME`);
	}

	return report(io, flags, await edit(io, flags, {type: 'set', name, values: {enabled: isEnabled}}));
}

function report(io: CommandIo, {json}: SetFlags, {spoke, problems, isChanged, backup, config}: Edited): number {
	if (json) {
		io.stdout.write(
			jsonLine({
				schema: 1,
				spoke: spoke?.name,
				changed: isChanged,
				file: config.file,
				backup: backup ?? null,
				problems,
			}),
		);
		return exit.ok;
	}

	for (const problem of problems) io.stderr.write(`${formatProblem(problem)}\n`);
	const name = clean(spoke?.name ?? '');
	if (!isChanged) io.stdout.write(`${name}: ${clean(config.file)} says so already\n`);
	else
		io.stdout.write(
			`${name}: written to ${clean(config.file)}${backup === undefined ? '' : `; the file before: ${clean(backup)}`}\n`,
		);
	return exit.ok;
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
	if (!read) throw new UsageError(`'${key}' cannot be set; what can: ${Object.keys(settable).join(', ')}`);
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
