import {rememberedPairs} from '../sync/conflicts/pairs.js';
import {type MissingFolder, missingFolder} from '../sync/guard/missing.js';
import type {Hub} from '../sync/hub.js';
import {type JudgedSpoke, judge} from '../sync/judge.js';
import {loadCron} from '../sync/schedule/cron.js';
import {keeperLease, leaseHolder} from '../sync/schedule/lease.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, openHub} from './open-hub.js';
import {exitOf, statusJson} from './status-json.js';
import {type CommandIo, worstExit} from './types.js';

/** `sync status`: a row for each spoke, from what the hub knows and its folders hold; asks no spoke. */
export async function syncStatus(io: CommandIo, flags: HubFlags & {readonly json?: boolean}): Promise<number> {
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	try {
		const judged = await look(hub, io);
		if (flags.json) io.stdout.write(jsonLine(statusJson(hub.state, judged, missingOf(hub, judged))));
		else {
			// What draws tables knows every character's width, which takes as long to load as all else here.
			const {statusText} = await import('./status-text.js');
			io.stdout.write(`${(await statusText(hub, judged, missingOf(hub, judged), io)).join('\n')}\n`);
		}

		return worstExit(judged.map(({verdict}) => exitOf(verdict.state)));
	} finally {
		await close();
	}
}

/** Folders that somebody removed on the hub, by spoke. */
function missingOf({store}: Hub, judged: readonly JudgedSpoke[]): ReadonlyMap<string, MissingFolder> {
	const found = judged.flatMap(({spoke: {config, totals}}) => {
		const missing = config.invalid === undefined && totals ? missingFolder(store, config, totals.sessions) : undefined;
		return missing ? [[config.name, missing] as const] : [];
	});
	return new Map(found);
}

/** Counts the folders, sees who runs right now, and judges. */
export async function look(hub: Hub, {clock}: Pick<CommandIo, 'clock'>): Promise<JudgedSpoke[]> {
	const {config} = hub.state;
	const [{next}] = await Promise.all([loadCron(config.tui.timeZone), noteRunning(hub)]);
	hub.count();
	for (const {config: spoke} of hub.state.spokes) if (spoke.invalid === undefined) hub.count(spoke.name);
	hub.emit({type: 'paired', pairs: rememberedPairs({store: hub.store, config})});
	return judge(hub.state, clock.now(), next);
}

/** Other processes: whoever holds a spoke's lease is syncing it, and one may keep the schedule. */
async function noteRunning(hub: Hub): Promise<void> {
	const folder = `${hub.state.config.folder}/run`;
	const keeper = await leaseHolder(folder, keeperLease);
	const {by = 'command', pid, since} = keeper ?? {};
	hub.emit({type: 'keeper', keeper: since === undefined ? undefined : {by, pid, since, isUs: false}});

	await Promise.all(
		hub.state.spokes.map(async ({config: {name}}) => {
			const holder = await leaseHolder(folder, name);
			if (!holder) return;
			const job = {
				by: holder.by ?? 'command',
				startedAt: holder.since,
				isDryRun: false,
				isArrival: false,
				progress: undefined,
				pace: undefined,
				isElsewhere: true,
			};
			hub.emit({type: 'job', spoke: name, job});
		}),
	);
}
