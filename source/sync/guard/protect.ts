import fs from 'node:fs';
import {clean} from '../../text/clean.js';
import {fsPath} from '../../text/names.js';
import {breathe} from '../breathe.js';
import {entryAt, type HeldFile, shown, walk} from '../sessions/tree.js';
import type {Generation, LedgerEntry, Observation, ObservationKind} from '../store/ledger-rows.js';
import type {FileCounts} from '../store/runs.js';
import {toChunkLine} from './chunks.js';
import {foldConflictCopies} from './conflict-copies.js';
import {type Comparison, compare, isAbsent} from './content.js';
import type {GuardContext} from './context.js';
import {appendTail, freeze, isSettled, type Keep, toKeep} from './copies.js';
import {preserve} from './durable.js';
import {generationFile} from './promote.js';
import {remember} from './remember.js';
import {entryOf, type Take} from './replay.js';
import {isMoving, isOverdue} from './resting.js';

/** What folding a folder into the ledger found. */
export interface FoldOutcome {
	readonly counts: FileCounts;
	readonly bytes: number;
	readonly added: readonly string[];
	/** Sessions still being written; they are entered when they have settled, or have not for long. */
	readonly unsettled: number;
	/** The same of conflict copies, which are no sessions. */
	readonly unsettledCopies: number;
	readonly gone: number;
	/** Sessions that shrank since the last look. */
	readonly shrunk: number;
}

/**
 * Enters what other programs wrote into a spoke's folder, and keeps the hub's own copy of every session, so that a later
 * truncation, rewrite or deletion there costs nothing. The folder itself is never written to.
 * @param isProtecting false: the ledger only (`tui.protect: off`): losses are then seen, not undone
 */
export async function foldFolder(context: GuardContext, isProtecting: boolean): Promise<FoldOutcome> {
	const fold = new Fold(context, isProtecting);
	const copies = new Map<string, HeldFile>();
	await fold.run(await walk(context.folders.current, undefined, copies));
	return {...fold.outcome(), unsettledCopies: await foldConflictCopies(context, copies, isProtecting)};
}

class Fold {
	readonly #context: GuardContext;
	readonly #isProtecting: boolean;
	readonly #copies = new Map<string, Generation>();
	readonly #added: string[] = [];
	readonly #isUnknown: boolean;
	/** Kept here: read anew for each of a hundred thousand sessions that are gone, it would take hours. */
	readonly #seen: Map<string, Observation>;
	#listed = 0;
	#extended = 0;
	#unchanged = 0;
	#bytes = 0;
	#unsettled = 0;
	#shrunk = 0;

	constructor(context: GuardContext, isProtecting: boolean) {
		this.#context = context;
		this.#isProtecting = isProtecting;
		for (const kept of context.store.ledger.generations(context.spoke.name)) {
			if (kept.why === 'protected') this.#copies.set(kept.path, kept);
		}

		this.#seen = context.store.ledger.observations(context.spoke.name);
		const {rebuiltAt, lastSynced} = context.store.facts.get(context.spoke.name);
		const isRebuilt = rebuiltAt !== undefined && (lastSynced ?? 0) < rebuiltAt;
		this.#isUnknown = isRebuilt || context.store.ledger.totals(context.spoke.name).sessions === 0;
	}

