import {clean} from '../../text/clean.js';
import {countOf} from '../../text/format.js';
import {fsPath} from '../../text/names.js';
import type {Failure} from '../causes.js';
import type {HubConfig} from '../config/types.js';
import {missingFolder, missingText} from '../guard/missing.js';
import {toFailure} from '../jobs/local-failure.js';
import type {Account, SpokeListing} from '../methods/types.js';
import {entryAt} from '../sessions/tree.js';
import {compareAccount} from './compare-account.js';
import type {VerifyContext} from './compare-context.js';
import type {Shelf} from './compare-folder.js';
import {Heads} from './compare-heads.js';
import type {HubSide} from './compare-hub.js';
import {changedSince, lookQuickly} from './compare-quick.js';
import {compareSides} from './compare-spoke.js';
import {explanations} from './explain.js';
import type {Finding, VerifyReport} from './types.js';
import type {VerifyRequest} from './verify.js';

/** Files read side by side: enough that no thread waits, few enough that nothing piles up. */
const width = 256;

/** Bytes of suspicious files that a quick verify reads whole: about two seconds' worth. */
const quickBytes = 512 * 1024 * 1024;

/** Milliseconds after which a temporary file is nobody's any more. */
const leftoverMs = 24 * 3600 * 1000;

/** What asking the spoke came to. */
export interface Asked {
	readonly listing: SpokeListing | undefined;
	/** What was told instead of a listing. */
	readonly account?: Account | undefined;
	/** Milliseconds since the epoch. */
	readonly listedAt: number;
	readonly failure: Failure | undefined;
}

/**
 * Does some work for each of many, so many at a time; the first failure ends it.
 * @throws the signal's reason when it aborts
 */
