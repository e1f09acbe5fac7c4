import {existsSync} from 'node:fs';
import {mkdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {SpokeConfig} from '../config/types.js';
import type {ListedFile, Listing, LookOptions} from '../methods/types.js';
import type {PullPlan} from './argv.js';
import {causeOfReason} from './file-errors.js';
import type {Item} from './parse.js';
import {type PullContext, type Pulled, pull} from './pull.js';
import {type Selection, selectByAge, selectionRules} from './selection.js';
import {stagedFiles} from './staged.js';

/** How the rsyncs of one look reach the spoke. */
export type Reach = Pick<PullPlan, 'rsh' | 'isCompressed' | 'isPlain' | 'isPathUnescaped'>;

/**
 * One look: a pull, or, where `initial_sync_days` asks for it, a listing and then a pull of what is young enough.
 * @throws SyncError classified; the signal's reason when it aborts
 */
export async function lookThrough(
	spoke: SpokeConfig,
	reach: Reach,
	options: LookOptions,
	context: Omit<PullContext, 'options' | 'filesTotal'>,
): Promise<Listing> {
	const {staging, compare} = options.folders;
	await mkdir(staging, {recursive: true, mode: 0o700});
	const plan: PullPlan = {
		spoke,
		staging,
		compare: compare.filter(folder => existsSync(folder)),
		...reach,
		isDryRun: false,
	};
	const days = spoke.initialSyncDays;
	if (days === undefined) {
		const pulled = await pull({...plan, isDryRun: options.isDryRun}, {...context, options});
		return toListing([pulled], undefined, options);
	}

	// The listing's own progress would count bytes that may never be brought.
	const quiet = {...options, onProgress: () => {}};
	const listed = await pull({...plan, isDryRun: true}, {...context, options: quiet});
	const selection = selectByAge(listed.items, days, context.clock.now(), options.isKnown);
	if (options.isDryRun || selection.wanted.length === 0) return toListing([listed], selection, options);
	const rulesFile = path.join(path.dirname(staging), `.rules-${path.basename(staging)}-${process.pid}`);
	try {
		if (selection.left.length > 0) await writeFile(rulesFile, selectionRules(selection), {mode: 0o600});
		const rules = selection.left.length > 0 ? {rulesFile} : {};
		const second = {...context, options, filesTotal: selection.wanted.length};
		return await toListing([listed, await pull({...plan, ...rules}, second)], selection, options);
	} finally {
		await rm(rulesFile, {force: true});
	}
}

/** The runs of one look, the latest word about each file last, as one listing. */
async function toListing(
	runs: readonly Pulled[],
	selection: Selection | undefined,
	{isDryRun, folders}: LookOptions,
): Promise<Listing> {
	const unreadable = new Map(runs.flatMap(run => [...run.unreadable]));
	const left = new Set(selection?.left.map(item => item.path));
	const staged = isDryRun ? new Set<string>() : await stagedFiles(folders.staging);
	const files = new Map<string, ListedFile>();
	for (const item of runs.flatMap(run => run.items)) {
		if (left.has(item.path)) continue;
		if (!item.isFolder) {
			const isStaged = staged.has(item.path) && !unreadable.has(item.path);
			files.set(item.path, {path: item.path, size: item.size, mtimeMs: item.mtimeMs, isFile: true, isStaged});
		} else if (item.path.endsWith('.jsonl')) {
			files.set(item.path, {...notFile(item.path), mtimeMs: item.mtimeMs});
		}
	}

	for (const name of runs.flatMap(run => run.skipped)) files.set(name, notFile(name));
	const last = runs.at(-1)!.stats;
	return {
		files: [...files.values()],
		isComplete: runs.every(run => run.isComplete),
		unreadable: [...unreadable].map(([name, reason]) => ({path: name, reason, cause: causeOfReason(reason)})),
		// The first run lists all there is.
		notTaken: left.size + runs[0]!.passedOver,
		bytes: isDryRun && selection ? sum(selection.wanted) : isPulled(runs, selection) ? (last.transferredBytes ?? 0) : 0,
		sent: runs.reduce((total, run) => total + (run.stats.sent ?? 0), 0),
		received: runs.reduce((total, run) => total + (run.stats.received ?? 0), 0),
	};
}

/** False when the only run was the listing before a pull that was not needed. */
function isPulled(runs: readonly Pulled[], selection: Selection | undefined): boolean {
	return selection === undefined || runs.length > 1;
}

function notFile(name: string): ListedFile {
	return {path: name, size: 0, mtimeMs: 0, isFile: false, isStaged: false};
}

function sum(items: readonly Item[]): number {
	return items.reduce((total, item) => total + item.size, 0);
}
