import {hash} from 'node:crypto';
import fs from 'node:fs';
import {join} from 'node:path';
import {fsPath} from '../../text/names.js';
import {folderOf, isInside} from '../sessions/tree.js';
import type {GenerationWhy, LedgerEntry, Observation} from '../store/ledger-rows.js';
import {toChunkLine} from './chunks.js';
import type {Comparison} from './content.js';
import type {GuardContext} from './context.js';
import type {Verdict} from './decide.js';
import {placeNew, preserve, syncFolder} from './durable.js';
import type {Aside, LedgerLine} from './ledger-file.js';

/** A staged version that is to become current. */
export interface Promotion {
	readonly path: string;
	/** Absolute path of the staged file; its data is on its way to disk. */
	readonly from: string | Buffer;
	readonly verdict: Exclude<Verdict, 'shrink' | 'damaged'>;
	readonly comparison: Comparison;
	readonly entry: LedgerEntry | undefined;
	readonly sourceMtimeMs: number;
	/** Why the hub's earlier bytes are kept as a generation; undefined when the new version contains them. */
	readonly keep: GenerationWhy | undefined;
	/** What stands as seen of the spoke afterwards, where a person chose another version than the spoke's. */
	readonly aside?: Observation | undefined;
}

/** Files, and bytes, that are promoted together: one sync of the ledger serves them all. */
const batchFiles = 512;
const batchBytes = 128 << 20;

/**
 * Makes staged versions current, in this order: their data on disk; earlier versions kept; the ledger written and
 * synced; renames; folders synced; the database. A kill between any two leaves each session as it was or complete, and
 * `recover` finishes what the ledger announced.
 */
export class PromotionBatch {
	readonly #context: GuardContext;
	readonly #durable: Array<Promise<void>> = [];
	#waiting: Promotion[] = [];
	#bytes = 0;

	constructor(context: GuardContext) {
		this.#context = context;
	}

	/** The place for `compare`'s promise: awaited before anything else happens. */
	readonly onDurable = (durable: Promise<void>): void => {
		// A failure is not unhandled while the batch fills: flush() throws it.
		durable.catch(() => {});
		this.#durable.push(durable);
	};

	/** @returns true when the batch should be flushed */
	add(promotion: Promotion): boolean {
		this.#waiting.push(promotion);
		this.#bytes += promotion.comparison.size;
		return this.#waiting.length >= batchFiles || this.#bytes >= batchBytes;
	}

