import {fsPath} from '../../text/names.js';
import type {FileVersion} from './file-table.js';
import type {HeaderReading} from './folder-header.js';
import {peekHeader} from './folder-peek.js';
import {inSlices} from './folder-walk.js';
import {readHeader} from './reader.js';

/** Files read between two chances to let the event loop turn: about 0.2 ms of work. */
const filesPerStep = 32;

type Unread = readonly [path: string, version: FileVersion];

interface Outcomes {
	/** False: it changed, went away or was read by somebody else. */
	isUnread(path: string, version: FileVersion): boolean;
	onRead(path: string, reading: HeaderReading): void;
	onFailed(path: string, error: unknown): void;
}

/**
 * Reads the first lines of files whose kind is unknown: the short ones in slices without waiting for each, the
 * rare long ones one after the other. A file that changed meanwhile is left unread.
 * @throws the signal's reason when it aborts
 */
export async function readFirstLines(
	root: string,
	files: Iterable<Unread>,
	outcomes: Outcomes,
	signal?: AbortSignal,
): Promise<void> {
	const long: Unread[] = [];
	await inSlices(readShort(root, files, outcomes, long), signal);
	for (const [path, version] of long) {
		try {
			const reading = await readHeader(root, path, signal);
			if (outcomes.isUnread(path, version)) outcomes.onRead(path, reading);
		} catch (error) {
			signal?.throwIfAborted();
			outcomes.onFailed(path, error);
		}
	}
}

function* readShort(
	root: string,
	files: Iterable<Unread>,
	outcomes: Outcomes,
	long: Unread[],
): Generator<undefined, void> {
	let count = 0;
	for (const [path, version] of files) {
		if (++count % filesPerStep === 0) {
			yield;
			if (!outcomes.isUnread(path, version)) continue;
		}

		try {
			const reading = peekHeader(fsPath(root, path));
			if (reading) outcomes.onRead(path, reading);
			else long.push([path, version]);
		} catch (error) {
			outcomes.onFailed(path, error);
		}
	}
}
