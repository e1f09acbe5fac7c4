import {clean} from '../../text/clean.js';
import {fsPath} from '../../text/names.js';
import {breathe} from '../breathe.js';
import type {ListedFile, Listing} from '../methods/types.js';
import {matchesExclude} from '../sessions/kinds.js';
import {entryAt, folderOf, type HeldFile, isInside, shown, walk} from '../sessions/tree.js';
import type {LastLook, SpokeHold} from '../store/facts.js';
import type {Observation, ObservationKind} from '../store/ledger-rows.js';
import type {FileCounts} from '../store/runs.js';
import {findAlarm} from './alarm.js';
import {compare, isAbsent} from './content.js';
import type {GuardContext} from './context.js';
import {judge} from './judge.js';
import {type Promotion, PromotionBatch} from './promote.js';
import {forget, isConfirmedBy, remember} from './remember.js';
import {sayLeft, sayPromotion, saySighting} from './say.js';
import {removeEmpty, removeStaged} from './staging.js';

/** What one look led to. */
export interface LookOutcome {
	readonly counts: FileCounts;
	/** Bytes of session content that became current. */
	readonly bytes: number;
	/** Paths of sessions the hub did not have. */
	readonly added: readonly string[];
	/** True when something was seen that a second look, two seconds later, must confirm. */
	readonly isUnsettled: boolean;
	/** Why the whole spoke must be held, if two looks agree; nothing was promoted then. */
	readonly alarm: SpokeHold | undefined;
	readonly lastLook: LastLook;
}

/**
 * Applies the guard's rules to everything one look at the spoke found.
 * @param current what `walk` found on the hub while the source was listed
 */
export async function takeLook(
	context: GuardContext,
	listing: Listing,
	current: ReadonlyMap<string, HeldFile>,
): Promise<LookOutcome> {
	const seen = context.store.ledger.observations(context.spoke.name);
	const alarm = await findAlarm(context, listing, current, seen);
	const look = new Look(context, listing, current, seen, await walk(context.folders.seen));
	if (!alarm) await look.run();
	return look.outcome(alarm);
}

class Look {
	readonly #context: GuardContext;
	readonly #listing: Listing;
	readonly #current: ReadonlyMap<string, HeldFile>;
	readonly #seen: Map<string, Observation>;
	/** Files that stand among the seen ones, whether or not an observation tells of them. */
	readonly #shown: ReadonlyMap<string, HeldFile>;
	readonly #batch: PromotionBatch;
	readonly #added: string[] = [];
	#extended = 0;
	#returned = 0;
	#unchanged = 0;
	#bytes = 0;
	#isUnsettled = false;

	constructor(
		context: GuardContext,
		listing: Listing,
		current: ReadonlyMap<string, HeldFile>,
		seen: Map<string, Observation>,
		shownBefore: ReadonlyMap<string, HeldFile>,
	) {
		this.#context = context;
		this.#shown = shownBefore;
		this.#listing = listing;
		this.#current = current;
		this.#seen = seen;
		this.#batch = new PromotionBatch(context);
	}

