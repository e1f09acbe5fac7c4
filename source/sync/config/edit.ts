import {randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type {Clock} from '../clock.js';
import {syncFolder} from '../guard/durable.js';
import {acquireLease, type Lease} from '../schedule/lease.js';
import {editText} from './edit-text.js';
import {EditError, type SpokeEdit} from './edit-types.js';
import {type LoadOptions, loadConfig} from './load.js';
import {realPath} from './paths.js';
import {formatProblem} from './problems.js';
import type {HubConfig, Problem, SpokeConfig} from './types.js';

export {EditError, type EntryValue, type SpokeEdit} from './edit-types.js';

/** What an edit needs to know of the machine. */
export interface EditOptions extends Pick<LoadOptions, 'file' | 'home' | 'hostname'> {
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/** What an edit makes of the file. */
export interface Edited {
	/** The configuration as it then is. */
	readonly config: HubConfig;
	/** The spoke as it then is; undefined when it was removed. */
	readonly spoke: SpokeConfig | undefined;
	/** Warnings and notes about that spoke. */
	readonly problems: readonly Problem[];
	/** False: the file says so already, and was not touched. */
	readonly isChanged: boolean;
	/** Absolute path of the copy of the file as it was; undefined when there was none or nothing was written. */
	readonly backup: string | undefined;
}

/** Milliseconds an edit waits for another one. */
const waitMs = 5000;
const retryMs = 50;

/** No spoke can be called so: names hold letters, digits, `_` and `-`. */
const leaseName = '.config';

/**
 * Changes the list of spokes in config.yaml, comments, order and unknown keys kept. The file is replaced by one rename
 * (through a link: where it leads), the one before stays as `config.yaml.bak`. Edits of several processes follow each
 * other; what an editor wrote meanwhile is never overwritten.
 * @throws EditError when nothing was changed: bad YAML, no such spoke, a value that cannot be used, a file that changed
 */
export async function editConfig(options: EditOptions, edit: SpokeEdit): Promise<Edited> {
	const lease = await waitForLease(options);
	try {
		const target = await realPath(options.file);
		const before = await readText(target);
		const {text, ...edited} = await preview(options, edit, before);
		if (!edited.isChanged) return {...edited, backup: undefined};
		const backup = before === undefined ? undefined : `${options.file}.bak`;
		try {
			await replace(target, before, text, backup);
		} catch (error) {
			throw error instanceof EditError
				? error
				: new EditError(`${target}: ${(error as Error).message}`, {cause: error});
		}

		return {...edited, backup};
	} finally {
		await lease.release();
	}
}

/**
 * What an edit would make of the file, without touching it.
 * @throws EditError as `editConfig` does
 */
export async function previewEdit(options: EditOptions, edit: SpokeEdit): Promise<Edited> {
	const {text: _, ...edited} = await preview(options, edit, await readText(await realPath(options.file)));
	return {...edited, backup: undefined};
}

async function preview(
	options: EditOptions,
	edit: SpokeEdit,
	before: string | undefined,
): Promise<Omit<Edited, 'backup'> & {readonly text: string}> {
	const text = editText(before ?? '', edit, options.file);
	const name = edit.type === 'add' ? edit.entry.name : edit.name;
	const [was, is] = await Promise.all([loadConfig({...options, text: before ?? ''}), loadConfig({...options, text})]);
	const isNew = ({severity, message, spoke}: Problem) =>
		severity === 'error' && !was.problems.some(old => old.message === message && old.spoke === spoke);
	const errors = is.problems.filter(isNew);
	if (errors.length > 0 || !is.config) {
		throw new EditError(
			['nothing was changed, because the file would be wrong:', ...errors.map(problem => formatProblem(problem))].join(
				'\n',
			),
		);
	}

	return {
		text,
		config: is.config,
		spoke: is.config.spokes.find(spoke => spoke.name === name),
		problems: is.problems.filter(({severity, spoke}) => severity !== 'error' && spoke === name),
		isChanged: text !== before,
	};
}

/** @returns undefined when there is no file */
async function readText(file: string): Promise<string | undefined> {
	try {
		const stats = await fs.stat(file);
		if (!stats.isFile()) throw new EditError(`${file} is not a regular file; nothing was changed`);
		const bytes = await fs.readFile(file);
		const text = bytes.toString();
		if (Buffer.compare(Buffer.from(text), bytes) !== 0) {
			throw new EditError(`${file} is not UTF-8 text; nothing was changed`);
		}

		return text;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error instanceof EditError ? error : new EditError(`${file} cannot be read: ${(error as Error).message}`);
	}
}

async function replace(
	file: string,
	before: string | undefined,
	text: string,
	backup: string | undefined,
): Promise<void> {
	const folder = path.dirname(file);
	await fs.mkdir(folder, {recursive: true, mode: 0o700});
	const temporary = await written(file, file, text);
	try {
		if (backup !== undefined) await fs.rename(await written(backup, file, before!), backup);
		// The last look: what an editor saved in the meantime is worth more than what was read before.
		if ((await readText(file)) !== before) {
			throw new EditError(`${file} was changed by somebody else meanwhile; nothing was written, please try again`);
		}

		await fs.rename(temporary, file);
		await syncFolder(folder);
	} finally {
		await fs.rm(temporary, {force: true});
	}
}

/**
 * Writes and syncs a file beside another.
 * @param like whose mode and owner it gets; 0600 where there is none
 * @returns its path
 */
async function written(beside: string, like: string, text: string): Promise<string> {
	const temporary = path.join(path.dirname(beside), `.${path.basename(beside)}.${randomBytes(4).toString('hex')}`);
	const stats = await fs.stat(like).catch(() => undefined);
	const handle = await fs.open(temporary, 'wx', 0o600);
	try {
		await handle.writeFile(text);
		if (stats) {
			await handle.chmod(stats.mode & 0o7777);
			// As root in somebody's home: the file stays theirs. Others may not give files away, and need not.
			await handle.chown(stats.uid, stats.gid).catch(() => {});
		}

		await handle.sync();
	} catch (error) {
		await fs.rm(temporary, {force: true});
		throw error;
	} finally {
		await handle.close();
	}

	return temporary;
}

async function waitForLease({file, clock, signal}: EditOptions): Promise<Lease> {
	const folder = path.join(path.dirname(file), 'run');
	const until = performance.now() + waitMs;
	for (;;) {
		const lease = await acquireLease({folder, spoke: leaseName, by: 'command'}).catch((error: Error) => {
			throw new EditError(`${folder} cannot be used, so nothing was changed: ${error.message}`, {cause: error});
		});
		if ('release' in lease) return lease;
		if (performance.now() > until) {
			const {pid} = lease.heldBy;
			throw new EditError(
				`${file} is being edited by another process${pid === undefined ? '' : ` (${pid})`}; try again`,
			);
		}

		await clock.sleep(retryMs, signal);
	}
}
