import fs from 'node:fs';
import {clean} from '../../text/clean.js';
import {fsPath} from '../../text/names.js';
import {compare} from '../guard/content.js';
import type {GuardContext} from '../guard/context.js';
import {restoreFolder} from '../guard/folders.js';
import {type Promotion, PromotionBatch} from '../guard/promote.js';
import type {SyncMethod} from '../methods/types.js';
import {entryAt, folderOf, isInside} from '../sessions/tree.js';
import type {LedgerEntry, Observation} from '../store/ledger-rows.js';
import {copyStart} from '../versions/copy.js';
import {repairKept} from './repair-kept.js';
import type {Finding} from './types.js';

/** What a repair did. Paths are below the session root. */
export interface RepairReport {
	readonly spoke: string;
	readonly repaired: ReadonlyArray<{
		readonly path: string;
		/** Where the true bytes came from; `itself`: they are there already. */
		readonly from: 'spoke' | 'generation' | 'itself';
		/** Absolute path of the kept version that was repaired, when it was not the current file. */
		readonly generation?: string;
	}>;
	/** In folders that others fill nothing is written: where the true bytes are, as absolute paths. */
	readonly elsewhere: ReadonlyArray<{readonly path: string; readonly file: string}>;
	/** `reason`: neutralised. */
	readonly failed: ReadonlyArray<{readonly path: string; readonly reason: string}>;
}

/** What a repair works with, under the spoke's lease. */
export interface RepairParts {
	readonly context: GuardContext;
	readonly method: Pick<SyncMethod, 'bring'>;
	readonly onCommand: (line: string) => void;
}

type Repaired = RepairReport['repaired'][number];
type Failed = RepairReport['failed'][number];
type Source = 'spoke' | 'generation';

/**
 * Brings the true bytes back where they still are: in a kept version, or on the spoke. Only bytes that the ledger's hash
 * proves become current; the damaged copy stays as a kept version.
 * @param findings of a verify; those without `repair` are passed over
 * @throws NodeJS.ErrnoException (ENOSPC, EROFS …), nothing is lost then; the signal's reason when it aborts
 */
export async function repair(parts: RepairParts, findings: readonly Finding[]): Promise<RepairReport> {
	const {context} = parts;
	const {spoke, store} = context;
	const repaired: Repaired[] = [];
	const elsewhere: Array<RepairReport['elsewhere'][number]> = [];
	const failed: Failed[] = [];
	const current: Finding[] = [];
	for (const finding of findings) {
		const {path, generation} = finding;
		if (finding.repair === undefined) continue;
		if (generation === undefined) current.push(finding);
		else if (await repairKept(context, generation)) repaired.push({path, from: 'generation', generation});
		else failed.push({path, reason: `nothing proves to be what ${clean(generation)} was`});
	}

	if (spoke.source === undefined) {
		for (const {path} of current) {
			const entry = store.ledger.get(spoke.name, path);
			const kept = entry && store.verifies.keptCopies(spoke.name, path, entry.sha256)[0];
			if (kept) elsewhere.push({path, file: kept.file});
			else failed.push({path, reason: 'the hub has no copy of its own of these bytes'});
		}
	} else if (current.length > 0) {
		const outcome = await new CurrentRepair(parts).run(current);
		repaired.push(...outcome.repaired);
		failed.push(...outcome.failed);
	}

	return {spoke: spoke.name, repaired, elsewhere, failed};
}

/** Repairs current versions, through a folder of staging that is emptied before and after. */
class CurrentRepair {
	readonly #parts: RepairParts;
	readonly #batch: PromotionBatch;
	readonly #root: string;
	readonly #repaired: Repaired[] = [];
	readonly #failed: Failed[] = [];
	readonly #sources = new Map<string, Source>();
	readonly #seen: ReadonlyMap<string, Observation>;

	constructor(parts: RepairParts) {
		this.#parts = parts;
		this.#batch = new PromotionBatch(parts.context);
		this.#root = restoreFolder(parts.context.folders);
		this.#seen = parts.context.store.ledger.observations(parts.context.spoke.name);
	}

