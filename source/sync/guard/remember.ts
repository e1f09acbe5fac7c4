import {fsPath} from '../../text/names.js';
import {entryAt} from '../sessions/tree.js';
import type {Observation, ObservationKind} from '../store/ledger-rows.js';
import {compare} from './content.js';
import type {GuardContext} from './context.js';
import {preserve} from './durable.js';
import {generationFile} from './promote.js';
import {moveStaged, removeStaged} from './staging.js';

/** Milliseconds between two looks that confirm each other: pi rewrites a large file in up to 16 ms, in place. */
export const confirmMs = 2000;

/** What a look saw of a session that must not simply become current. */
export interface Sighting {
	readonly path: string;
	readonly kind: ObservationKind;
	readonly size: number;
	readonly mtimeMs: number;
	readonly sha256: string;
	/** The version seen before, or a growth of it. */
	readonly isSameVersion: boolean;
	/** Staged file with the spoke's version; undefined: none (retyped, gone) or already among the seen ones. */
	readonly staged: string | Buffer | undefined;
}

/** True when an earlier sighting and one now are far enough apart to confirm each other. */
export function isConfirmedBy(before: Observation | undefined, isSameVersion: boolean, now: number): boolean {
	return before !== undefined && isSameVersion && (before.isConfirmed || now - before.firstAt >= confirmMs);
}

/**
 * Remembers what the spoke showed, and its bytes, so that it is not fetched again.
 * @returns the observation as it stands now
 */
export async function remember(
	context: GuardContext,
	sighting: Sighting,
	before: Observation | undefined,
): Promise<Observation> {
	const now = context.clock.now();
	const {path, kind, size, mtimeMs, sha256, isSameVersion, staged} = sighting;
	const isContinued = isSameVersion && before !== undefined && isContinuation(before.kind, kind);
	if (!isContinued) await keepSeen(context, before, staged);
	if (staged !== undefined) moveStaged(staged, context.folders.seen, path);
	else if (!isContinued) removeStaged(context.folders.seen, path);
	const seen: Observation = {
		path,
		kind,
		size,
		mtimeMs,
		sha256,
		firstAt: isContinued ? before.firstAt : now,
		lastAt: now,
		isConfirmed: isContinued && isConfirmedBy(before, isSameVersion, now),
		isReleased: isContinued && before.isReleased,
	};
	context.store.ledger.putObservation(context.spoke.name, seen);
	return seen;
}

/** A held version that grows past the hub's copy is a rewrite, not a new thing to be confirmed. */
function isContinuation(before: ObservationKind, now: ObservationKind): boolean {
	return before === now || (before === 'shrunk' && now === 'rewritten') || (before === 'rewritten' && now === 'shrunk');
}

/**
 * Forgets an observation. Bytes that were confirmed and stand nowhere else are kept as a generation first.
 * @param staged the version that takes its place; undefined: the hub's own copy
 */
export async function forget(
	context: GuardContext,
	before: Observation,
	staged: string | Buffer | undefined,
): Promise<void> {
	await keepSeen(context, before, staged);
	removeStaged(context.folders.seen, before.path);
	context.store.ledger.dropObservation(context.spoke.name, before.path);
}

async function keepSeen(
	context: GuardContext,
	before: Observation | undefined,
	next: string | Buffer | undefined,
): Promise<void> {
	const {folders, clock, ledger, store, spoke} = context;
	if (!before?.isConfirmed || before.sha256 === '') return;
	const file = fsPath(folders.seen, before.path);
	if (!entryAt(file)?.isFile()) return;
	for (const other of [next, fsPath(folders.current, before.path)]) {
		if (other === undefined) continue;
		const {isPrefix, size, current} = await compare(file, other, {signal: context.signal});
		if (isPrefix && current && current.size >= size) return;
	}

	const at = clock.now();
	const kept = generationFile(folders.generations, before.path, at, before.sha256);
	await preserve(file, kept, false);
	const {size: length, sha256} = await compare(file, undefined, {signal: context.signal});
	const line = {op: 'keep', at, path: before.path, file: kept, length, sha256, why: 'spoke-version'} as const;
	await ledger.append([line]);
	store.transaction(() => {
		store.ledger.putGeneration(spoke.name, line);
		store.facts.patch(spoke.name, {ledgerOffset: ledger.size});
	});
}
