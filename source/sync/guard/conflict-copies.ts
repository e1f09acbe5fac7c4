import fs from 'node:fs';
import {clean} from '../../text/clean.js';
import {formatCount} from '../../text/format.js';
import {fsPath} from '../../text/names.js';
import {breathe} from '../breathe.js';
import {entryAt, type HeldFile, shown} from '../sessions/tree.js';
import type {Generation} from '../store/ledger-rows.js';
import {type Comparison, compare, digest, isAbsent} from './content.js';
import type {GuardContext} from './context.js';
import {appendTail, freeze, isSettled, type Keep, toKeep} from './copies.js';
import {preserve} from './durable.js';
import {generationFile} from './promote.js';
import {isMoving} from './resting.js';

/** Milliseconds that are lost where a time goes through seconds as a double, and as whole milliseconds. */
const precisionMs = 2;

/**
 * Keeps the bytes of Syncthing's conflict copies, as kept versions alone: they are no sessions, so no ledger entry answers
 * for them, nothing counts them and nothing is held when one goes. What one held before it changed or went stays as an
 * earlier version.
 * @param files the conflict copies in the folder now
 * @param isProtecting false: none are kept (`tui.protect: off`), and what was kept before no longer follows the folder
 * @returns how many are still being written; they are kept when they have settled
 */
export async function foldConflictCopies(
	context: GuardContext,
	files: ReadonlyMap<string, HeldFile>,
	isProtecting: boolean,
): Promise<number> {
	const {store, spoke, folders, clock, signal} = context;
	const standing = new Map(store.versions.conflictCopies(spoke.name).map(kept => [kept.path, kept]));
	await letGo(
		context,
		[...standing.values()].filter(({path}) => !files.has(path)),
	);
	if (!isProtecting) {
		await leaveConflictCopies(context);
		return 0;
	}

	let moving = 0;
	for (const [path, held] of files) {
		signal.throwIfAborted();
		await breathe();
		const kept = standing.get(path);
		if (kept && isKept(kept, held)) continue;
		const stat = entryAt(fsPath(folders.current, path));
		if (!stat?.isFile()) continue;
		if (isMoving(stat, clock.now()) || !(await keep(context, path, kept))) moving++;
	}

	return moving;
}

/** Nobody looks after a folder's conflict copies from now on: what is kept of them becomes earlier versions. */
export async function leaveConflictCopies(context: GuardContext): Promise<void> {
	const {store, spoke} = context;
	await record(
		context,
		store.versions.conflictCopies(spoke.name).map(kept => ({...kept, op: 'keep', why: 'protected'})),
	);
}

/** The kept file has the time of what it was made from, so that it need not be read again. */
function isKept({file, length}: Generation, {size, mtimeMs}: HeldFile): boolean {
	const stat = length === size ? entryAt(file) : undefined;
	return stat !== undefined && stat.size >= length && Math.abs(stat.mtimeMs - mtimeMs) < precisionMs;
}

async function letGo(context: GuardContext, gone: readonly Generation[]): Promise<void> {
	const {spoke, log} = context;
	const [first, ...more] = gone;
	if (!first) return;
	await record(
		context,
		gone.map(kept => ({...kept, op: 'keep', why: 'protected'})),
	);
	const [what, are] =
		more.length === 0
			? [`the conflict copy ${clean(shown(first.path))}`, 'is']
			: [`${formatCount(gone.length)} conflict copies`, 'are'];
	log('INFO', `${what} ${are} gone from the folder of '${spoke.name}': kept here`);
}

/** @returns false when somebody wrote meanwhile: nothing is kept then that was not kept before */
async function keep(context: GuardContext, path: string, before: Generation | undefined): Promise<boolean> {
	const {folders, signal, spoke, log} = context;
	const file = fsPath(folders.current, path);
	const lengths = before ? [before.length] : [];
	const added: string[] = [];
	try {
		const comparison = await compare(file, undefined, {lengths, signal});
		const isGrowth = before !== undefined && comparison.prefixes.get(before.length) === before.sha256;
		const now = await kept(context, path, comparison, {before: isGrowth ? before : undefined, added});
		if (!isSettled(file, comparison)) throw new Moved();
		fs.utimesSync(now.file, comparison.stat.atime, comparison.stat.mtime);
		const isSame = before?.file === now.file && before.sha256 === now.sha256;
		if (isSame) return true;
		const earlier = before === undefined || before.file === now.file ? [] : [earlierOf(before)];
		await record(context, [...earlier, now]);
		if (before && !isGrowth) {
			const name = clean(shown(path));
			log(
				'INFO',
				`something changed the conflict copy ${name} in the folder of '${spoke.name}': the earlier bytes are kept`,
			);
		}

		return true;
	} catch (error) {
		if (!(error instanceof Moved || isAbsent(error))) throw error;
		for (const one of added) fs.rmSync(one, {force: true});
		return false;
	}
}

/** Somebody wrote while it was read. */
class Moved extends Error {}

/** The file that holds these bytes from now on: the copy of what it grew from, one that holds them already, or a new one. */
async function kept(
	context: GuardContext,
	path: string,
	comparison: Comparison,
	{before, added}: {readonly before: Generation | undefined; readonly added: string[]},
): Promise<Keep> {
	const {store, spoke, folders, clock, signal} = context;
	const from = fsPath(folders.current, path);
	const at = clock.now();
	const asCopy = (file: string): Keep => ({...toKeep(path, file, comparison, at), why: 'conflict-copy'});
	if (before && (entryAt(before.file)?.size ?? -1) >= before.length) {
		await appendTail(from, before.file, before.length, comparison.size);
		return asCopy(before.file);
	}

	// A folder that was away for a while, or a version that somebody put back.
	for (const known of store.verifies.keptCopies(spoke.name, path, comparison.sha256)) {
		// Read, because it may have been damaged since: then the folder alone has these bytes.
		const found = await digest(known.file, {lengths: [known.length], signal});
		if (found?.prefixes.get(known.length) === comparison.sha256) return asCopy(known.file);
	}

	const file = generationFile(folders.generations, path, at, comparison.sha256);
	await preserve(from, file, true);
	added.push(file);
	return asCopy(file);
}

function earlierOf(before: Generation): Keep {
	// One that somebody removed by hand is for a verify to find.
	return entryAt(before.file) ? freeze(before, before) : {...before, op: 'keep', why: 'rewritten'};
}

async function record({ledger, store, spoke}: GuardContext, keeps: readonly Keep[]): Promise<void> {
	if (keeps.length === 0) return;
	await ledger.append(keeps);
	store.transaction(() => {
		for (const one of keeps) store.ledger.putGeneration(spoke.name, one);
		store.facts.patch(spoke.name, {ledgerOffset: ledger.size});
	});
}
