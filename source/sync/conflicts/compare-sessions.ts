import fs from 'node:fs';
import {type EntryRef, entryAtSpan, keyOf, type Span} from './entry-ref.js';
import {commonStartOf, type Opened, openRegular} from './first-difference.js';
import {countLineEnds, lineStart, type SessionLine, sessionLines} from './session-lines.js';

export type {EntryRef} from './entry-ref.js';

/** What two versions of a session have, entry by entry. */
export interface SessionComparison {
	/** Entries of the first file alone, in its order, `limit` at most. */
	readonly onlyHere: readonly EntryRef[];
	/** How many there are. */
	readonly onlyHereCount: number;
	/** The same of the second. */
	readonly onlyThere: readonly EntryRef[];
	readonly onlyThereCount: number;
	/** Entries of both, whether or not their bytes are the same. */
	readonly both: number;
	/** Of those, the ones whose bytes differ: the same id, written in another way. As they stand here, `limit` at most. */
	readonly changed: readonly EntryRef[];
	readonly changedCount: number;
	/** First byte, and the line it stands in (from 1), that is not the same; the end of the shorter where it is a prefix. */
	readonly firstDifference: {readonly offset: number; readonly line: number} | undefined;
	/** `here-longer`: the second file is the beginning of the first. */
	readonly relation: 'identical' | 'here-longer' | 'there-longer' | 'diverged';
	/** Bytes of the two. */
	readonly sizes: readonly [here: number, there: number];
}

/** How `compareSessions` works. */
export interface CompareSessionsOptions {
	readonly signal?: AbortSignal;
	/** Most entries listed of each kind, 200 unless told; all of them are counted. */
	readonly limit?: number;
}

interface KnownLine extends Span {
	readonly hash: string;
}

/**
 * Compares two versions of a session by the ids of their entries; entries without an id (v1) and lines that are no JSON
 * by their bytes. Streams: ids are kept of what follows the common beginning, lines never, so that 64 MB in one line
 * and a gigabyte in all take the memory of a few ids.
 * @param here absolute path of the first file; bytes where the name is not UTF-8
 * @param there the second
 * @throws Error with `code` ENOENT when one is absent or not a regular file; the file system's own; the signal's reason
 */
export async function compareSessions(
	here: string | Buffer,
	there: string | Buffer,
	{signal, limit = 200}: CompareSessionsOptions = {},
): Promise<SessionComparison> {
	const one = openRegular(here);
	try {
		const other = openRegular(there);
		try {
			return await compareOpened(one, other, signal, limit);
		} finally {
			fs.closeSync(other.fd);
		}
	} finally {
		fs.closeSync(one.fd);
	}
}

async function compareOpened(
	one: Opened,
	other: Opened,
	signal: AbortSignal | undefined,
	limit: number,
): Promise<SessionComparison> {
	const {sizes, shared} = await commonStartOf(one, other, {signal});
	// The line in which they part belongs to neither's common beginning, unless it ended in both.
	const from = lineStart(one.fd, shared);
	const rest = new Rest(one, other);
	const line = (await countLineEnds(one.fd, from, signal)) + 1;
	for await (const found of sessionLines(one.fd, {from, line, to: sizes[0], hasHashes: true, signal})) rest.here(found);
	for await (const found of sessionLines(other.fd, {from, line, to: sizes[1], hasHashes: true, signal}))
		rest.there(found);
	let common = 0;
	const hasHashes = rest.hasLinesWithoutId;
	for await (const found of sessionLines(one.fd, {to: from, hasHashes, signal})) {
		common++;
		rest.common(found);
	}

	const isSame = shared === sizes[0] && shared === sizes[1];
	const {onlyHere, onlyThere, changed} = rest;
	return {
		onlyHere: refs(one.fd, onlyHere, limit),
		onlyHereCount: onlyHere.length,
		onlyThere: refs(other.fd, onlyThere, limit),
		onlyThereCount: onlyThere.length,
		both: common + rest.both,
		changed: refs(one.fd, changed, limit),
		changedCount: changed.length,
		firstDifference: isSame ? undefined : {offset: shared, line},
		relation: isSame
			? 'identical'
			: shared === sizes[0]
				? 'there-longer'
				: shared === sizes[1]
					? 'here-longer'
					: 'diverged',
		sizes,
	};
}

function refs(fd: number, spans: readonly Span[], limit: number): EntryRef[] {
	return spans.slice(0, limit).map(span => entryAtSpan(fd, span));
}

/** What follows the common beginning, by the keys of its entries. */
class Rest {
	readonly changed: Span[] = [];
	/** Entries found on both sides so far. */
	both = 0;
	hasLinesWithoutId = false;
	readonly #one: Opened;
	readonly #other: Opened;
	readonly #here = new Map<string, KnownLine>();
	readonly #there = new Map<string, KnownLine>();
	/** Keys found on both sides: what repeats one of them is not new. */
	readonly #seen = new Set<string>();

	constructor(one: Opened, other: Opened) {
		this.#one = one;
		this.#other = other;
	}

	get onlyHere(): Span[] {
		return [...this.#here.values()];
	}

	get onlyThere(): Span[] {
		return [...this.#there.values()];
	}

	here(line: SessionLine): void {
		const key = this.#keyOf(this.#one.fd, line);
		// The same entry twice is one entry.
		if (!this.#here.has(key)) this.#here.set(key, spanOf(line));
	}

	there(line: SessionLine): void {
		const key = this.#keyOf(this.#other.fd, line);
		const known = this.#here.get(key);
		if (!known) {
			if (!this.#seen.has(key)) this.#there.set(key, spanOf(line));
			return;
		}

		this.#here.delete(key);
		this.#seen.add(key);
		this.both++;
		if (known.hash !== line.hash) this.changed.push(known);
	}

	/** A line of the common beginning: an entry that one side repeats later is in both. */
	common(line: SessionLine): void {
		if (this.#here.size + this.#there.size === 0) return;
		const key = keyOf(this.#one.fd, line);
		this.#here.delete(key);
		this.#there.delete(key);
	}

	#keyOf(fd: number, line: SessionLine): string {
		const key = keyOf(fd, line);
		this.hasLinesWithoutId ||= key.startsWith('line ');
		return key;
	}
}

function spanOf({offset, length, line, hash}: SessionLine): KnownLine {
	return {offset, length, line, hash};
}
