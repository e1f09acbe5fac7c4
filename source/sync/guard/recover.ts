import fs from 'node:fs';
import {fsPath} from '../../text/names.js';
import {entryAt, folderOf, type HeldFile, isInside} from '../sessions/tree.js';
import type {LedgerEntry} from '../store/ledger-rows.js';
import {digest} from './content.js';
import type {GuardContext} from './context.js';
import {placeNew, syncFolder} from './durable.js';
import {entryOf, type LedgerLine} from './ledger-file.js';

type Take = Extract<LedgerLine, {op: 'take'}>;

/**
 * Finishes what an earlier holder of the lease announced in the plain ledger and did not live to record, or reads the
 * whole of it again when the database is gone. Runs before anything touches staging.
 * @returns the number of sessions that were completed, and of ledger lines that could not be read
 */
export async function recover(
	context: GuardContext,
): Promise<{readonly completed: number; readonly unreadable: number}> {
	const {store, spoke, ledger, clock} = context;
	const offset = store.facts.get(spoke.name).ledgerOffset ?? 0;
	if (offset === ledger.size) return {completed: 0, unreadable: 0};
	const isRebuild = offset === 0 || offset > ledger.size;
	const {lines, unreadable} = await ledger.read(isRebuild ? 0 : offset);
	const entries: LedgerEntry[] = [];
	const voids: LedgerLine[] = [];
	let completed = 0;
	for (const takes of takesByPath(lines).values()) {
		const last = takes.at(-1)!;
		const known = store.ledger.get(spoke.name, last.path);
		const earlier = takes.at(-2) ?? (known && toTake(known));
		const outcome = await settle(context, last, earlier, isRebuild);
		if (outcome === 'completed') completed++;
		if (outcome !== 'void') {
			entries.push(entryOf(last, known, takes[0]));
			continue;
		}

		voids.push({op: 'void', at: clock.now(), path: last.path, sha256: last.sha256});
		if (takes.length > 1) entries.push(entryOf(takes.at(-2)!, known, takes[0]));
	}

	await ledger.append(voids);
	store.transaction(() => {
		store.ledger.put(spoke.name, entries);
		for (const line of lines) {
			if (line.op === 'keep' && fs.existsSync(line.file)) store.ledger.putGeneration(spoke.name, line);
		}

		store.facts.patch(spoke.name, {ledgerOffset: ledger.size});
	});
	return {completed, unreadable};
}

function takesByPath(lines: readonly LedgerLine[]): Map<string, Take[]> {
	const takes = new Map<string, Take[]>();
	for (const line of lines) {
		const known = takes.get(line.path) ?? [];
		if (line.op === 'take') takes.set(line.path, [...known.slice(-1), line]);
		if (line.op === 'void' || line.op === 'left')
			takes.set(
				line.path,
				known.filter(take => take.sha256 !== line.sha256),
			);
	}

	return new Map([...takes].filter(([, list]) => list.length > 0));
}

/** What became of an announced version: its file stands, stands now, never will, or somebody else's concern. */
async function settle(
	context: GuardContext,
	take: Take,
	earlier: Pick<Take, 'length' | 'sha256'> | undefined,
	isRebuild: boolean,
): Promise<'stands' | 'completed' | 'void' | 'unproved'> {
	const {current} = context.folders;
	const to = fsPath(current, take.path);
	const stat = entryAt(to);
	// On a rebuild the size is enough: what verify finds later it finds against this very entry.
	if (isRebuild && stat?.isFile() && stat.size === take.length) return 'stands';
	const held = await digest(to, context.signal);
	if (held?.sha256 === take.sha256 && held.size === take.length) return 'stands';
	const isEarlier = held ? held.size === earlier?.length && held.sha256 === earlier.sha256 : earlier === undefined;
	const staged = isEarlier ? await findStaged(context, take) : undefined;
	if (staged !== undefined && isInside(current, take.path)) {
		fs.mkdirSync(fsPath(current, folderOf(take.path)), {recursive: true, mode: 0o700});
		if (held) fs.renameSync(staged, to);
		else placeNew(staged, to);
		await syncFolder(fsPath(current, folderOf(take.path)));
		return 'completed';
	}

	// The announced bytes are nowhere. In the tail of a killed run they were never answered for; in a ledger read anew
	// they may have been, so the entry stays (for verify to find) unless the version before it stands untouched.
	return isRebuild && !(held && isEarlier) ? 'unproved' : 'void';
}

async function findStaged(context: GuardContext, take: Take): Promise<string | Buffer | undefined> {
	for (const root of [context.folders.pull, context.folders.seen]) {
		const file = fsPath(root, take.path);
		if (entryAt(file)?.size !== take.length) continue;
		const found = await digest(file, context.signal);
		if (found?.sha256 === take.sha256) return file;
	}

	return undefined;
}

/**
 * Enters what lies under the spoke's path without a ledger entry: sessions an earlier rsync or a person brought. They
 * are proved from now on only.
 * @param current what `walk` found there
 * @returns the number of sessions entered
 */
export async function adopt(context: GuardContext, current: ReadonlyMap<string, HeldFile>): Promise<number> {
	const {store, spoke, ledger, clock, folders, signal} = context;
	const known = store.ledger.paths(spoke.name);
	const at = clock.now();
	const entries: LedgerEntry[] = [];
	for (const path of current.keys()) {
		if (known.has(path)) continue;
		const found = await digest(fsPath(folders.current, path), signal);
		if (!found) continue;
		entries.push({
			path,
			length: found.size,
			sha256: found.sha256,
			firstAt: at,
			lastAt: at,
			sourceSize: undefined,
			sourceMtimeMs: undefined,
			since: at,
		});
	}

	if (entries.length === 0) return 0;
	await ledger.append(entries.map(({path, length, sha256}) => ({op: 'take', at, path, length, sha256, since: at})));
	store.transaction(() => {
		store.ledger.put(spoke.name, entries);
		store.facts.patch(spoke.name, {ledgerOffset: ledger.size});
	});
	return entries.length;
}

function toTake({path, length, sha256, lastAt}: LedgerEntry): Take {
	return {op: 'take', at: lastAt, path, length, sha256};
}
