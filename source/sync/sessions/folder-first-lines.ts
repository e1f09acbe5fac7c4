import {fsPath} from '../../text/names.js';
import type {IndexEntry} from './folder-entries.js';
import type {HeaderReading} from './folder-header.js';
import {peekHeader} from './folder-peek.js';
import {inSlices} from './folder-walk.js';
import {readHeader} from './reader.js';

/** Files read between two chances to let the event loop turn: about 0.2 ms of work. */
const filesPerStep = 32;

interface Outcomes {
	onRead(path: string, entry: IndexEntry, reading: HeaderReading): void;
	onFailed(path: string, error: unknown): void;
}

/**
 * Reads the first lines of those files whose kind is unknown: the short ones in slices without waiting for each, the
 * rare long ones one after the other. An entry that changed meanwhile is left unread.
 * @throws the signal's reason when it aborts
 */
export async function readFirstLines(
	root: string,
	files: Iterable<readonly [path: string, entry: IndexEntry]>,
	outcomes: Outcomes,
	signal?: AbortSignal,
): Promise<void> {
	const long: Array<readonly [string, IndexEntry]> = [];
	await inSlices(readShort(root, files, outcomes, long), signal);
	for (const [path, entry] of long) {
		const {size, mtimeMs} = entry;
		try {
			const reading = await readHeader(root, path, signal);
			if (entry.kind === undefined && entry.size === size && entry.mtimeMs === mtimeMs) {
				outcomes.onRead(path, entry, reading);
			}
		} catch (error) {
			signal?.throwIfAborted();
			outcomes.onFailed(path, error);
		}
	}
}

function* readShort(
	root: string,
	files: Iterable<readonly [path: string, entry: IndexEntry]>,
	outcomes: Outcomes,
	long: Array<readonly [string, IndexEntry]>,
): Generator<undefined, void> {
	let count = 0;
	for (const [path, entry] of files) {
		if (++count % filesPerStep === 0) yield;
		if (entry.kind !== undefined) continue;
		try {
			const reading = peekHeader(fsPath(root, path));
			if (reading) outcomes.onRead(path, entry, reading);
			else long.push([path, entry]);
		} catch (error) {
			outcomes.onFailed(path, error);
		}
	}
}
