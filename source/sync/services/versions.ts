import {resolve} from 'node:path';
import {clean} from '../../text/clean.js';
import {countOf, formatBytes, formatCount} from '../../text/format.js';
import {SyncError} from '../causes.js';
import {isFilledByHub} from '../config/filled.js';
import type {SpokeConfig} from '../config/types.js';
import type {Hub} from '../hub.js';
import {toFailure} from '../jobs/local-failure.js';
import {type KeptCopies, keepHubCopies} from '../jobs/release.js';
import {withSpoke} from '../jobs/spoke-work.js';
import type {Holder} from '../schedule/lease.js';
import {kindByName} from '../sessions/kinds.js';
import {shown} from '../sessions/tree.js';
import type {Generation} from '../store/ledger-rows.js';
import {acceptSeen, bringBack} from '../versions/bring-back.js';
import {type Exported, type ExportOptions, exportTree} from '../versions/export.js';
import {listVersions} from '../versions/list.js';
import {type Pruned, prunePlanned} from '../versions/prune.js';
import {type PrunePlan, type PruneWish, planOfPrune} from '../versions/prune-plan.js';
import {Refusal} from '../versions/refusal.js';
import {saveAs} from '../versions/save-as.js';
import {measureSpace} from '../versions/space.js';
import type {Accepted, Restored, SessionVersions, Space} from '../versions/types.js';
import {workOf} from './verify-work.js';

/** Another run holds the spoke's lease: nothing was done. */
export interface Busy {
	readonly heldBy: Holder;
}

/**
 * Sessions of a spoke with more than their current version, those that wait for a person first.
 * @param path one session only
 * @throws Error for a spoke that the configuration does not have
 */
export function versionsOf(hub: Hub, spoke: string, path?: string): SessionVersions[] {
	return listVersions(hub.store, configOf(hub, spoke), path);
}

/**
 * Lifts the hold of single sessions: the hub's copies stay current, and the same difference is not held again.
 * @param paths below the session root; those of which nothing is held are passed over
 * @throws SyncError when the lease cannot be taken
 */
export async function keepHubCopy(hub: Hub, spoke: string, paths: readonly string[]): Promise<KeptCopies | Busy> {
	const kept = await classified(hub, async () => keepHubCopies({...workOf(hub, configOf(hub, spoke)), spoke}, paths));
	if ('heldBy' in kept) return kept;
	for (const path of kept.paths) {
		hub.log('INFO', spoke, `the hub's copy of ${clean(shown(path))} from '${spoke}' stays current: released`);
	}

	hub.refresh();
	return kept;
}

/**
 * Makes what the spoke last showed of a held session current; the version that was current stays as an earlier one.
 * @throws Refusal, with a reason for people, when there is nothing to accept or others fill the folder; SyncError for what
 * the hub's own disk or database does: nothing has changed then
 */
export async function acceptSpokeVersion(hub: Hub, spoke: string, path: string): Promise<Accepted | Busy> {
	assertFilledByHub(configOf(hub, spoke), 'what is there is current already');
	const accepted = await classified(hub, async () =>
		withSpoke(workOf(hub, configOf(hub, spoke)), async context => acceptSeen(context, path)),
	);
	if ('heldBy' in accepted) return accepted;
	hub.log(
		'INFO',
		spoke,
		`the version of ${clean(shown(path))} that '${spoke}' showed is current, as was asked: ${formatCount(accepted.bytes)} bytes${keptText(accepted.replaced)}`,
	);
	hub.refresh();
	return accepted;
}

/**
 * Brings an earlier version back: as the current one, or into a file of its own. Nothing is destroyed: what was current
 * stays as an earlier version, and a file that exists is never overwritten.
 * @param file absolute path of the kept version, as `Generation.file` says
 * @param options `to`: absolute path of the file to write; without it the version becomes current
 * @throws Refusal, with a reason for people, when the kept bytes are damaged, others fill the folder, or something is in
 * the way; SyncError for what the hub's own disk or database does: nothing has changed then
 */