export async function each<Item>(
	items: Iterable<Item>,
	signal: AbortSignal,
	work: (item: Item) => Promise<void>,
): Promise<void> {
	const rest = items[Symbol.iterator]();
	let isOver = false;
	const go = async () => {
		for (let next = rest.next(); !next.done && !isOver; next = rest.next()) {
			signal.throwIfAborted();
			await work(next.value);
		}
	};

	const workers = Array.from({length: width}, async () => {
		try {
			await go();
		} catch (error) {
			isOver = true;
			throw error;
		}
	});
	const ended = await Promise.allSettled(workers);
	for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/** Asks the spoke for its side; never throws: that it cannot be reached is an answer. */
export async function askSpoke(
	{list, account, spoke, clock, isDeep}: VerifyRequest,
	signal: AbortSignal,
): Promise<Asked> {
	const listedAt = clock.now();
	try {
		if (!list || !spoke) {
			return {listing: undefined, account: await account?.(signal), listedAt, failure: undefined};
		}

		const patterns = spoke.excludePatterns;
		if (!isDeep || patterns.length === 0) {
			return {listing: await list({patterns: [], isDeep, signal}), listedAt, failure: undefined};
		}

		// What is left out on purpose is named, and not read for its checksum.
		const names = await list({patterns: [], isDeep: false, signal});
		const deep = await list({patterns, isDeep: true, signal});
		const known = new Set(deep.files.map(({path}) => path));
		const files = [...deep.files, ...names.files.filter(({path}) => !known.has(path))];
		return {listing: {...deep, files}, listedAt, failure: undefined};
	} catch (error) {
		return {listing: undefined, listedAt, failure: toFailure(error)};
	}
}

/** Judges the current versions: a deep verify reads each of them, a quick one those that are not as recorded. */
export async function checkFiles(
	context: VerifyContext,
	config: Pick<HubConfig, 'databaseDir'>,
	shelf: Shelf,
	hub: HubSide,
): Promise<void> {
	const {spoke, store, meter, isDeep, before, findings, signal} = context;
	const heads = new Heads(context);
	const missing = spoke && missingFolder(store, spoke, shelf.files.size);
	if (missing) {
		// A folder that was removed as a whole is one matter, not one for each session.
		const isSafe = !context.isOurs && missing.generations >= missing.sessions;
		if (!isSafe) hub.lost += missing.sessions;
		const detail = clean(missingText(missing, spoke, config), 4096);
		findings.add({kind: 'missing', severity: isSafe ? 'look' : 'damage', path: '', detail});
		return;
	}

	if (isDeep) {
		await heads.readSince(shelf, changedSince(before));
		const known = spoke ? store.ledger.paths(spoke.name) : [];
		meter.begin('reading', shelf.files.size, shelf.bytes);
		await each(new Set([...shelf.files.keys(), ...known]), signal, async path => {
			await hub.file(path);
			const held = shelf.files.get(path);
			if (held) meter.step(held.size);
		});
	} else {
		meter.begin('reading', shelf.files.size, shelf.bytes);
		const {whole, missing: absent} = await lookQuickly(context, shelf, heads);
		await each(absent, signal, async path => hub.file(path));
		let left = quickBytes;
		await each(whole, signal, async path => {
			const bytes = shelf.files.get(path)?.size ?? 0;
			left -= bytes;
			if (left > 0) await hub.file(path);
			else hub.unread(path, bytes);
		});
	}

	hub.store();
	heads.store();
}

/** Temporary files that nobody finished, and conflict copies that the index did not know of. */
export function addOdd({findings, clock}: VerifyContext, shelf: Shelf, told: readonly Finding[]): void {
	const known = new Set(told.filter(({kind}) => kind === 'conflict-copy').map(({path}) => path));
	for (const {path, kind, stat} of shelf.odd) {
		const isYoung = clock.now() - stat.mtimeMs < leftoverMs;
		if (known.has(path) || (kind === 'leftover' && isYoung)) continue;
		const detail = kind === 'leftover' ? `${countOf(stat.size, 'byte')}, not touched for a day` : 'it is kept';
		const hub = {bytes: stat.size, mtimeMs: stat.mtimeMs};
		findings.add({kind, severity: explanations[kind].severity, path, detail, hub});
	}
}

/** Compares with what the spoke answered. */
export function compareWith(
	{notCompared}: VerifyRequest,
	{spoke, store, findings, root, clock}: VerifyContext,
	shelf: Shelf,
	hub: HubSide,
	{listing, account, listedAt, failure}: Asked,
): Pick<VerifyReport, 'identical' | 'notCompared' | 'unreachable'> {
	if (!listing || !spoke) {
		if (spoke && account) {
			const {files} = shelf;
			for (const finding of compareAccount(account, {spoke, files, unsound: hub.unsound})) findings.add(finding);
		}

		const why = failure && `${failure.message} [${failure.cause}]`;
		return {identical: undefined, notCompared: why ?? account?.summary ?? notCompared, unreachable: failure};
	}

	const observations = store.ledger.observations(spoke.name);
	const {files} = shelf;
	const sides = {spoke, listing, listedAt, now: clock.now(), files, observations, unsound: hub.unsound};
	const compared = compareSides(sides);
	for (const finding of compared.findings) {
		// The hub's copy may have been replaced since it was looked at.
		const before = files.get(finding.path);
		const isStill = !before || entryAt(fsPath(root, finding.path))?.ctimeMs === before.ctimeMs;
		if (isStill || finding.severity !== 'look') findings.add(finding);
	}

	for (const path of compared.onSpoke) {
		const before = hub.unsound.get(path)!;
		if (before.repair !== undefined) continue;
		findings.replace(before, {...before, detail: `${before.detail}; the spoke may still have them`, repair: 'spoke'});
	}

	const {unreadable, isComplete} = listing;
	const partly = isComplete
		? undefined
		: 'the spoke was not listed to its end, so that what is gone there is not known';
	const unread =
		unreadable.length === 0
			? undefined
			: `${countOf(unreadable.length, 'file')} could not be read on the spoke: ${clean(unreadable[0]!.reason, 200)}`;
	return {identical: compared.identical, notCompared: unread ?? partly};
}
