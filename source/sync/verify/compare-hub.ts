import type {Stats} from 'node:fs';
import {clean} from '../../text/clean.js';
import {countOf, formatCount} from '../../text/format.js';
import {fsPath} from '../../text/names.js';
import {chunkBytes} from '../guard/chunks.js';
import {entryAt} from '../sessions/tree.js';
import type {LedgerEntry} from '../store/ledger-rows.js';
import {contentFindings} from './compare-content.js';
import {isTimeAs, ledgerOf, type VerifyContext} from './compare-context.js';
import {explanations} from './explain.js';
import {KnownContents} from './known-contents.js';
import type {ScanResult} from './scan-types.js';
import type {Finding, FindingKind, Severity} from './types.js';

/** Milliseconds within which a run writes down what it has just put into place, and after which it surely has. */
const flushMs = 15_000;
const settledMs = 120_000;
const pollMs = 250;

/** Times a file that keeps changing is looked at again. */
const attempts = 4;

/**
 * The hub's copies against their ledger, byte by byte. A mismatch counts only once entry and file were both read again:
 * a sync may run at the same time.
 */
export class HubSide {
	/** Findings about current versions whose bytes are not those of the ledger. */
	readonly unsound = new Map<string, Finding>();
	/** Sessions that changed under every look. */
	unproved = 0;
	/** Sessions whose bytes were found nowhere on the hub. */
	lost = 0;
	/** Sound sessions of more than one chunk whose chunks the ledger does not know, and their bytes. */
	readonly chunkless: Array<{readonly path: string; readonly bytes: number}> = [];
	readonly #context: VerifyContext;
	readonly #contents: KnownContents;

	constructor(context: VerifyContext) {
		this.#context = context;
		this.#contents = new KnownContents(context);
	}

