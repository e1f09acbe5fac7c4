import fs from 'node:fs';
import {formatCount} from '../../text/format.js';
import {fsPath} from '../../text/names.js';
import {breathe} from '../breathe.js';
import {entryAt, folderOf, isInside} from '../sessions/tree.js';
import type {LedgerEntry, Observation} from '../store/ledger-rows.js';
import {toChunkLine} from './chunks.js';
import {digest} from './content.js';
import type {GuardContext} from './context.js';
import {placeNew, syncFolder} from './durable.js';
import {restoreFolder} from './folders.js';
import {healPlain, toldAnew} from './heal.js';
import {removeKept} from './kept.js';
import type {LedgerLine} from './ledger-file.js';
import {entryOf, replay, type Take, type Told, type ToldSession} from './replay.js';

/** What the database is to hold, of one session. */
interface Entered {
	readonly entry: LedgerEntry;
	readonly hashes: Uint8Array | undefined;
	/** The spoke's version, where a person made another one current. */
	readonly take: Take | undefined;
}

/**
 * Finishes what an earlier holder of the lease announced in the plain ledger and did not live to record, or reads the
 * whole of it again when the database is gone. Runs before anything touches staging, and says in the log what it did.
 */
export async function recover(context: GuardContext): Promise<void> {
	const {store, spoke, ledger, log, clock} = context;
	const {ledgerOffset: offset} = store.facts.get(spoke.name);
	if (offset === ledger.size) return;
	const isShorter = offset !== undefined && offset > ledger.size;
	const isRebuild = (offset === undefined && ledger.size > 0) || isShorter;
	const start = isRebuild ? 0 : (offset ?? 0);
	const told = await replay(ledger, start, path => (isRebuild ? undefined : store.ledger.chunks(spoke.name, path)));
	const {unreadable, keeps, pruned} = told;
	const {entered, lines, completed} = await settleAll(context, told, isRebuild);
	await ledger.append(lines);
	await removeKept(
		context,
		[...pruned].filter(file => !keeps.has(file)),
	);
	const healed = isShorter ? await healPlain(context, told) : 0;
	store.transaction(() => {
		write(context, told, entered, {isRebuild, isShorter});
		const since = isRebuild && !isShorter ? {rebuiltAt: clock.now()} : {};
		store.facts.patch(spoke.name, {ledgerOffset: ledger.size, ...since});
	});
	if (completed > 0)
		log('INFO', `completed ${completed} sessions from '${spoke.name}' that an interrupted run had left`);
	if (isShorter) {
		log('WARN', `${ledger.file} had lost lines: ${formatCount(healed)} of them are written again from the database`);
	} else if (isRebuild) {
		const kept = keeps.size === 0 ? '' : ` and ${formatCount(keeps.size)} earlier versions`;
		log(
			'WARN',
			`the database knew nothing of '${spoke.name}': ${formatCount(entered.length)} sessions${kept} read again from ${ledger.file}`,
		);
	}

	if (unreadable > 0) log('WARN', `${unreadable} lines of ${ledger.file} could not be read and were passed over`);
}

function write(
	context: GuardContext,
	told: Told,
	entered: readonly Entered[],
	{isRebuild, isShorter}: {readonly isRebuild: boolean; readonly isShorter: boolean},
): void {
	const {store, spoke} = context;
	const {left, keeps, pruned} = told;
	const seen = store.ledger.observations(spoke.name);
	if (!isRebuild) store.ledger.drop(spoke.name, left);
	for (const file of pruned) store.ledger.dropGeneration(file);
	// Also those whose file is gone: that it is missing is for a verify to find, not for us to forget.
	for (const keep of isShorter ? toldAnew(context, told).kept : keeps.values())
		store.ledger.putGeneration(spoke.name, keep);
	store.ledger.put(
		spoke.name,
		entered.map(({entry}) => entry),
	);
	for (const {entry, hashes, take} of entered) {
		if (hashes) store.ledger.putChunks(spoke.name, entry.path, entry.length, hashes);
		writeSeen(context, entry, take, seen.get(entry.path));
	}
}

