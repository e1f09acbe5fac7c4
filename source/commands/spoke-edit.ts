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
import type {SyncthingFlags} from './spoke-add-syncthing.js';
import {type Asker, nobody} from './spoke-ask.js';
import {type CommandIo, exit} from './types.js';

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

/** `spoke set NAME key=value…`: `key=` takes the key away, so that its default holds again; `--method` migrates. */
export async function spokeSet(io: CommandIo, flags: SetFlags, asker: Asker = nobody): Promise<number> {
	const {method} = flags;
	if (method !== undefined) return (await import('./spoke-migrate.js')).spokeMigrate(io, {...flags, method}, asker);
	const [name, ...pairs] = flags.names;
	if (name === undefined || pairs.length === 0) {
		throw new UsageError('what is to be set? pi-brain-tui spoke set NAME key=value…, for example port=2222');
	}

	const values = valuesOf(pairs);
	if (Object.hasOwn(values, 'sync_method')) {
		throw new UsageError(
			`another method takes more than its name in the file: pi-brain-tui spoke set ${name} --method NAME`,
		);
	}

	return report(io, flags, await edit(io, flags, {type: 'set', name, values}));
}

/** Keys and values of a command line. */
export function valuesOf(pairs: readonly string[]): Record<string, EntryValue | undefined> {
	return Object.fromEntries(pairs.map(pair => pairOf(pair)));
}

/** `spoke enable NAME`, `spoke disable NAME`; the Syncthing folder is resumed or paused after a question. */
export async function spokeSwitch(
	io: CommandIo,
	flags: SwitchFlags,
	isEnabled: boolean,
	asker: Asker = nobody,
): Promise<number> {
	const [name, ...more] = flags.names;
	if (name === undefined || more.length > 0) {
		throw new UsageError(`which spoke? pi-brain-tui spoke ${isEnabled ? 'enable' : 'disable'} NAME`);
	}

	const edited = await edit(io, flags, {type: 'set', name, values: {enabled: isEnabled}});
	const code = report(io, flags, edited);
	const {config, spoke} = edited;
	if (spoke?.method !== 'syncthing') return code;
	const {changeFolder, folderOf, isWanted} = await import('./spoke-syncthing.js');
	const found = await folderOf(io, config, spoke);
	if (!found || found.folder.isPaused === !isEnabled) return code;
	const folder = `folder '${clean(found.folder.id)}' of Syncthing`;
	const question = isEnabled
		? `Resume ${folder} too?`
		: `Pause ${folder} too? Until it is resumed nothing arrives from the spoke.`;
	if (!(await isWanted(asker, flags.yes, question))) {
		io.stderr.write(
			`${folder} ${isEnabled ? 'stays paused' : 'goes on'}: --yes ${isEnabled ? 'resumes' : 'pauses'} it\n`,
		);
		return code;
	}

	const {pauseFolder} = await import('../sync/syncthing/setup-leave.js');
	const word = isEnabled ? 'resume' : 'pause';
	if (!(await changeFolder(io, pauseFolder(found, !isEnabled), `${word} ${folder} there`))) return exit.failed;
	io.stderr.write(`${folder} ${isEnabled ? 'runs again' : 'is paused'}\n`);
	return code;
}

function report(
	io: CommandIo,
	{json}: Pick<SwitchFlags, 'json'>,
	{spoke, problems, isChanged, backup, config}: Edited,
): number {
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
