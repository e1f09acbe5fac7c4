import {entryAt} from '../sessions/tree.js';
import type {LedgerEntry} from '../store/ledger-rows.js';
import {toChunkLine} from './chunks.js';
import type {GuardContext} from './context.js';
import type {Keep} from './copies.js';
import type {LedgerLine} from './ledger-file.js';
import type {Told} from './replay.js';

/**
 * The plain ledger is shorter than the database says it was: somebody cut it, or put an older copy in its place. What the
 * database knows beyond it is written again, so that the plain ledger alone proves all of it once more.
 * @param told what the plain ledger tells still
 * @returns lines written
 */
export async function healPlain(context: GuardContext, told: Told): Promise<number> {
	const {store, spoke, ledger, clock} = context;
	const lines: LedgerLine[] = [];
	for (const keep of store.ledger.generations(spoke.name)) {
		const line = told.keeps.get(keep.file);
		const isTold = line?.sha256 === keep.sha256 && line.why === keep.why;
		if (!isTold && !told.pruned.has(keep.file)) lines.push({op: 'keep', ...keep});
	}

	for (const {path, file, sha256} of toldAnew(context, told).removed) {
		lines.push({op: 'pruned', at: clock.now(), path, file, sha256});
	}

	for (const entry of store.ledger.all(spoke.name).values()) {
		if (told.sessions.get(entry.path)?.versions.at(-1)?.take.sha256 !== entry.sha256) lines.push(lineOf(entry));
	}

	await ledger.append(lines);
	return lines.length;

	function lineOf({path, length, sha256, lastAt, sourceSize, sourceMtimeMs, since}: LedgerEntry): LedgerLine {
		const known = store.ledger.chunks(spoke.name, path);
		const chunks = toChunkLine(length, known && {from: 0, after: undefined, hashes: known.hashes});
		return {op: 'take', at: lastAt, path, length, sha256, sourceSize, sourceMtimeMs, since, chunks};
	}
}

/**
 * Kept versions that a plain ledger tells of and the database, which knew more than it, does not.
 * @returns those that are there, and those that a person removed since
 */
export function toldAnew(
	{store, spoke}: GuardContext,
	{keeps}: Told,
): {readonly kept: readonly Keep[]; readonly removed: readonly Keep[]} {
	const known = new Set(store.ledger.generations(spoke.name).map(({file}) => file));
	const anew = [...keeps.values()].filter(({file}) => !known.has(file));
	const {kept = [], removed = []} = Object.groupBy(anew, ({file}) => (entryAt(file) ? 'kept' : 'removed'));
	return {kept, removed};
}
