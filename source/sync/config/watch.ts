import {stat} from 'node:fs/promises';
import path from 'node:path';
import type {FSWatcher} from 'chokidar';
import {type Clock, systemClock} from '../clock.js';
import {every} from '../every.js';
import type {LoadedConfig, Problem} from './types.js';

/** What `watchConfig` takes. */
export interface WatchConfigOptions {
	/** Absolute path; neither the file nor its folder need exist yet. */
	readonly file: string;
	/** Reads the file, normally `loadConfig`. */
	readonly load: () => Promise<LoadedConfig>;
	/** What is in force now, so that a change between loading it and watching is noticed; undefined: read at the start. */
	readonly current?: LoadedConfig;
	/** A configuration that can be used and differs from the last one. `config` is always defined. */
	readonly onChange: (loaded: LoadedConfig) => void;
	/** The file became unreadable or vanished: the last good configuration stays in force. */
	readonly onProblem: (problems: readonly Problem[]) => void;
	/** Ends the watching. */
	readonly signal: AbortSignal;
	readonly clock?: Clock;
}

/** Milliseconds the file must have stayed as it is before it is read: editors and `cat >` truncate first. */
const settleMs = 300;
/** Milliseconds between two looks that need no notification: what a folder on NFS, a link or a new folder relies on. */
const lookMs = 1000;

/**
 * Reads config.yaml again within two seconds of a change: in place, by rename, through a link, deleted and created
 * anew, or in a folder that appears later.
 * @returns once changes are noticed; the watching itself goes on until the signal aborts
 */
export async function watchConfig(options: WatchConfigOptions): Promise<void> {
	const {file, signal} = options;
	const clock = options.clock ?? systemClock;
	let last = options.current ? undefined : await fingerprint(file);
	let inForce = options.current ?? (await options.load());
	let shown = JSON.stringify(inForce);

	let wake: (() => void) | undefined;
	const watcher = await folderWatcher(file, () => wake?.(), signal);
	const readAgain = async () => {
		const loaded = await options.load();
		const text = JSON.stringify(loaded);
		if (text === shown) return;
		shown = text;
		if (loaded.config && (loaded.exists || !inForce.exists)) {
			inForce = loaded;
			options.onChange(loaded);
		} else {
			options.onProblem(loaded.exists ? loaded.problems : [gone(file)]);
		}
	};
	const follow = async () => {
		every(lookMs, () => wake?.(), signal);
		signal.addEventListener('abort', () => wake?.(), {once: true});
		while (!signal.aborted) {
			const now = await fingerprint(file);
			if (now === last) {
				await new Promise<void>(resolve => {
					wake = resolve;
					if (signal.aborted) resolve();
				});
				continue;
			}

			await pause(clock, settleMs, signal);
			if (signal.aborted || (await fingerprint(file)) !== now) continue;
			await readAgain();
			last = now;
		}
	};
	void follow().finally(() => watcher?.close());
}

/** Everything that changes when a file does; `absent` without one. */
async function fingerprint(file: string): Promise<string> {
	try {
		const {dev, ino, size, mtimeNs, ctimeNs} = await stat(file, {bigint: true});
		return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : String(error);
	}
}

async function folderWatcher(file: string, onEvent: () => void, signal: AbortSignal): Promise<FSWatcher | undefined> {
	const {watch} = await import('chokidar');
	if (signal.aborted) return undefined;
	const folder = path.dirname(file);
	const watcher = watch(folder, {
		depth: 0,
		ignoreInitial: true,
		// The same folder holds logs and sockets, which change all the time.
		ignored: candidate => candidate !== folder && candidate !== file,
	});
	// The regular look goes on without it (inotify's limits, a folder that was replaced).
	watcher.on('all', onEvent).on('error', onEvent);
	await new Promise<void>(resolve => {
		watcher.once('ready', resolve).once('error', () => resolve());
		signal.addEventListener('abort', () => resolve(), {once: true});
	});
	return watcher;
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
	try {
		await clock.sleep(ms, signal);
	} catch (error) {
		if (!signal.aborted) throw error;
	}
}

/** The problem of a file that was there. */
export function gone(file: string): Problem {
	const message = 'is gone; the last configuration that could be read stays in force';
	return {severity: 'error', file, line: undefined, column: undefined, where: '', message, spoke: undefined};
}