	async run(files: ReadonlyMap<string, HeldFile>): Promise<void> {
		const {store, spoke, signal, clock, folders} = this.#context;
		const entries = store.ledger.all(spoke.name);
		this.#listed = files.size;
		for (const [path, {size, mtimeMs}] of files) {
			signal.throwIfAborted();
			const entry = entries.get(path);
			if (
				entry?.sourceSize === size &&
				entry.sourceMtimeMs === mtimeMs &&
				(this.#copies.get(path)?.sha256 === entry.sha256 || !this.#isProtecting)
			) {
				this.#unchanged++;
				if (['gone', 'retyped'].includes(this.#seen.get(path)?.kind ?? '')) this.#drop(path);
				continue;
			}

			// The change time, unlike mtime, cannot be set back by `scp -p` or `rsync -t`.
			const stat = entryAt(fsPath(folders.current, path));
			const hasRested = stat !== undefined && !isMoving(stat, clock.now());
			const isDue = hasRested || (stat !== undefined && isOverdue(stat, entry, clock.now()));
			const isEntered = isDue && (await this.#file(path, entry, hasRested ? mtimeMs : undefined));
			if (!hasRested || !isEntered) this.#unsettled++;
			await breathe();
		}

		for (const [path, entry] of entries) {
			if (!files.has(path)) await this.#missing(path, entry);
		}
	}

	outcome(): Omit<FoldOutcome, 'unsettledCopies'> {
		const {store, spoke} = this.#context;
		const {holds = 0, gone = 0} = store.ledger.holdCounts().get(spoke.name) ?? {};
		return {
			counts: {
				listed: this.#listed,
				new: this.#added.length,
				extended: this.#extended,
				unchanged: this.#unchanged,
				held: holds,
			},
			bytes: this.#bytes,
			added: this.#added,
			unsettled: this.#unsettled,
			gone,
			shrunk: this.#shrunk,
		};
	}

	/**
	 * @param mtimeMs undefined of a file that is still being written: whoever looks next must read it again
	 * @returns false when it must be looked at again
	 */
	async #file(path: string, entry: LedgerEntry | undefined, mtimeMs: number | undefined): Promise<boolean> {
		const {folders, signal, store, spoke} = this.#context;
		const copy = this.#copyOf(path, entry);
		const file = fsPath(folders.current, path);
		let comparison: Comparison;
		try {
			comparison = await compare(file, undefined, {
				lengths: entry ? [entry.length] : [],
				chunks: {known: entry && store.ledger.chunks(spoke.name, path)},
				signal,
			});
		} catch (error) {
			if (isAbsent(error)) return true;
			throw error;
		}

		// Half of what is being copied over it is no cut, and no alarm.
		if (mtimeMs === undefined && entry && comparison.size < entry.length) return false;
		const isGrowth = entry !== undefined && comparison.prefixes.get(entry.length) === entry.sha256;
		let kept: Keep[] = [];
		try {
			if (this.#isProtecting) kept = await this.#protect(path, comparison, isGrowth ? copy : undefined, entry);
		} catch (error) {
			// It went between two calls: the next look sees what became of it.
			if (!isAbsent(error) || isSettled(file, comparison)) throw error;
			return false;
		}

		// What was copied is what was read only if nobody wrote meanwhile.
		if (!isSettled(file, comparison)) {
			for (const keep of kept) if (keep.file !== copy?.file) fs.rmSync(keep.file, {force: true});
			return false;
		}

		if (!entry) this.#added.push(path);
		else if (comparison.size === entry.length && isGrowth) this.#unchanged++;
		else this.#extended++;
		this.#bytes += comparison.size - (isGrowth ? entry.length : 0);
		const frozen = entry && copy && !isGrowth ? [freeze(copy, entry)] : [];
		await this.#record(path, mtimeMs, comparison, [...frozen, ...kept], entry);
		if (entry && !isGrowth) await this.#changed(path, comparison, entry);
		else this.#settled(path);
		return true;
	}

	/** The copy of the very bytes the ledger answers for: one made before `tui.protect` was off for a while holds less. */
	#copyOf(path: string, entry: LedgerEntry | undefined): Generation | undefined {
		const copy = this.#copies.get(path);
		if (!entry || copy?.sha256 !== entry.sha256) return undefined;
		return (entryAt(copy.file)?.size ?? -1) >= entry.length ? copy : undefined;
	}

	/** Brings the hub's own copy up to the file: the tail is appended, or a new copy made. */
	async #protect(
		path: string,
		comparison: Comparison,
		copy: Generation | undefined,
		entry: LedgerEntry | undefined,
	): Promise<Keep[]> {
		const {folders, clock} = this.#context;
		const from = fsPath(folders.current, path);
		const at = clock.now();
		if (copy && entry) {
			await appendTail(from, copy.file, entry.length, comparison.size);
			return [toKeep(path, copy.file, comparison, at)];
		}

		const file = generationFile(folders.generations, path, at, comparison.sha256);
		await preserve(from, file, true);
		return [toKeep(path, file, comparison, at)];
	}

	async #record(
		path: string,
		sourceMtimeMs: number | undefined,
		{size: length, sha256, chunks}: Comparison,
		keeps: readonly Keep[],
		entry: LedgerEntry | undefined,
	): Promise<void> {
		const {ledger, store, spoke, clock} = this.#context;
		const at = clock.now();
		const take: Take = {
			op: 'take',
			at,
			path,
			length,
			sha256,
			sourceSize: length,
			sourceMtimeMs,
			// What lay here before the first look, or came while nobody remembered what was here, is proved from now on only.
			since: entry ? entry.since : this.#isUnknown ? at : undefined,
			chunks: toChunkLine(length, chunks),
		};
		await ledger.append([...keeps, take]);
		store.transaction(() => {
			store.ledger.put(spoke.name, [entryOf({take, hashes: undefined}, {firstAt: at, since: take.since}, entry)]);
			if (chunks) store.ledger.putChunks(spoke.name, path, length, chunks.hashes);
			for (const keep of keeps) store.ledger.putGeneration(spoke.name, keep);
			store.facts.patch(spoke.name, {ledgerOffset: ledger.size});
		});
	}

	async #changed(path: string, {size, sha256, stat}: Comparison, entry: LedgerEntry): Promise<void> {
		const {log, spoke} = this.#context;
		const isShrunk = size < entry.length;
		const name = clean(shown(path));
		await this.#observe(path, isShrunk ? 'shrunk' : 'rewritten', size, Number(stat.mtimeNs) / 1e6, sha256);
		if (isShrunk) this.#shrunk++;
		const safe = this.#isProtecting ? 'the earlier bytes are kept' : 'the earlier bytes are lost: tui.protect is off';
		log(
			isShrunk ? 'WARN' : 'INFO',
			isShrunk
				? `something shrank ${name} in the folder of '${spoke.name}' from ${entry.length} to ${size} bytes: held, ${safe}`
				: `something rewrote ${name} in the folder of '${spoke.name}': ${safe}`,
		);
	}

