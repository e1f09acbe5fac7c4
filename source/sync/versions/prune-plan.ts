import {fsPath} from '../../text/names.js';
import {breathe} from '../breathe.js';
import type {SpokeConfig} from '../config/types.js';
import {digest} from '../guard/content.js';
import {isHold} from '../guard/look.js';
import type {Generation} from '../store/ledger-rows.js';
import type {Store} from '../store/store.js';
import type {Amount} from './types.js';

/** Which kept versions a person wants to be without. */
export interface PruneWish {
	/** Only those kept longer ago than this, in milliseconds. */
	readonly olderThanMs?: number | undefined;
	/** The newest so many of each session stay. */
	readonly keep?: number | undefined;
	/** Only these files, whatever else fits: what a person was shown. */
	readonly files?: ReadonlySet<string>;
}

/** A kept version that would go. */
export interface PruneItem extends Generation {
	/** Milliseconds since it was kept. */
	readonly ageMs: number;
	/**
	 * Absolute path of a file that stays and begins with the very same bytes; undefined: they stand nowhere else, and are
	 * lost for good.
	 */
	readonly containedIn: string | undefined;
}

/** What a prune would remove; nothing has been removed yet. */
export interface PrunePlan {
	readonly spoke: string;
	/** What was asked for. */
	readonly wish: PruneWish;
	/** Oldest first. */
	readonly items: readonly PruneItem[];
	readonly total: Amount;
	/** Of these, what stands nowhere else. */
	readonly lost: Amount;
	/** Kept versions that match the wish and stay all the same, by the reason. */
	readonly staying: {
		/** Of sessions that are held: a person has yet to decide which version is the right one. */
		readonly held: number;
		/** The hub's own copies of what it answers for, and bytes that only they have. */
		readonly answeredFor: number;
	};
}

/**
 * Works out what a prune would remove. Current files are never among it, nor versions of a session that is held, nor
 * bytes that the ledger answers for and the current file does not have.
 * @param now milliseconds since the epoch
 * @throws the signal's reason when it aborts
 */
export async function planOfPrune(
	{store, spoke, now, signal}: {store: Store; spoke: SpokeConfig; now: number; signal: AbortSignal},
	wish: PruneWish,
): Promise<PrunePlan> {
	const {olderThanMs = 0, keep = 0, files} = wish;
	const seen = store.ledger.observations(spoke.name);
	const items: PruneItem[] = [];
	const staying = {held: 0, answeredFor: 0};
	const bySession = Map.groupBy(store.ledger.generations(spoke.name).reverse(), ({path}) => path);
	for (const [path, kept] of bySession) {
		signal.throwIfAborted();
		const entry = store.ledger.get(spoke.name, path);
		// The copy that follows a folder's file is not one of the versions that are counted.
		const isCopy = ({why, sha256}: Generation) =>
			why === 'conflict-copy' || (why === 'protected' && sha256 === entry?.sha256);
		const versions = kept.filter(one => !isCopy(one)).sort((a, b) => b.at - a.at);
		const wanted = [...versions.slice(keep), ...kept.filter(isCopy)].filter(
			({at, file}) => now - at >= olderThanMs && (files?.has(file) ?? true),
		);
		if (wanted.length === 0) continue;
		const observation = seen.get(path);
		if (observation && isHold(observation)) {
			staying.held += wanted.filter(one => !isCopy(one)).length;
			continue;
		}

		const rests = new Rests(fsPath(spoke.path, path), `${spoke.path}/${path}`, kept, signal);
		const isAnswered = ({sha256}: Generation) => sha256 === entry?.sha256;
		const isCurrentSound = entry !== undefined && wanted.some(isAnswered) && (await rests.hasCurrent(entry));
		const going = wanted.filter(one => !isCopy(one) && (!isAnswered(one) || isCurrentSound));
		staying.answeredFor += wanted.length - going.length;
		for (const one of going) {
			items.push({...one, ageMs: now - one.at, containedIn: await rests.holderOf(one, going)});
		}

		await breathe();
	}

	items.sort((a, b) => a.at - b.at);
	const lost = items.filter(({containedIn}) => containedIn === undefined);
	return {spoke: spoke.name, wish, items, total: amountOf(items), lost: amountOf(lost), staying};
}

/** Files and bytes of kept versions. */
export function amountOf(list: readonly Pick<Generation, 'length'>[]): Amount {
	return {files: list.length, bytes: list.reduce((sum, {length}) => sum + length, 0)};
}

/** What stays of one session, read at most once each. */
class Rests {
	readonly #current: string | Buffer;
	readonly #shown: string;
	readonly #kept: readonly Generation[];
	readonly #signal: AbortSignal;
	/** Hashes of a file's beginnings, by the lengths of all versions. */
	readonly #read = new Map<string, Promise<ReadonlyMap<number, string> | undefined>>();

	constructor(current: string | Buffer, shown: string, kept: readonly Generation[], signal: AbortSignal) {
		this.#current = current;
		this.#shown = shown;
		this.#kept = kept;
		this.#signal = signal;
	}

	/** True when the current file begins with these bytes. */
	async hasCurrent({length, sha256}: {readonly length: number; readonly sha256: string}): Promise<boolean> {
		return (await this.#startsOf(this.#current, this.#shown))?.get(length) === sha256;
	}

	/** A file that stays and begins with a version's bytes. */
	async holderOf({length, sha256}: Generation, going: readonly Generation[]): Promise<string | undefined> {
		const leaving = new Set(going.map(({file}) => file));
		const staying = this.#kept.filter(one => !leaving.has(one.file) && one.length >= length);
		for (const [file, name] of [
			[this.#current, this.#shown] as const,
			...staying.map(one => [one.file, one.file] as const),
		]) {
			if ((await this.#startsOf(file, name))?.get(length) === sha256) return name;
		}

		return undefined;
	}

	async #startsOf(file: string | Buffer, name: string): Promise<ReadonlyMap<number, string> | undefined> {
		const known = this.#read.get(name);
		if (known) return known;
		const lengths = this.#kept.map(({length}) => length);
		const reading = digest(file, {lengths, signal: this.#signal}).then(found => found?.prefixes);
		this.#read.set(name, reading);
		return reading;
	}
}
