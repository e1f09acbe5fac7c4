import {readdir} from 'node:fs/promises';
import path from 'node:path';

/** Where a spoke without `path` lives, and what to say about it. */
export interface Home {
	readonly path: string;
	readonly note: {readonly severity: 'info' | 'warning'; readonly message: string} | undefined;
}

/**
 * The folder of a spoke that names none: `<synced_sessions_dir>/<name>`, unless the runbook's
 * `<folder of config.yaml>/sessions/<name>` is where its sessions already are.
 */
export async function homeOf(name: string, synced: string, folder: string): Promise<Home> {
	const usual = path.join(synced, name);
	const runbook = path.join(folder, 'sessions', name);
	if (runbook === usual || !(await holdsSessions(runbook))) return {path: usual, note: undefined};
	if (await holdsSessions(usual)) {
		// Both in use: changing over would mix two trees, so the one in force stays.
		return {
			path: usual,
			note: {
				severity: 'warning',
				message: `sessions are in ${usual}, which is used, and in ${runbook}, which is not; path: chooses the other`,
			},
		};
	}

	return {
		path: runbook,
		note: {severity: 'info', message: `path is ${runbook}, which already holds sessions of this spoke`},
	};
}

/** True when a *.jsonl lies in the folder or one below, which is how pi lays sessions out. */
async function holdsSessions(folder: string, depth = 1): Promise<boolean> {
	let entries: Awaited<ReturnType<typeof listed>>;
	try {
		entries = await listed(folder);
	} catch {
		return false;
	}

	if (entries.some(entry => entry.isFile() && entry.name.endsWith('.jsonl'))) return true;
	if (depth === 0) return false;
	for (const entry of entries) {
		if (entry.isDirectory() && (await holdsSessions(path.join(folder, entry.name), depth - 1))) return true;
	}

	return false;
}

async function listed(folder: string) {
	return readdir(folder, {withFileTypes: true});
}