/** A version that a person chose: what the spoke shows stays aside, or is what was chosen. */
function writeSeen(
	{store, spoke, folders}: GuardContext,
	{path, sha256}: LedgerEntry,
	take: Take | undefined,
	before: Observation | undefined,
): void {
	if (!take?.aside) {
		const isChosen = spoke.source !== undefined && before?.sha256 === sha256;
		if (isChosen) store.ledger.dropObservation(spoke.name, path);
		return;
	}

	// It has shown yet another one since.
	const seen = entryAt(fsPath(folders.seen, path));
	if (seen && seen.size !== take.aside.size) return;
	const marks = {kind: 'shrunk', firstAt: take.at, lastAt: take.at, isConfirmed: true, isReleased: true} as const;
	store.ledger.putObservation(spoke.name, {path, ...take.aside, ...marks});
}

async function settleAll(
	context: GuardContext,
	told: Told,
	isRebuild: boolean,
): Promise<{readonly entered: readonly Entered[]; readonly lines: readonly LedgerLine[]; readonly completed: number}> {
	const {store, spoke, clock} = context;
	const entered: Entered[] = [];
	const lines: LedgerLine[] = [];
	let completed = 0;
	for (const [path, session] of told.sessions) {
		await breathe();
		const last = session.versions.at(-1);
		const known = store.ledger.get(spoke.name, path);
		// Of a plain ledger that lost lines the database knows more than it tells.
		if (!last || (isRebuild && known)) continue;
		const before = session.versions.at(-2);
		const outcome = await settle(context, last.take, before?.take ?? known, isRebuild);
		if (outcome === 'void') {
			lines.push({op: 'void', at: clock.now(), path, sha256: last.take.sha256});
			if (before) entered.push({entry: entryOf(before, session, known), hashes: before.hashes, take: before.take});
			continue;
		}

		if (outcome === 'completed') completed++;
		const moved = outcome === 'unproved' && told.unreadable > 0 ? await enterMoved(context, session, told) : undefined;
		if (moved) lines.push(moved.line);
		entered.push(moved ?? {entry: entryOf(last, session, known), hashes: last.hashes, take: last.take});
	}

	return {entered, lines, completed};
}

/**
 * Lines of the ledger cannot be read, and the file is not what the last readable one says but what could have come of it:
 * it holds those bytes and more, or they are kept as an earlier version. It is entered as proved from now on.
 */
async function enterMoved(
	{folders, signal, clock}: GuardContext,
	session: ToldSession,
	{keeps}: Told,
): Promise<(Entered & {readonly line: LedgerLine}) | undefined> {
	const version = session.versions.at(-1)!;
	const {path, length, sha256} = version.take;
	const file = fsPath(folders.current, path);
	const found = await digest(file, {lengths: [length], chunks: {known: undefined}, signal});
	if (!found) return undefined;
	const isKept = [...keeps.values()].some(keep => keep.path === path && keep.sha256 === sha256);
	if (found.prefixes.get(length) !== sha256 && !isKept) return undefined;
	const at = clock.now();
	const chunks = toChunkLine(found.size, found.chunks);
	const take = {op: 'take', at, path, length: found.size, sha256: found.sha256, since: at, chunks} as const;
	const entry = entryOf({take, hashes: undefined}, {...session, since: at}, undefined);
	return {entry, hashes: found.chunks?.hashes, take: undefined, line: take};
}

/** What became of an announced version: its file stands, stands now, never will, or somebody else's concern. */
async function settle(
	context: GuardContext,
	take: Take,
	earlier: Pick<Take, 'length' | 'sha256'> | undefined,
	isRebuild: boolean,
): Promise<'stands' | 'completed' | 'void' | 'unproved'> {
	// A folder that others fill is what it is: the fold that comes next compares its files with what was entered.
	if (context.spoke.source === undefined) return 'stands';
	const {current} = context.folders;
	const to = fsPath(current, take.path);
	const stat = entryAt(to);
	// On a rebuild the size is enough: what verify finds later it finds against this very entry.
	if (isRebuild && stat?.isFile() && stat.size === take.length) return 'stands';
	const held = await digest(to, {signal: context.signal});
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
	for (const root of [context.folders.pull, context.folders.seen, restoreFolder(context.folders)]) {
		const file = fsPath(root, take.path);
		if (entryAt(file)?.size !== take.length) continue;
		const found = await digest(file, {signal: context.signal});
		if (found?.sha256 === take.sha256) return file;
	}

	return undefined;
}
