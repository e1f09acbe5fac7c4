import fs from 'node:fs';
import {fsPath} from '../../text/names.js';
import {chunkBytes, chunkHashBytes} from '../guard/chunks.js';
import {readLastEntry} from '../sessions/reader.js';
import {entryAt} from '../sessions/tree.js';
import type {Store} from '../store/store.js';
import {type Budget, commonStart, fill, openRegular} from './first-difference.js';
import type {PairMember} from './pairs.js';

/**
 * How one file of a session is to another: the same bytes, one the beginning of the other, or parted after a common
 * beginning. `unread`: the budget was spent before it was known.
 */
export type RelationKind = 'identical' | 'prefix' | 'diverged' | 'unread';

/** A member that is not the current one, seen from the current one. */
export interface RelatedMember {
	readonly member: PairMember;
	readonly kind: RelationKind;
	/** Bytes from the first on that it has in common with the current one. */
	readonly shared: number;
}

/** How the files of one session are to each other. Nothing is renamed and nothing goes: all of them are kept. */
export interface Relation {
	/** The worst of all: `diverged` as soon as two have parted. */
	readonly kind: RelationKind;
	/**
	 * The longest where the others are its beginning; of several that have parted the one whose last entry is the latest,
	 * then the longer, then the first by computer and path.
	 */
	readonly current: PairMember;
	/** The others, as large and as young as they are now. */
	readonly others: readonly RelatedMember[];
}

/** What the ledger answers for of a member's file. */
export interface Acknowledged {
	readonly length: number;
	readonly sha256: string;
	/** Milliseconds since the epoch of the file it was taken from; undefined: unknown. */
	readonly sourceMtimeMs: number | undefined;
	/** Hashes of its chunks as `guard/chunks.ts` has them; empty: not known. */
	readonly chunks: Uint8Array;
}

/** How `relate` works. */
export interface RelateOptions {
	readonly signal?: AbortSignal;
	/** What the ledger says of a member: where it says enough, no byte is read. */
	readonly known?: (member: PairMember) => Acknowledged | undefined;
	/** What may be read in all, over several calls that share it. */
	readonly budget?: Budget;
}

/** Milliseconds by which a time of the ledger and the file's own differ where a file system counts in seconds. */
const sameTimeMs = 1000;

/**
 * Finds out how the files of one session are to each other and which is current.
 * @returns undefined when fewer than two are there
 * @throws the file system's error when one cannot be read; the signal's reason
 */
export async function relate(
	members: readonly PairMember[],
	options: RelateOptions = {},
): Promise<Relation | undefined> {
	const present = members.flatMap(member => asItIsNow(member) ?? []).toSorted(byLength);
	if (present.length < 2) return undefined;
	const sides = new Sides(options);
	// Longest first: each can only be the beginning of one that was looked at before.
	const ends: PairMember[] = [];
	for (const member of present) {
		let isBeginning = false;
		for (const end of ends) isBeginning ||= (await sides.compare(end, member)).kind !== 'diverged';
		if (!isBeginning) ends.push(member);
	}

	const current = await latest(ends, options.signal);
	const others: RelatedMember[] = [];
	for (const member of present)
		if (member !== current) others.push({member, ...(await sides.compare(current, member))});
	const kinds: readonly RelationKind[] = ['diverged', 'unread', 'prefix', 'identical'];
	return {kind: kinds.find(kind => others.some(other => other.kind === kind)) ?? 'identical', current, others};
}

/**
 * What the ledger knows of a member. The hub's own sessions are in no ledger.
 * @param member with the bytes it has now
 */
export function acknowledgedBy({ledger}: Store): (member: PairMember) => Acknowledged | undefined {
	return ({spoke, path}) => {
		const entry = spoke === undefined ? undefined : ledger.get(spoke, path);
		if (!entry) return undefined;
		const chunks = ledger.chunks(spoke!, path);
		const isSame = chunks?.length === entry.length && chunks.sha256 === entry.sha256;
		return {...entry, chunks: isSame ? chunks.hashes : new Uint8Array()};
	};
}

function asItIsNow(member: PairMember): PairMember | undefined {
	const stat = entryAt(fsPath(member.root, member.path));
	if (!stat?.isFile()) return undefined;
	if (stat.size === member.bytes && stat.mtimeMs === member.mtimeMs) return member;
	return {...member, bytes: stat.size, mtimeMs: stat.mtimeMs, lastEntryAt: undefined};
}

function byLength(one: PairMember, other: PairMember): number {
	return other.bytes - one.bytes || byName(one, other);
}