	#settled(path: string): void {
		const before = this.#seen.get(path);
		if (before && before.kind !== 'shrunk') this.#drop(path);
	}

	#drop(path: string): void {
		const {store, spoke} = this.#context;
		store.ledger.dropObservation(spoke.name, path);
		this.#seen.delete(path);
	}

	async #missing(path: string, entry: LedgerEntry): Promise<void> {
		const {folders, log, spoke} = this.#context;
		const isOther = entryAt(fsPath(folders.current, path)) !== undefined;
		const before = this.#seen.get(path);
		const kind = isOther ? 'retyped' : 'gone';
		const now = await this.#observe(path, kind, entry.length, 0, '');
		if (!now.isConfirmed || (before?.isConfirmed && before.kind === kind)) return;
		const name = clean(shown(path));
		if (isOther) log('WARN', `something other than a file stands under ${name} in the folder of '${spoke.name}': held`);
		else log('INFO', `${name} is gone from the folder of '${spoke.name}': kept here`);
	}

	async #observe(path: string, kind: ObservationKind, size: number, mtimeMs: number, sha256: string) {
		const {store, spoke} = this.#context;
		const before = this.#seen.get(path);
		const seen = await remember(
			this.#context,
			{path, kind, size, mtimeMs, sha256, isSameVersion: before?.kind === kind && sha256 === '', staged: undefined},
			before,
		);
		this.#seen.set(path, seen);
		if (sha256 === '') return seen;
		// A settled file has lain unchanged longer than two looks are apart.
		const confirmed = {...seen, isConfirmed: true, isReleased: false};
		store.ledger.putObservation(spoke.name, confirmed);
		this.#seen.set(path, confirmed);
		return confirmed;
	}
}