	async run(findings: readonly Finding[]): Promise<{readonly repaired: Repaired[]; readonly failed: Failed[]}> {
		const {context, method, onCommand} = this.#parts;
		const {signal, spoke} = context;
		fs.rmSync(this.#root, {recursive: true, force: true});
		fs.mkdirSync(this.#root, {recursive: true, mode: 0o700});
		try {
			const onSpoke = findings.filter(finding => finding.repair === 'spoke').map(({path}) => path);
			if (onSpoke.length > 0) await method.bring?.(spoke, onSpoke, {staging: this.#root, onCommand, signal});
			for (const finding of findings) {
				signal.throwIfAborted();
				await this.#one(finding.path, finding.repair!);
			}

			await this.#flush();
		} finally {
			fs.rmSync(this.#root, {recursive: true, force: true});
		}

		return {repaired: this.#repaired, failed: this.#failed};
	}

	async #one(path: string, source: Source): Promise<void> {
		const {context} = this.#parts;
		const {store, spoke, folders, signal} = context;
		const entry = store.ledger.get(spoke.name, path);
		const from = fsPath(this.#root, path);
		if (!entry || !isInside(folders.current, path)) {
			this.#failed.push({path, reason: 'the ledger does not answer for it any more'});
			return;
		}

		if (source === 'generation') await this.#copyKept(path, entry, from);
		if (!entryAt(from)?.isFile()) {
			const reason = source === 'spoke' ? 'the spoke does not have it any more' : 'no kept version proves to be it';
			this.#failed.push({path, reason});
			return;
		}

		const comparison = await compare(from, fsPath(folders.current, path), {
			lengths: [entry.length],
			chunks: {known: undefined},
			onDurable: this.#batch.onDurable,
			signal,
		});
		if (comparison.current?.size === entry.length && comparison.current.sha256 === entry.sha256) {
			this.#repaired.push({path, from: 'itself'});
			return;
		}

		if (comparison.prefixes.get(entry.length) !== entry.sha256) {
			this.#failed.push({path, reason: 'what the spoke has now does not begin with the bytes that were taken'});
			return;
		}

		this.#sources.set(path, source);
		const promotion: Promotion = {
			...{path, from, verdict: 'repair', comparison, entry},
			sourceMtimeMs: Number(comparison.stat.mtimeNs) / 1e6,
			keep: comparison.current ? 'damaged' : undefined,
			aside: source === 'generation' ? this.#asideOf(path, comparison.sha256) : undefined,
		};
		if (this.#batch.add(promotion)) await this.#flush();
	}

	/** What a person decided about the spoke's version is still decided once the hub's own bytes are back. */
	#asideOf(path: string, sha256: string): Observation | undefined {
		const seen = this.#seen.get(path);
		return seen?.isReleased && seen.sha256 !== '' && seen.sha256 !== sha256 ? seen : undefined;
	}

	async #copyKept(path: string, {sha256, length, sourceMtimeMs}: LedgerEntry, to: string | Buffer): Promise<void> {
		const {store, spoke, signal} = this.#parts.context;
		fs.mkdirSync(fsPath(this.#root, folderOf(path)), {recursive: true, mode: 0o700});
		for (const {file} of store.verifies.keptCopies(spoke.name, path, sha256)) {
			if ((entryAt(file)?.size ?? -1) < length) continue;
			const copied = await copyStart(file, to, length, signal);
			if (copied.sha256 === sha256) {
				// The next look at the spoke finds size and time as it shows them.
				if (sourceMtimeMs !== undefined) fs.utimesSync(to, sourceMtimeMs / 1000, sourceMtimeMs / 1000);
				return;
			}

			fs.rmSync(to);
		}
	}

	async #flush(): Promise<void> {
		const {done, left} = await this.#batch.flush();
		for (const {path} of done) this.#repaired.push({path, from: this.#sources.get(path)!});
		for (const {path} of left) this.#failed.push({path, reason: 'it was changed on the hub meanwhile'});
	}
}