function byName(one: PairMember, other: PairMember): number {
	const key = ({computer, path}: PairMember) => `${computer}\n${path}`;
	return key(one) < key(other) ? -1 : 1;
}

async function latest(ends: readonly PairMember[], signal: AbortSignal | undefined): Promise<PairMember> {
	const [only] = ends;
	if (ends.length === 1) return only!;
	const timed = [];
	for (const member of ends) {
		const {root, path, bytes, lastEntryAt} = member;
		const at = lastEntryAt ?? (await readLastEntry(root, path, bytes, signal))?.timestamp ?? -Infinity;
		timed.push({member, at});
	}

	timed.sort((one, other) => (one.at === other.at ? byLength(one.member, other.member) : other.at - one.at));
	return timed[0]!.member;
}

type Compared = Pick<RelatedMember, 'kind' | 'shared'>;

/** Compares members two at a time, each two only once. */
class Sides {
	readonly #options: RelateOptions;
	readonly #compared = new Map<PairMember, Map<PairMember, Compared>>();

	constructor(options: RelateOptions) {
		this.#options = options;
	}

	async compare(one: PairMember, other: PairMember): Promise<Compared> {
		const [longer, shorter] = one.bytes >= other.bytes ? [one, other] : [other, one];
		const row = this.#compared.get(longer) ?? new Map<PairMember, Compared>();
		this.#compared.set(longer, row);
		const known = row.get(shorter) ?? this.#compared.get(shorter)?.get(longer);
		if (known) return known;
		const compared = this.#byLedger(longer, shorter) ?? (await this.#byBytes(longer, shorter));
		row.set(shorter, compared);
		return compared;
	}

	/** What hashes alone tell: the same, or parted in a certain chunk; what is left of a last chunk is read. */
	#byLedger(longer: PairMember, shorter: PairMember): Compared | undefined {
		const [mine, theirs] = [this.#acknowledged(longer), this.#acknowledged(shorter)];
		if (!mine || !theirs) return undefined;
		if (mine.length === theirs.length && mine.sha256 === theirs.sha256) {
			return {kind: 'identical', shared: mine.length};
		}

		const whole = Math.floor(theirs.length / chunkBytes);
		if (mine.chunks.length < whole * chunkHashBytes || theirs.chunks.length < whole * chunkHashBytes) return undefined;
		let same = 0;
		while (same < whole && isSameHash(mine.chunks, theirs.chunks, same)) same++;
		const from = same * chunkBytes;
		const wanted = Math.min(chunkBytes, theirs.length - from);
		const shared = from + sharedBytes(longer, shorter, from, wanted);
		if (shared < theirs.length) return {kind: 'diverged', shared};
		return {kind: mine.length === theirs.length ? 'identical' : 'prefix', shared};
	}

	#acknowledged(member: PairMember): Acknowledged | undefined {
		const known = this.#options.known?.(member);
		if (known?.length !== member.bytes || known.sourceMtimeMs === undefined) return undefined;
		return Math.abs(known.sourceMtimeMs - member.mtimeMs) < sameTimeMs ? known : undefined;
	}

	async #byBytes(longer: PairMember, shorter: PairMember): Promise<Compared> {
		const {signal, budget} = this.#options;
		const {sizes, shared, isComplete} = await commonStart(
			fsPath(longer.root, longer.path),
			fsPath(shorter.root, shorter.path),
			{signal, budget},
		);
		if (!isComplete) return {kind: 'unread', shared};
		if (shared < Math.min(...sizes)) return {kind: 'diverged', shared};
		return {kind: sizes[0] === sizes[1] ? 'identical' : 'prefix', shared};
	}
}

function isSameHash(one: Uint8Array, other: Uint8Array, index: number): boolean {
	const [from, to] = [index * chunkHashBytes, (index + 1) * chunkHashBytes];
	return Buffer.compare(one.subarray(from, to), other.subarray(from, to)) === 0;
}

/** Bytes in common of two short pieces at the same place. */
function sharedBytes(one: PairMember, other: PairMember, from: number, length: number): number {
	const [a, b] = [one, other].map(({root, path}) => {
		const {fd} = openRegular(fsPath(root, path));
		try {
			const buffer = Buffer.allocUnsafe(length);
			return buffer.subarray(0, fill(fd, buffer, length, from));
		} finally {
			fs.closeSync(fd);
		}
	}) as [Buffer, Buffer];
	let at = 0;
	while (at < a.length && at < b.length && a[at] === b[at]) at++;
	return at;
}