export async function restoreGeneration(
	hub: Hub,
	spoke: string,
	file: string,
	{to}: {readonly to?: string} = {},
): Promise<Restored | Busy> {
	const config = configOf(hub, spoke);
	const generation = () => {
		const found = hub.store.versions.byFile(spoke, file);
		if (!found) throw new Refusal(`'${spoke}' has no kept version ${clean(file)}`);
		return found;
	};

	if (to !== undefined) return classified(hub, async () => saveGeneration(hub, spoke, generation(), resolve(to)));
	assertFilledByHub(config, 'bring the version into a file, and put that where it belongs yourself');
	const restored = await classified(hub, async () =>
		withSpoke(workOf(hub, configOf(hub, spoke)), async context => {
			const kept = generation();
			if (kindByName(kept.path) === 'conflict-copy') {
				throw new Refusal(`${nameOf(kept, spoke)} is of a conflict copy, which is no session; bring it into a file`);
			}

			return {path: kept.path, generation: kept, to: undefined, ...(await bringBack(context, kept))};
		}),
	);
	if ('heldBy' in restored || restored.isCurrentAlready) return restored;
	const aside = restored.isSetAside ? `; the version on '${spoke}' stays aside until it changes there` : '';
	hub.log(
		'INFO',
		spoke,
		`${nameOf(restored.generation, spoke)} is current again${keptText(restored.replaced)}${aside}`,
	);
	hub.refresh();
	return restored;
}

async function saveGeneration(hub: Hub, spoke: string, generation: Generation, to: string): Promise<Restored> {
	await saveAs(hub.state.config, generation, to, hub.signal);
	hub.log('INFO', spoke, `${nameOf(generation, spoke)} was written to ${clean(to)}`);
	const nothing = {replaced: undefined, isCurrentAlready: false, isSetAside: false};
	return {path: generation.path, generation, to, ...nothing};
}

/**
 * Writes a plain copy of all current sessions of a spoke into a folder.
 * @param folder absolute path; empty, or not there yet
 * @throws Refusal when the folder holds something or is the hub's; SyncError for what its disk does; the signal's reason
 */
export async function exportSessions(
	hub: Hub,
	spoke: string,
	folder: string,
	options: ExportOptions,
): Promise<Exported> {
	const place = {config: hub.state.config, store: hub.store, spoke: configOf(hub, spoke)};
	const exported = await classified(hub, async () => exportTree(place, folder, options), options.signal);
	const {files, bytes} = exported;
	hub.log(
		'INFO',
		spoke,
		`${countOf(files, 'session')} of '${spoke}' (${formatBytes(bytes)}) copied to ${clean(folder)}`,
	);
	return exported;
}

/** What a spoke takes on the hub's disks. */
export async function spaceOf(hub: Hub, spoke: string, signal: AbortSignal): Promise<Space> {
	return measureSpace(hub.store, configOf(hub, spoke), signal);
}

/**
 * What a prune would remove, and what of it stands nowhere else. Reads every version that is concerned.
 * @throws the signal's reason when it aborts
 */
export async function planPrune(
	hub: Hub,
	spoke: string,
	wish: PruneWish = {},
	signal: AbortSignal = hub.signal,
): Promise<PrunePlan> {
	const config = configOf(hub, spoke);
	const place = {store: hub.store, spoke: config, now: hub.clock.now(), signal};
	return classified(hub, async () => planOfPrune(place, wish), signal);
}

/**
 * Removes the kept versions that a plan names. Only for a person who has seen the plan and typed the spoke's name.
 * @throws SyncError when a file cannot be removed
 */
export async function prune(hub: Hub, spoke: string, plan: PrunePlan): Promise<Pruned | Busy> {
	const pruned = await classified(hub, async () =>
		withSpoke(workOf(hub, configOf(hub, spoke)), async context => prunePlanned(context, plan)),
	);
	if ('heldBy' in pruned) return pruned;
	const {total, lost} = pruned;
	hub.log(
		'WARN',
		spoke,
		`${countOf(total.files, 'earlier version')} of '${spoke}' removed (${formatBytes(total.bytes)}), as was asked; ${formatBytes(lost.bytes)} of it stood nowhere else`,
	);
	hub.refresh();
	return pruned;
}

function configOf(hub: Hub, name: string): SpokeConfig {
	const config = hub.spoke(name)?.config;
	if (!config) throw new Error(`no spoke is called '${name}'`);
	return config;
}

function assertFilledByHub(config: SpokeConfig, instead: string): void {
	if (isFilledByHub(config)) return;
	const who = config.method === 'syncthing' ? 'Syncthing fills' : 'something else fills';
	throw new Refusal(`${who} ${clean(config.path)}, so nothing is written there from here; ${instead}`);
}

function keptText(replaced: string | undefined): string {
	return replaced === undefined ? '' : '; the version before stays as an earlier one';
}

function nameOf({path, at}: Generation, spoke: string): string {
	return `the version of ${clean(shown(path))} of '${spoke}' that was kept ${new Date(at).toISOString()}`;
}

/** Failures of the hub's own disk and database get their class and words; refusals and cancelling stay what they are. */
async function classified<Result>(
	hub: Hub,
	work: () => Promise<Result>,
	signal: AbortSignal = hub.signal,
): Promise<Result> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof Refusal || signal.aborted || hub.signal.aborted) throw error;
		throw new SyncError(toFailure(error), {cause: error});
	}
}
