import {fsPath} from '../../text/names.js';
import {breathe} from '../breathe.js';
import type {SessionHeader} from '../sessions/types.js';
import {contentKinds, nameFinding, tornMs} from './compare-content.js';
import {isTimeAs, type VerifyContext} from './compare-context.js';
import type {Shelf} from './compare-folder.js';
import type {Heads} from './compare-heads.js';
import {explanations} from './explain.js';
import type {Shelved, ShelvedFiles} from './shelved-files.js';
import {readTail} from './tail.js';
import type {Finding, FindingKind, VerifyReport} from './types.js';

/** Files between two chances for others to run: of a hundred thousand files every look at a clock counts. */
const perTurn = 64;

/** What a quick verify looks at closer. */
export interface Suspects {
	/** Files that must be read whole: size or time is not as recorded, or what they are only their lines tell. */
	readonly whole: readonly string[];
	/** Entries whose file is not there. */
	readonly missing: readonly string[];
}

/**
 * Goes over a folder by names, sizes and times; opens only what changed since the last verify, and of that only both
 * ends. What was found before in a file that has not changed since is told again.
 */
export async function lookQuickly(context: VerifyContext, shelf: Shelf, heads: Heads): Promise<Suspects> {
	const {spoke, before, findings, signal, meter} = context;
	const known = new Known(before);
	const {files} = shelf;
	const {recorded, missing} = spoke ? await lookUp(context, files) : {recorded: undefined, missing: []};
	const whole: string[] = [];
	let index = -1;
	let bytes = 0;
	for (const path of files.keys()) {
		index++;
		bytes += files.sizeAt(index);
		if (recorded?.[index] === 0 || (known.suspects.size > 0 && known.suspects.has(path))) {
			whole.push(path);
		} else if (files.ctimeAt(index) < known.since) {
			if (known.content.size > 0) for (const finding of known.content.get(path) ?? []) findings.add(finding);
		} else if (files.sizeAt(index) === 0) {
			findings.add(contentFinding('empty', path, files.at(index), 'it holds nothing yet'));
		} else {
			const file = files.at(index);
			const {header, isWhole} = heads.read(path, file);
			const isTold = header !== undefined && (isWhole || (await addTail(context, path, file)));
			if (isTold) addHeader(context, path, file, header);
			else whole.push(path);
		}

		if ((index + 1) % perTurn === 0) {
			meter.step(bytes, perTurn);
			bytes = 0;
			signal.throwIfAborted();
			await breathe();
		}
	}

	return {whole, missing};
}

/**
 * Looks every entry of the ledger up among the files.
 * @returns 1 for each file that is as its entry says, by its place among them; entries whose file is not there
 */
async function lookUp(
	{spoke, store, isOurs, signal}: VerifyContext,
	files: ShelvedFiles,
): Promise<{readonly recorded: Uint8Array; readonly missing: readonly string[]}> {
	const recorded = new Uint8Array(files.size);
	const missing: string[] = [];
	for (const page of store.verifies.answered(spoke!.name)) {
		for (const [path, length, mtimeMs] of page) {
			const index = files.indexOf(path);
			if (index === undefined) missing.push(path);
			else if (files.sizeAt(index) === length && isRecorded(mtimeMs, files.mtimeAt(index), isOurs)) recorded[index] = 1;
		}

		signal.throwIfAborted();
		await breathe();
	}

	return {recorded, missing};
}

/**
 * The moment since which whatever changed must be opened again.
 * @returns milliseconds since the epoch
 */
export function changedSince(before: VerifyReport | undefined): number {
	const told = before?.counts.reduce((sum, {count}) => sum + count, 0);
	const isWhole = before?.result === 'done' && told === before.findings.length;
	return isWhole ? before.startedAt - slackMs : Number.NEGATIVE_INFINITY;
}

/** Milliseconds that the clocks of a network file system and of the hub may differ, with something to spare. */
const slackMs = 5000;

/** What the last verify told, as far as it still holds for files that have not changed. */
class Known {
	readonly since: number;
	readonly content = new Map<string, Finding[]>();
	/** Files whose bytes were not right. */
	readonly suspects = new Set<string>();

	constructor(before: VerifyReport | undefined) {
		this.since = changedSince(before);
		for (const finding of before?.findings ?? []) {
			const {path, kind, generation} = finding;
			if (generation !== undefined) continue;
			if (contentKinds.has(kind)) this.content.set(path, [...(this.content.get(path) ?? []), finding]);
			if (bytesKinds.has(kind)) this.suspects.add(path);
		}

		for (const {path, generation} of before?.unnamedDamage ?? []) if (generation === undefined) this.suspects.add(path);
	}
}

const bytesKinds: ReadonlySet<FindingKind> = new Set(['bit-rot', 'truncated', 'foreign-edit', 'writing']);

/** @param told of its source; null: it was found on the hub, and its time is nobody's */
function isRecorded(told: number | null, mtimeMs: number, isOurs: boolean): boolean {
	if (told === null) return true;
	return isOurs ? isTimeAs(mtimeMs, told) : mtimeMs === told;
}

function addHeader({findings}: VerifyContext, path: string, file: Shelved, {id, version}: SessionHeader): void {
	const mismatch = nameFinding(path, id);
	if (mismatch) findings.add({...mismatch, hub: sideOf(file)});
	if (version < 3) findings.add(contentFinding('old-version', path, file, `format v${version}`));
	if (version > 3) findings.add(contentFinding('unknown-version', path, file, `format v${version}`));
}

/**
 * What a file's last line tells.
 * @returns false when only all of its lines do
 */
async function addTail({clock, findings, root, signal}: VerifyContext, path: string, file: Shelved): Promise<boolean> {
	const tail = await readTail(fsPath(root, path), signal).catch(() => {
		signal.throwIfAborted();
		// Gone or not to be read: whoever reads all of it says why.
		return undefined;
	});
	if (!tail || tail.kind === 'malformed' || tail.hasNul) return false;
	if (tail.kind !== 'torn') return true;
	const isYoung = clock.now() - file.mtimeMs < tornMs;
	const detail = isYoung ? 'its last line is not complete yet' : 'its last line is cut off';
	findings.add(contentFinding(isYoung ? 'writing' : 'torn-tail', path, file, detail));
	return true;
}

function contentFinding(kind: FindingKind, path: string, file: Shelved, detail: string): Finding {
	return {kind, severity: explanations[kind].severity, path, detail, hub: sideOf(file)};
}

function sideOf({size, mtimeMs}: Shelved): NonNullable<Finding['hub']> {
	return {bytes: size, mtimeMs};
}