	async run(): Promise<void> {
		const unread = new Set(this.#listing.unreadable.map(({path}) => path));
		for (const file of this.#listing.files) {
			this.#context.signal.throwIfAborted();
			// What it holds now nobody knows: what was seen of it before still stands.
			if (unread.has(file.path) && !file.isStaged) continue;
			if (file.isFile) await this.#file(file);
			else if (this.#current.has(file.path)) await this.#see(file, 'retyped');
			else await this.#forget(file.path);
			await breathe();
		}

		await this.#flush();
		await this.#findGone();
	}

	outcome(alarm: SpokeHold | undefined): LookOutcome {
		const held = [...this.#seen.values()].filter(isHold).length;
		const gone = [...this.#seen.values()].filter(({kind}) => kind === 'gone').length;
		const listed = this.#listing.files.filter(file => file.isFile).length;
		const brought = this.#added.length + this.#returned;
		return {
			counts: {listed, new: brought, extended: this.#extended, unchanged: this.#unchanged, held},
			bytes: this.#bytes,
			added: this.#added,
			isUnsettled: this.#isUnsettled || alarm !== undefined,
			alarm,
			lastLook: {
				at: this.#context.clock.now(),
				listed,
				pending:
					this.#listing.unreadable.length + (alarm ? this.#listing.files.filter(file => file.isStaged).length : 0),
				notTaken: this.#listing.notTaken,
				gone,
			},
		};
	}

	async #file(file: ListedFile): Promise<void> {
		const before = this.#seen.get(file.path);
		if (file.isStaged) {
			if (!isInside(this.#context.folders.current, file.path)) {
				this.#blocked(file.path);
				return;
			}

			await this.#staged(file, fsPath(this.#context.folders.pull, file.path), before);
			return;
		}

		if (!before && this.#shown.has(file.path)) {
			// Killed before the observation was written, or the database is gone: what was fetched still tells.
			await this.#staged(file, fsPath(this.#context.folders.seen, file.path), undefined);
			return;
		}

		this.#unchanged++;
		if (!before) return;
		if (before.size === file.size && isSameSecond(before.mtimeMs, file.mtimeMs) && before.sha256 !== '') {
			await this.#seenAgain(file, before);
		} else {
			// The spoke shows the hub's own version again.
			await this.#forget(file.path);
		}
	}

	/** A file, or a link, stands here where the spoke has a folder: that is held, and what is in the folder waits with it. */
	#blocked(path: string): void {
		const {folders, log, spoke} = this.#context;
		removeStaged(folders.pull, path);
		if ([...this.#seen.keys()].some(held => path.startsWith(`${held}/`))) return;
		log('WARN', `${clean(shown(path))} of '${spoke.name}' is not taken: a part of its path is no folder on the hub`);
	}

	/** The spoke still shows what it showed before: a second look, if enough time has passed. */
	async #seenAgain(file: ListedFile, before: Observation): Promise<void> {
		const {folders, clock} = this.#context;
		const from = fsPath(folders.seen, file.path);
		if (before.kind === 'rewritten' && isConfirmedBy(before, true, clock.now())) await this.#staged(file, from, before);
		else await this.#see(file, before.kind);
	}

	async #staged(file: ListedFile, from: string | Buffer, before: Observation | undefined): Promise<void> {
		const {folders, signal, clock, store, spoke} = this.#context;
		const {path} = file;
		const entry = store.ledger.get(spoke.name, path);
		const lengths = [entry?.length, before?.size].filter(length => length !== undefined);
		const isFromSeen = from.toString() === fsPath(folders.seen, path).toString();
		let comparison: Awaited<ReturnType<typeof compare>>;
		try {
			comparison = await compare(from, fsPath(folders.current, path), {
				lengths,
				chunks: {known: entry && store.ledger.chunks(spoke.name, path)},
				signal,
				onDurable: this.#batch.onDurable,
			});
		} catch (error) {
			// Listed, then gone before it was copied: the next look tells.
			if (!isAbsent(error)) throw error;
			// Killed after the seen version had become current: nothing is left to remember.
			if (isFromSeen) await this.#forget(path);
			return;
		}

		const {current, size} = comparison;
		const isSameVersion = before !== undefined && comparison.prefixes.get(before.size) === before.sha256;
		const staged = isFromSeen && before ? undefined : from;
		const shows = {...file, size};
		const content = {sha256: comparison.sha256, isSameVersion, staged};
		if (!current && entryAt(fsPath(folders.current, path))) {
			// The hub has a folder of that name, or a link.
			await this.#see(shows, 'retyped', content);
			return;
		}

		const root = isFromSeen ? folders.seen : folders.pull;
		const verdict = await judge(this.#context, {path, root, comparison, entry, before});
		if (verdict === 'shrink' || verdict === 'damaged' || verdict === 'rewrite') {
			const isReady = verdict === 'rewrite' && isConfirmedBy(before, isSameVersion, clock.now());
			if (!isReady) {
				const kind = ({shrink: 'shrunk', damaged: 'damaged', rewrite: 'rewritten'} as const)[verdict];
				await this.#see(shows, kind, content);
				return;
			}
		}

		const keep = verdict === 'rewrite' ? 'rewritten' : verdict === 'repair' ? 'damaged' : undefined;
		if (before && !isFromSeen) await forget(this.#context, before, from);
		const promotion: Promotion = {
			path,
			from,
			verdict: verdict as Promotion['verdict'],
			comparison,
			entry,
			sourceMtimeMs: file.mtimeMs,
			keep,
		};
		if (this.#batch.add(promotion)) await this.#flush();
	}

	async #see(
		file: Pick<ListedFile, 'path' | 'size' | 'mtimeMs'>,
		kind: ObservationKind,
		content: {readonly sha256: string; readonly isSameVersion: boolean; readonly staged?: string | Buffer} = {
			sha256: this.#seenAs(file.path, kind)?.sha256 ?? '',
			isSameVersion: this.#seenAs(file.path, kind) !== undefined,
		},
	): Promise<void> {
		const before = this.#seen.get(file.path);
		const {path, size, mtimeMs} = file;
		const now = await remember(
			this.#context,
			{path, size, mtimeMs, kind, sha256: content.sha256, isSameVersion: content.isSameVersion, staged: content.staged},
			before,
		);
		this.#seen.set(path, now);
		if (!now.isConfirmed && kind !== 'gone') this.#isUnsettled = true;
		if (now.isConfirmed && !(before?.isConfirmed && before.kind === kind)) {
			saySighting(this.#context, now, this.#current.get(path)?.size ?? 0);
		}
	}

	/** The earlier sighting, if of the same kind: content seen before a file was gone is not that of its absence. */
	#seenAs(path: string, kind: ObservationKind): Observation | undefined {
		const before = this.#seen.get(path);
		return before?.kind === kind ? before : undefined;
	}

	async #flush(): Promise<void> {
		const {pull, seen} = this.#context.folders;
		const {done, left} = await this.#batch.flush();
		sayLeft(this.#context, left);
		for (const promotion of done) {
			const {path, verdict, comparison} = promotion;
			this.#seen.delete(path);
			if (this.#shown.has(path)) removeStaged(seen, path);
			if (verdict === 'same') this.#unchanged++;
			else if (verdict === 'new') this.#added.push(path);
			else if (comparison.current) this.#extended++;
			else this.#returned++;
			const isGrowth = verdict === 'extend' && comparison.current !== undefined;
			if (verdict !== 'same') this.#bytes += comparison.size - (isGrowth ? comparison.current!.size : 0);
			sayPromotion(this.#context, promotion);
		}

		for (const folder of new Set(done.map(({path}) => folderOf(path)))) removeEmpty(pull, folder);
	}

	async #findGone(): Promise<void> {
		const {files, unreadable, isComplete} = this.#listing;
		if (!isComplete) return;
		const {spoke} = this.#context;
		const listed = new Set([...files.map(file => file.path), ...unreadable.map(file => file.path)]);
		for (const [path, held] of this.#current) {
			if (listed.has(path) || matchesExclude(spoke.excludePatterns, path)) continue;
			await this.#see({path, size: held.size, mtimeMs: held.mtimeMs}, 'gone');
		}

		// Neither side has a file of that name any more: there is nothing left to hold.
		for (const path of [...this.#seen.keys()]) {
			if (!listed.has(path) && !this.#current.has(path)) await this.#forget(path);
		}
	}

	async #forget(path: string): Promise<void> {
		const before = this.#seen.get(path);
		if (!before) return;
		await forget(this.#context, before, undefined);
		this.#seen.delete(path);
	}
}

/** True for an observation that a person should look at. */
export function isHold({kind, isConfirmed, isReleased}: Observation): boolean {
	return isConfirmed && !isReleased && kind !== 'gone' && kind !== 'rewritten';
}

/** Listings name whole seconds. */
export function isSameSecond(a: number, b: number): boolean {
	return Math.floor(a / 1000) === Math.floor(b / 1000);
}
