import fs from 'node:fs';
import {join} from 'node:path';
import {clean} from '../../text/clean.js';
import {fsPath} from '../../text/names.js';
import {type Comparison, compare} from '../guard/content.js';
import type {GuardContext} from '../guard/context.js';
import {syncFolder} from '../guard/durable.js';
import {restoreFolder} from '../guard/folders.js';
import {type Promotion, PromotionBatch} from '../guard/promote.js';
import {moveStaged, removeStaged} from '../guard/staging.js';
import {entryAt, folderOf, isInside, shown} from '../sessions/tree.js';
import type {Generation, LedgerEntry, Observation} from '../store/ledger-rows.js';
import {copyStart} from './copy.js';
import {damagedText} from './damaged-text.js';
import {Refusal} from './refusal.js';
import type {Accepted, Restored} from './types.js';

/** What making a version current led to. */
type Outcome = Pick<Restored, 'replaced' | 'isCurrentAlready' | 'isSetAside'>;

/**
 * Makes a kept version current. The version that was current stays, as a generation of its own; what the spoke shows is
 * put aside, so that only a change there moves the session on.
 * @throws Refusal when the kept bytes are not what the ledger says, or something is in the way; NodeJS.ErrnoException of a
 * full disk and the like: nothing has changed then
 */
export async function bringBack(context: GuardContext, generation: Generation): Promise<Outcome> {
	const {folders, store, spoke} = context;
	const {path, file, length, sha256} = generation;
	assertFree(context, path);
	const root = restoreFolder(folders);
	fs.rmSync(root, {recursive: true, force: true});
	const staged = fsPath(root, path);
	try {
		fs.mkdirSync(fsPath(root, folderOf(path)), {recursive: true, mode: 0o700});
		const copied = await copyStart(file, staged, length, context.signal);
		if (copied.size !== length || copied.sha256 !== sha256) {
			throw new Refusal(damagedText(generation, copied.size), {isDamage: true});
		}

		const batch = new PromotionBatch(context);
		const {comparison, entry} = await measure(context, path, staged, batch);
		if (comparison.current?.sha256 === sha256) {
			return {replaced: undefined, isCurrentAlready: true, isSetAside: false};
		}

		const before = store.ledger.observations(spoke.name).get(path);
		const aside = await setAside(context, comparison, entry, {before, path, root});
		const replaced = await promote(context, batch, {
			...{path, from: staged, comparison, entry, aside},
			sourceMtimeMs: Number(comparison.stat.mtimeNs) / 1e6,
		});
		if (!aside && before) removeStaged(folders.seen, path);
		return {replaced, isCurrentAlready: false, isSetAside: aside !== undefined && aside.sha256 !== ''};
	} finally {
		fs.rmSync(root, {recursive: true, force: true});
	}
}

/**
 * Makes what the spoke last showed of a held session current. The version that was current stays, as a generation.
 * @throws Refusal when there is nothing to accept; as `bringBack` otherwise
 */
export async function acceptSeen(context: GuardContext, path: string): Promise<Accepted> {
	const {folders, store, spoke} = context;
	const name = clean(shown(path));
	const before = store.ledger.observations(spoke.name).get(path);
	if (!before) throw new Refusal(`nothing of ${name} is held: '${spoke.name}' shows what the hub has`);
	if (before.kind === 'gone') throw new Refusal(`${name} is gone on '${spoke.name}': there is nothing to accept`);
	if (before.sha256 === '')
		throw new Refusal(`under ${name} stands no file on '${spoke.name}' or here: there is nothing to accept`);
	if (!before.isConfirmed) throw new Refusal(`${name} was seen only once so far; sync '${spoke.name}' again first`);
	assertFree(context, path);
	const from = fsPath(folders.seen, path);
	const batch = new PromotionBatch(context);
	if (!entryAt(from)?.isFile()) throw new Refusal(gone(name, spoke.name));
	const {comparison, entry} = await measure(context, path, from, batch);
	if (comparison.sha256 !== before.sha256) throw new Refusal(gone(name, spoke.name));
	const replaced = await promote(context, batch, {path, from, comparison, entry, sourceMtimeMs: before.mtimeMs});
	removeStaged(folders.seen, path);
	return {path, bytes: comparison.size, replaced};
}

function gone(name: string, spoke: string): string {
	return `what '${spoke}' showed of ${name} is not here as it was seen; sync it again first`;
}

function assertFree({folders: {current}}: GuardContext, path: string): void {
	const name = clean(shown(path));
	if (!isInside(current, path)) throw new Refusal(`a part of the path of ${name} is no folder on the hub`);
	const stat = entryAt(fsPath(current, path));
	if (stat && !stat.isFile()) throw new Refusal(`under ${name} stands something other than a file on the hub`);
}

async function measure(
	context: GuardContext,
	path: string,
	from: string | Buffer,
	{onDurable}: PromotionBatch,
): Promise<{readonly comparison: Comparison; readonly entry: LedgerEntry | undefined}> {
	const {folders, store, spoke, signal} = context;
	const entry = store.ledger.get(spoke.name, path);
	const comparison = await compare(from, fsPath(folders.current, path), {
		lengths: entry ? [entry.length] : [],
		chunks: {known: undefined},
		onDurable,
		signal,
	});
	return {comparison, entry};
}

/** @returns where the version that was current before is kept */
async function promote(
	context: GuardContext,
	batch: PromotionBatch,
	version: Omit<Promotion, 'verdict' | 'keep'>,
): Promise<string | undefined> {
	const {store, spoke} = context;
	const {path, comparison, entry} = version;
	const {current, isPrefix, size} = comparison;
	const isSound = !entry || (current?.size === entry.length && current.sha256 === entry.sha256);
	const keep = !current || (isSound && isPrefix && size >= current.size) ? undefined : isSound ? 'replaced' : 'damaged';
	const verdict = current ? 'rewrite' : entry ? 'replace-missing' : 'new';
	batch.add({...version, verdict, keep});
	const {left} = await batch.flush();
	if (left.length > 0) throw new Refusal(`${clean(shown(path))} was changed on the hub meanwhile; nothing was done`);
	if (!keep) return undefined;
	return store.versions.earlier(spoke.name, path).find(one => one.why === keep && one.sha256 === current?.sha256)?.file;
}

/**
 * What is to stand as seen of the spoke once another version is current here: nothing, where the spoke shows that very
 * version; else what it was last seen to show, which is the current version unless something is held.
 */
async function setAside(
	context: GuardContext,
	{current, sha256, currentStat}: Comparison,
	entry: LedgerEntry | undefined,
	{before, path, root}: {readonly before: Observation | undefined; readonly path: string; readonly root: string},
): Promise<Observation | undefined> {
	const {folders, clock, signal} = context;
	const now = clock.now();
	if (before) {
		if (before.sha256 === sha256) return undefined;
		if (before.sha256 === '') return before;
		return {...before, kind: 'shrunk', lastAt: now, isConfirmed: true, isReleased: true};
	}

	// Damaged here is not what the spoke shows.
	if (!current || !currentStat || (entry && entry.sha256 !== current.sha256)) return undefined;
	const half = join(root, '.aside');
	// A copy: a second name would change with the current file.
	await copyStart(fsPath(folders.current, path), half, current.size, signal);
	moveStaged(half, folders.seen, path);
	await syncFolder(fsPath(folders.seen, folderOf(path)));
	return {
		...{path, kind: 'shrunk', size: current.size, mtimeMs: Number(currentStat.mtimeNs) / 1e6},
		...{sha256: current.sha256, firstAt: now, lastAt: now, isConfirmed: true, isReleased: true},
	};
}