	/** Reads a current version from its first byte to its last and judges it. */
	async file(path: string): Promise<void> {
		const {root, findings, store, spoke, clock} = this.#context;
		const file = fsPath(root, path);
		for (let attempt = 0; attempt < attempts; attempt++) {
			const stat = entryAt(file);
			const entry = spoke && store.ledger.get(spoke.name, path);
			if (!stat?.isFile()) {
				if (entry && !(await this.#isStill(path, entry, undefined))) continue;
				if (entry) await this.missing(path, entry);
				return;
			}

			const chunks = entry && store.ledger.chunks(spoke!.name, path);
			let result: ScanResult;
			try {
				result = await this.#contents.scan(path, entry, {
					file,
					expected: entry && {
						length: entry.length,
						sha256: entry.sha256,
						chunks: chunks?.length === entry.length ? chunks.hashes : new Uint8Array(),
					},
				});
			} catch (error) {
				if (this.#isGone(error)) continue;
				await this.#unreadable(path, entry, error);
				return;
			}

			const isSound = entry !== undefined && result.isAsExpected && result.size === entry.length;
			if (!isSound && spoke && !(await this.#isStill(path, entry, stat))) continue;
			if (isSound && !chunks && entry.length > chunkBytes) this.chunkless.push({path, bytes: entry.length});
			if (entry && !isSound) await this.#unlike(path, entry, result);
			else if (spoke && !entry) findings.add(this.#unentered(path, result));
			for (const finding of contentFindings(path, result, clock.now())) findings.add(finding);
			return;
		}

		this.unproved++;
		findings.add(this.#finding('writing', path, 'it changed at every look'));
	}

	/** Writes down what the lines of files were seen to show. */
	store(): void {
		this.#contents.store();
	}

	/** A file that is not as recorded and that a quick verify does not read, because there are too many of them. */
	unread(path: string, bytes: number): void {
		this.unproved++;
		const detail = `size or time is not as recorded (${countOf(bytes, 'byte')} now); a deep verify reads it`;
		this.#context.findings.add(this.#finding('foreign-edit', path, detail));
	}

	/** Judges an entry whose file is not there; to be called once that is certain. */
	async missing(path: string, entry: LedgerEntry): Promise<void> {
		const kept = await this.keptCopy(path, entry);
		if (kept !== undefined && !this.#context.isOurs) {
			const detail = `gone from the folder; its ${countOf(entry.length, 'byte')} are kept in ${clean(kept)}`;
			this.#context.findings.add({...this.#finding('only-on-hub', path, detail), ledger: ledgerOf(entry)});
			return;
		}

		this.#unsound('missing', path, entry, undefined, kept, `${countOf(entry.length, 'byte')} that the hub had taken`);
	}

	/**
	 * A kept version that holds the very bytes an entry answers for: read by a deep verify, of the right size by a quick one.
	 * @returns its absolute path
	 */
	async keptCopy(path: string, {length, sha256}: Pick<LedgerEntry, 'length' | 'sha256'>): Promise<string | undefined> {
		const {spoke, store, isDeep, scan} = this.#context;
		for (const {file} of store.verifies.keptCopies(spoke!.name, path, sha256)) {
			if ((entryAt(file)?.size ?? -1) < length) continue;
			if (!isDeep) return file;
			const expected = {length, sha256, chunks: new Uint8Array()};
			const result = await scan({file, expected, isContentChecked: false}).catch(() => undefined);
			this.#context.signal.throwIfAborted();
			if (result?.isAsExpected) return file;
		}

		return undefined;
	}

	async #unlike(path: string, entry: LedgerEntry, result: ScanResult): Promise<void> {
		const {isOurs, findings} = this.#context;
		const {size, mtimeMs, isAsExpected} = result;
		if (isAsExpected) {
			// Everything that was taken is there, and something behind it.
			const more = countOf(size - entry.length, 'byte');
			const detail = isOurs
				? `${more} were added on the hub behind what was taken, which is intact`
				: `it grew by ${more} since the last sync`;
			const kind = isOurs ? 'foreign-edit' : 'newer-on-spoke';
			findings.add({...this.#finding(kind, path, detail), hub: {bytes: size, mtimeMs}, ledger: ledgerOf(entry)});
			return;
		}

		const kept = await this.keptCopy(path, entry);
		const isTimeSame =
			entry.sourceMtimeMs === undefined ? mtimeMs <= entry.lastAt : isTimeAs(mtimeMs, entry.sourceMtimeMs);
		if (!isOurs && kept !== undefined && !(isTimeSame && size === entry.length)) {
			const detail = `something changed it in the folder since the last sync; the earlier bytes are kept in ${clean(kept)}`;
			const kind = size < entry.length ? 'hub-larger' : 'newer-on-spoke';
			findings.add({...this.#finding(kind, path, detail), hub: sideOf(result), ledger: ledgerOf(entry)});
			return;
		}

		if (size < entry.length) {
			const text = `${formatCount(size)} of ${countOf(entry.length, 'byte')} are there`;
			this.#unsound('truncated', path, entry, result, kept, text);
		} else if (size === entry.length && isTimeSame) {
			this.#unsound('bit-rot', path, entry, result, kept, `${placeText(result)}; size and time are as recorded`);
		} else {
			const how = size > entry.length ? `${countOf(size - entry.length, 'byte')} longer, and ` : '';
			this.#unsound(
				'foreign-edit',
				path,
				entry,
				result,
				kept,
				`${how}${placeText(result)}; its time is not as recorded`,
			);
		}
	}

	#unsound(
		kind: FindingKind,
		path: string,
		entry: LedgerEntry,
		result: ScanResult | undefined,
		kept: string | undefined,
		text: string,
	): void {
		const first = result?.damage[0];
		const where = kept === undefined ? '' : `; the true bytes are kept in ${clean(kept)}`;
		const finding: Finding = {
			...this.#finding(kind, path, `${text}${where}`, kept === undefined ? 'damage' : 'look'),
			...(first ? {offset: first.offset, length: first.length} : {}),
			...(result ? {hub: sideOf(result)} : {}),
			ledger: ledgerOf(entry),
			...(kept === undefined ? {} : {repair: 'generation' as const}),
		};
		if (kept === undefined) this.lost++;
		this.unsound.set(path, finding);
		this.#context.findings.add(finding);
	}

	/** A disk that cannot be read has lost the bytes; a file that may not be read has not. */
	async #unreadable(path: string, entry: LedgerEntry | undefined, error: unknown): Promise<void> {
		this.#context.signal.throwIfAborted();
		const {code, message} = error as NodeJS.ErrnoException;
		const text = `it cannot be read: ${clean(String(message ?? error))}`;
		if (entry && code === 'EIO') {
			this.#unsound('bit-rot', path, entry, undefined, await this.keptCopy(path, entry), text);
			return;
		}

		if (entry) this.unproved++;
		this.#context.findings.add(this.#finding('foreign-edit', path, text));
	}

	#unentered(path: string, {size, mtimeMs}: ScanResult): Finding {
		const detail = 'it is in no ledger yet; the next sync enters it';
		const hub = {bytes: size, mtimeMs};
		return this.#context.isOurs
			? {...this.#finding('foreign-edit', path, `something else put it here: ${detail}`, 'info'), hub}
			: {...this.#finding('only-on-spoke', path, detail), hub};
	}

	/** Entry and file are what they were, and nobody is about to change either. */
	async #isStill(path: string, entry: LedgerEntry | undefined, stat: Stats | undefined): Promise<boolean> {
		const {clock, signal, store, spoke, isHeld} = this.#context;
		const isYoung = () => clock.now() - (stat?.ctimeMs ?? entry?.lastAt ?? 0) < settledMs;
		const until = clock.now() + flushMs;
		let isBusy = isYoung() && (await isHeld());
		while (isBusy && clock.now() < until && this.#isAlike(path, stat)) {
			await clock.sleep(pollMs, signal);
			isBusy = await isHeld();
		}

		const now = store.ledger.get(spoke!.name, path);
		if (now?.sha256 !== entry?.sha256 || now?.length !== entry?.length) return false;
		return !isBusy && this.#isAlike(path, stat);
	}

	#isAlike(path: string, before: Stats | undefined): boolean {
		const now = entryAt(fsPath(this.#context.root, path));
		if (!now || !before) return !now?.isFile() && !before;
		return now.size === before.size && now.mtimeMs === before.mtimeMs && now.ctimeMs === before.ctimeMs;
	}

	#isGone(error: unknown): boolean {
		return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '');
	}

	#finding(kind: FindingKind, path: string, detail: string, severity: Severity = explanations[kind].severity): Finding {
		return {kind, severity, path, detail};
	}
}

function sideOf({size, mtimeMs, lines, header, sha256}: ScanResult): NonNullable<Finding['hub']> {
	return {bytes: size, mtimeMs, lines, version: header?.version, sha256};
}

function placeText({damage}: ScanResult): string {
	const [first] = damage;
	if (!first) return 'its bytes are not those that were taken';
	const others = damage.length > 1 ? `, and ${formatCount(damage.length - 1)} more places` : '';
	return `bytes differ somewhere in ${countOf(first.length, 'byte')} from byte ${formatCount(first.offset)} on${others}`;
}
