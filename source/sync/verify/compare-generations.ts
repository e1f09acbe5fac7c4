import {clean} from '../../text/clean.js';
import {countOf, formatCount} from '../../text/format.js';
import {fsPath} from '../../text/names.js';
import {entryAt} from '../sessions/tree.js';
import type {Generation} from '../store/ledger-rows.js';
import type {VerifyContext} from './compare-context.js';
import type {HubSide} from './compare-hub.js';
import type {ScanResult} from './scan-types.js';
import type {Finding, FindingKind} from './types.js';

/**
 * Kept earlier versions, and the hub's own copies of folders that others fill. A deep verify reads all of them, a quick
 * one those that an earlier verify found damaged.
 */
export class KeptSide {
	/** Versions whose bytes were found nowhere on the hub. */
	lost = 0;
	readonly #context: VerifyContext;
	readonly #hub: HubSide;
	readonly #suspects: ReadonlySet<string>;

	constructor(context: VerifyContext, hub: HubSide) {
		this.#context = context;
		this.#hub = hub;
		const {findings = [], unnamedDamage = []} = context.before ?? {};
		this.#suspects = new Set([...findings, ...unnamedDamage].flatMap(({generation}) => generation ?? []));
	}

	/** True when all of a version must be read. */
	mustRead({file}: Generation): boolean {
		return this.#context.isDeep || this.#suspects.has(file);
	}

	/** Judges one of them. */
	async version(kept: Generation): Promise<void> {
		const {file, length, sha256} = kept;
		const size = entryAt(file)?.size;
		if (size === undefined) {
			await this.#unsound('missing', kept, undefined, `a kept version of ${countOf(length, 'byte')} is not there`);
			return;
		}

		if (!this.mustRead(kept)) {
			// A run that was killed can have left more behind one of our own copies than the ledger answers for.
			if (size < length) await this.#unsound('truncated', kept, undefined, cutText(size, length));
			return;
		}

		const expected = {length, sha256, chunks: new Uint8Array()};
		let result: ScanResult;
		try {
			result = await this.#context.scan({file, expected, isContentChecked: false});
		} catch (error) {
			this.#context.signal.throwIfAborted();
			const text = `a kept version cannot be read: ${clean(String((error as Error).message))}`;
			await this.#unsound(
				(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'bit-rot',
				kept,
				undefined,
				text,
			);
			return;
		}

		if (result.isAsExpected) return;
		if (result.size < length) await this.#unsound('truncated', kept, result, cutText(result.size, length));
		else await this.#unsound('bit-rot', kept, result, 'a kept version holds other bytes than were kept');
	}

	async #unsound(kind: FindingKind, kept: Generation, result: ScanResult | undefined, text: string): Promise<void> {
		const {store, spoke, findings, isDeep} = this.#context;
		const {path, file, length, sha256, why} = kept;
		// It may have been renamed, or grown with its file, since its row was read.
		const now = store.versions.byFile(spoke!.name, file);
		if (now?.sha256 !== sha256 || now.length !== length) return;
		const entry = store.ledger.get(spoke!.name, path);
		const isCurrent =
			why === 'conflict-copy' ? await this.#isInFolder(kept) : entry?.sha256 === sha256 && !this.#hub.unsound.has(path);
		const twin = isCurrent ? undefined : await this.#twin(kept);
		const isElsewhere = isCurrent || twin !== undefined;
		if (!isElsewhere) this.lost++;
		const where = isCurrent
			? '; the current file holds these bytes'
			: twin
				? `; the same bytes are in ${clean(twin)}`
				: '';
		const first = result?.damage[0];
		const finding: Finding = {
			...{kind, severity: isElsewhere ? 'look' : 'damage', path, detail: `${text}${where}`, generation: file},
			...(first ? {offset: first.offset, length: first.length} : {}),
			...(result ? {hub: {bytes: result.size, mtimeMs: result.mtimeMs, sha256: result.sha256}} : {}),
			ledger: {bytes: length, sha256, since: undefined},
			...(isElsewhere && (isDeep || why === 'protected' || why === 'conflict-copy')
				? {repair: 'generation' as const}
				: {}),
		};
		findings.add(finding);
	}

	/** Whether the conflict copy that it is kept of begins with its bytes still. */
	async #isInFolder({path, length, sha256}: Generation): Promise<boolean> {
		const {root, scan} = this.#context;
		const expected = {length, sha256, chunks: new Uint8Array()};
		const found = await scan({file: fsPath(root, path), expected, isContentChecked: false}).catch(() => undefined);
		return found?.isAsExpected === true;
	}

	/** Another kept version that holds the same bytes. */
	async #twin(kept: Generation): Promise<string | undefined> {
		const {store, spoke, isDeep, scan} = this.#context;
		const {path, file, length, sha256} = kept;
		for (const other of store.verifies.keptCopies(spoke!.name, path, sha256)) {
			if (other.file === file || (entryAt(other.file)?.size ?? -1) < length) continue;
			if (!isDeep) return other.file;
			const request = {file: other.file, expected: {length, sha256, chunks: new Uint8Array()}, isContentChecked: false};
			if ((await scan(request).catch(() => undefined))?.isAsExpected) return other.file;
		}

		return undefined;
	}
}

function cutText(size: number, length: number): string {
	return `of a kept version ${formatCount(size)} of ${countOf(length, 'byte')} are there`;
}
