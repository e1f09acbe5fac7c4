import {clean} from '../../text/clean.js';
import {fsPath} from '../../text/names.js';
import type {ListedFile, Listing} from '../methods/types.js';
import {matchesExclude} from '../sessions/kinds.js';
import type {LastLook, SpokeHold} from '../store/facts.js';
import type {LedgerEntry, Observation, ObservationKind} from '../store/ledger-rows.js';
import type {FileCounts} from '../store/runs.js';
import {findAlarm, isMigrated} from './alarm.js';
import {breathe, compare, isAbsent} from './content.js';
import type {GuardContext} from './context.js';
import {type HeldFile, shown, walk} from './current.js';
import {decide} from './decide.js';
import {type Promotion, PromotionBatch, removeStaged} from './promote.js';
import {forget, isConfirmedBy, remember} from './remember.js';

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

/** Applies the guard's rules to everything one look at the spoke found. */
export async function takeLook(context: GuardContext, listing: Listing): Promise<LookOutcome> {
	const current = await walk(context.folders.current);
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
	readonly #entries: ReadonlyMap<string, LedgerEntry>;
	readonly #batch: PromotionBatch;
	readonly #added: string[] = [];
	#extended = 0;
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
		this.#entries = context.store.ledger.all(context.spoke.name);
		this.#batch = new PromotionBatch(context);
	}

	async run(): Promise<void> {
		for (const file of this.#listing.files) {
			this.#context.signal.throwIfAborted();
			if (file.isFile) await this.#file(file);
			else if (this.#current.has(file.path)) await this.#see(file, 'retyped');
			await breathe();
		}

		await this.#flush();
		await this.#findGone();
	}

	outcome(alarm: SpokeHold | undefined): LookOutcome {
		const held = [...this.#seen.values()].filter(isHold).length;
		const gone = [...this.#seen.values()].filter(({kind}) => kind === 'gone').length;
		const listed = this.#listing.files.filter(file => file.isFile).length;
		const unreadable = this.#listing.unreadable.length;
		return {
			counts: {listed, new: this.#added.length, extended: this.#extended, unchanged: this.#unchanged, held},
			bytes: this.#bytes,
			added: this.#added,
			isUnsettled: this.#isUnsettled || alarm !== undefined,
			alarm,
			lastLook: {
				at: this.#context.clock.now(),
				listed,
				pending: unreadable + (alarm ? this.#listing.files.filter(file => file.isStaged).length : 0),
				notTaken: this.#listing.notTaken,
				gone,
			},
		};
	}

	async #file(file: ListedFile): Promise<void> {
		const before = this.#seen.get(file.path);
		if (file.isStaged) {
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
			await forget(this.#context, before, undefined);
			this.#seen.delete(file.path);
		}
	}

	/** The spoke still shows what it showed before: a second look, if enough time has passed. */
	async #seenAgain(file: ListedFile, before: Observation): Promise<void> {
		const {folders, clock} = this.#context;
		const from = fsPath(folders.seen, file.path);
		if (before.kind === 'rewritten' && isConfirmedBy(before, true, clock.now())) {
			await this.#staged(file, from, before);
			return;
		}

		await this.#see(file, before.kind);
	}

	async #staged(file: ListedFile, from: string | Buffer, before: Observation | undefined): Promise<void> {
		const {folders, signal, clock} = this.#context;
		const {path} = file;
		const entry = this.#entries.get(path);
		const lengths = [entry?.length, before?.size].filter(length => length !== undefined);
		const isFromSeen = from.toString() === fsPath(folders.seen, path).toString();
		let comparison: Awaited<ReturnType<typeof compare>>;
		try {
			comparison = await compare(from, fsPath(folders.current, path), {
				lengths,
				signal,
				onDurable: this.#batch.onDurable,
			});
		} catch (error) {
			// Listed, then gone before it was copied: the next look tells.
			if (!isAbsent(error)) throw error;
			// Killed after the seen version had become current: nothing is left to remember.
			if (isFromSeen && before) await forget(this.#context, before, undefined);
			return;
		}

		const {current, isPrefix, size: stagedSize} = comparison;
		const isMigration =
			current !== undefined &&
			!isPrefix &&
			stagedSize < current.size &&
			(await isMigrated(this.#context, path, isFromSeen ? folders.seen : folders.pull));
		const verdict = decide(comparison, entry, isMigration);
		const isSameVersion = before !== undefined && comparison.prefixes.get(before.size) === before.sha256;
		if (verdict === 'shrink' || verdict === 'damaged' || verdict === 'rewrite') {
			const isReady = verdict === 'rewrite' && isConfirmedBy(before, isSameVersion, clock.now());
			if (!isReady) {
				const kind = ({shrink: 'shrunk', damaged: 'damaged', rewrite: 'rewritten'} as const)[verdict];
				const {size, sha256} = comparison;
				await this.#see({...file, size}, kind, {
					sha256,
					isSameVersion,
					staged: isFromSeen && before ? undefined : from,
				});
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
			// Where nothing stands there is no content: an earlier one would be taken for it when the file is back.
			sha256: kind === 'gone' || kind === 'retyped' ? '' : (this.#seen.get(file.path)?.sha256 ?? ''),
			isSameVersion: this.#seen.get(file.path)?.kind === kind,
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
		if (now.isConfirmed && !(before?.isConfirmed && before.kind === kind)) this.#announce(now);
	}

	#announce({path, kind, size}: Observation): void {
		const {spoke, log} = this.#context;
		const name = clean(shown(path));
		const held = this.#current.get(path)?.size ?? 0;
		const texts: Record<ObservationKind, string> = {
			shrunk: `'${spoke.name}' shrank ${name} from ${held} to ${size} bytes: held, the hub's copy stays`,
			retyped: `'${spoke.name}' has something other than a file under ${name}: held, the hub's copy stays`,
			damaged: `the hub's copy of ${name} from '${spoke.name}' no longer matches its ledger, and the spoke's is another version: held, both are kept`,
			rewritten: `'${spoke.name}' rewrote ${name}`,
			gone: `${name} is gone on '${spoke.name}': kept here`,
		};
		log(kind === 'gone' || kind === 'rewritten' ? 'INFO' : 'WARN', texts[kind]);
	}

	async #flush(): Promise<void> {
		const {log, spoke, folders} = this.#context;
		const {done, left} = await this.#batch.flush();
		for (const {path} of left) {
			log(
				'WARN',
				`${clean(shown(path))} of '${spoke.name}' was changed on the hub meanwhile, or is no plain file here: not touched`,
			);
		}

		for (const {path, verdict, comparison, entry, keep} of done) {
			this.#seen.delete(path);
			removeStaged(folders.pull, path);
			removeStaged(folders.seen, path);
			const name = clean(shown(path));
			if (verdict === 'same') {
				this.#unchanged++;
				continue;
			}

			if (verdict === 'new') this.#added.push(path);
			else this.#extended++;
			const isGrowth = verdict === 'extend' && comparison.current !== undefined;
			this.#bytes += comparison.size - (isGrowth ? comparison.current!.size : 0);
			if (keep === 'rewritten') {
				log('INFO', `'${spoke.name}' rewrote ${name}: the earlier ${comparison.current!.size} bytes are kept`);
			} else if (keep === 'damaged' && comparison.current) {
				log(
					'WARN',
					`the hub's copy of ${name} did not match its ledger: repaired from '${spoke.name}', the damaged one is kept`,
				);
			} else if (verdict === 'repair') {
				log('WARN', `${name} was missing on the hub: fetched again from '${spoke.name}'`);
			} else if (verdict === 'replace-missing') {
				log(
					'ERROR',
					`${name} was missing on the hub and '${spoke.name}' has another version of it: taken; the ${entry!.length} bytes acknowledged earlier are not here any more`,
				);
			}
		}
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

/** Removes what no look will ask for again: staged files the source no longer lists, and what a kill left half done. */
export async function sweepStaging({folders}: GuardContext, listing: Listing): Promise<void> {
	if (!listing.isComplete) return;
	const listed = new Set(listing.files.map(({path}) => path));
	for (const path of (await walk(folders.pull)).keys()) if (!listed.has(path)) removeStaged(folders.pull, path);
}
