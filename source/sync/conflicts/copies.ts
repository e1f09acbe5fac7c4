import {fsPath} from '../../text/names.js';
import {peekHeader} from '../sessions/folder-peek.js';
import {entryAt} from '../sessions/tree.js';
import {memberOf, type PairMember, type PairSearch, placesOf, rootsOf} from './pairs.js';

/** What the name of a conflict copy tells. */
export interface ConflictName {
	/** The file it is a copy of, in the same folder; below the root as the copy's own path. */
	readonly original: string;
	/** `YYYY-MM-DD HH:MM:SS`, in the local time of the computer that made it. */
	readonly at: string;
	/** First seven characters of the id of the device that changed it last. */
	readonly device: string;
}

/** A conflict copy and what it is a copy of. */
export interface ConflictCopy {
	readonly copy: PairMember;
	/** Undefined: the name is not Syncthing's, only like it. */
	readonly name: ConflictName | undefined;
	/** The session it is a copy of; undefined: it is not there. */
	readonly original: PairMember | undefined;
	/** Of its own header; undefined: it has none, or cannot be read. */
	readonly id: string | undefined;
}

// Syncthing puts the mark in front of the extension, and another one when a copy is changed on two sides again.
const mark = /\.sync-conflict-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-([A-Z2-7]{7})(?=(?:\.sync-conflict-.*)?\.jsonl$)/;

/**
 * Takes the name of a conflict copy apart.
 * @param path below the session root
 * @returns undefined when it is not one of Syncthing's
 */
export function conflictName(path: string): ConflictName | undefined {
	const found = mark.exec(path);
	if (!found) return undefined;
	const [, year, month, day, hour, minute, second, device] = found;
	return {
		original: `${path.slice(0, found.index)}.jsonl`,
		at: `${year}-${month}-${day} ${hour}:${minute}:${second}`,
		device: device!,
	};
}

/** Every conflict copy in the stored index with its original; reads the first line of the copies. */
export function conflictCopies({store, config}: PairSearch): ConflictCopy[] {
	const places = placesOf(config);
	const rows = store.pairs.copies(rootsOf(config));
	return places.flatMap(place =>
		rows.flatMap(row => {
			const copy = memberOf(place, row);
			return copy && entryAt(fsPath(copy.root, copy.path))?.isFile() ? [understood(copy)] : [];
		}),
	);
}

function understood(copy: PairMember): ConflictCopy {
	const {root, path} = copy;
	const name = conflictName(path);
	const stat = name && entryAt(fsPath(root, name.original));
	const original = stat?.isFile()
		? {...copy, path: name!.original, bytes: stat.size, mtimeMs: stat.mtimeMs, lastEntryAt: undefined}
		: undefined;
	return {copy, name, original, id: idOf(fsPath(root, path))};
}

function idOf(file: string | Buffer): string | undefined {
	try {
		return peekHeader(file)?.header?.id;
	} catch {
		// That it cannot be read is said where it is compared.
		return undefined;
	}
}