	/**
	 * @returns what became current, and what changed under our hands meanwhile and is looked at again next time
	 * @throws NodeJS.ErrnoException (ENOSPC, EROFS, EACCES …); nothing is lost or half-written then
	 */
	async flush(): Promise<{readonly done: readonly Promotion[]; readonly left: readonly Promotion[]}> {
		const promotions = this.#waiting;
		const durable = this.#durable.splice(0);
		this.#waiting = [];
		this.#bytes = 0;
		await Promise.all(durable);
		if (promotions.length === 0) return {done: [], left: []};
		const {ledger, clock} = this.#context;
		const at = clock.now();
		const keeps = await keepEarlier(this.#context, promotions, at);
		await ledger.append([...keeps, ...promotions.flatMap(promotion => announce(promotion, at))]);
		const done = place(this.#context, promotions);
		await syncFolders(this.#context, done);
		const placed = new Set(done);
		const left = promotions.filter(promotion => !placed.has(promotion));
		await ledger.append(
			left.map(({path, comparison}) => ({op: 'void', at, path, sha256: comparison.sha256}) satisfies LedgerLine),
		);
		record(this.#context, done, keeps, at);
		return {done, left};
	}
}

type Keep = Extract<LedgerLine, {op: 'keep'}>;

async function keepEarlier(context: GuardContext, promotions: readonly Promotion[], at: number): Promise<Keep[]> {
	const keeps: Keep[] = [];
	for (const {path, keep, comparison} of promotions) {
		if (!keep || !comparison.current) continue;
		const {size, sha256} = comparison.current;
		// Somebody changed it since it was compared: what stands there now is not what would be said of it.
		if (!isUnchanged(fsPath(context.folders.current, path), comparison.currentStat)) continue;
		const file = generationFile(context.folders.generations, path, at, sha256);
		await preserve(fsPath(context.folders.current, path), file, false);
		keeps.push({op: 'keep', at, path, file, length: size, sha256, why: keep});
	}

	return keeps;
}

/**
 * Where an earlier version is kept: below the spoke's generations, in the session's own folder, named after the session,
 * the time and the content.
 */
export function generationFile(generations: string, path: string, at: number, sha256: string): string {
	const stamp = new Date(at).toISOString().replaceAll(/[-:.]/g, '');
	const folders = folderOf(path).split('/').map(readable);
	const stem = readable(path.slice(path.lastIndexOf('/') + 1).replace(/\.jsonl$/, ''));
	return join(generations, ...folders, `${stem}~${stamp}-${sha256.slice(0, 8)}.jsonl`);
}

/** File systems take names of 255 bytes; ours adds 35 to the session's, and 5 while a copy is half done. */
const longestName = 215;

/** One name of a path in UTF-8. Names that only what is left out tells apart end in a hash of the whole. */
function readable(name: string): string {
	const text = name.replace(/[\uDC80-\uDCFF]/g, byte => `%${(byte.charCodeAt(0) - 0xdc00).toString(16)}`);
	const bytes = Buffer.from(text);
	if (bytes.length <= longestName) return text;
	const mark = `~${hash('sha256', text).slice(0, 8)}`;
	return (
		bytes
			.subarray(0, longestName - mark.length)
			.toString()
			.replaceAll('\uFFFD', '') + mark
	);
}

function announce({path, comparison, verdict, entry, sourceMtimeMs, aside}: Promotion, at: number): LedgerLine[] {
	const {size: length, sha256} = comparison;
	const chunks = toChunkLine(length, comparison.chunks);
	if (verdict === 'same' && entry?.sha256 === sha256) {
		// They were not known before, or only the last one would have been hashed.
		return chunks?.from === 0 ? [{op: 'chunks', at, path, length, sha256, chunks}] : [];
	}

	const lines: LedgerLine[] = [
		{op: 'take', at, path, length, sha256, sourceSize: length, sourceMtimeMs, chunks, ...toAside(aside)},
	];
	if (verdict === 'replace-missing' && entry) {
		lines.unshift({op: 'lost', at, path, length: entry.length, sha256: entry.sha256});
	}

	return lines;
}

function toAside(seen: Observation | undefined): {readonly aside?: Aside} {
	if (!seen || seen.sha256 === '') return {};
	const {size, mtimeMs, sha256} = seen;
	return {aside: {size, mtimeMs, sha256}};
}

function place(context: GuardContext, promotions: readonly Promotion[]): Promotion[] {
	const {current} = context.folders;
	const made = new Set<string>();
	return promotions.filter(({path, from, verdict, comparison}) => {
		if (!isInside(current, path)) return false;
		const to = fsPath(current, path);
		if (!isUnchanged(from, comparison.stat) || !isUnchanged(to, comparison.currentStat)) return false;
		if (verdict === 'same') {
			// As seconds with their fraction: a Date would cut the time to milliseconds, and it would never be the same.
			const {atimeMs, mtimeMs} = fs.statSync(from);
			fs.utimesSync(to, atimeMs / 1000, mtimeMs / 1000);
			// Counts rely on a folder's own time for news of its files.
			const now = new Date();
			fs.utimesSync(fsPath(current, folderOf(path)), now, now);
			fs.unlinkSync(from);
			return true;
		}

		if (comparison.currentStat) {
			fs.renameSync(from, to);
			return true;
		}

		const folder = folderOf(path);
		if (!made.has(folder)) fs.mkdirSync(fsPath(current, folder), {recursive: true, mode: 0o700});
		made.add(folder);
		try {
			placeNew(from, to);
			return true;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
			throw error;
		}
	});
}

function isUnchanged(file: string | Buffer, before: fs.BigIntStats | undefined): boolean {
	const now = fs.lstatSync(file, {bigint: true, throwIfNoEntry: false});
	if (!now || !before) return !now && !before;
	return now.ino === before.ino && now.size === before.size && now.mtimeNs === before.mtimeNs;
}

async function syncFolders(context: GuardContext, done: readonly Promotion[]): Promise<void> {
	const {current} = context.folders;
	const folders = new Set<string>();
	for (const {path} of done) {
		for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) folders.add(folder);
	}

	await Promise.all(['', ...folders].map(async folder => syncFolder(fsPath(current, folder))));
}

function record(context: GuardContext, done: readonly Promotion[], keeps: readonly Keep[], at: number): void {
	const {store, spoke, ledger} = context;
	store.transaction(() => {
		store.ledger.put(
			spoke.name,
			done.map(promotion => toEntry(promotion, at)),
		);
		for (const {path, comparison} of done) {
			if (comparison.chunks) store.ledger.putChunks(spoke.name, path, comparison.size, comparison.chunks.hashes);
		}

		for (const keep of keeps) store.ledger.putGeneration(spoke.name, keep);
		for (const {path, aside} of done) {
			if (aside) store.ledger.putObservation(spoke.name, aside);
			else store.ledger.dropObservation(spoke.name, path);
		}

		store.facts.patch(spoke.name, {ledgerOffset: ledger.size});
	});
}

function toEntry({path, comparison, entry, sourceMtimeMs}: Promotion, at: number): LedgerEntry {
	return {
		path,
		length: comparison.size,
		sha256: comparison.sha256,
		firstAt: entry?.firstAt ?? at,
		lastAt: at,
		sourceSize: comparison.size,
		sourceMtimeMs,
		since: entry?.since,
	};
}
