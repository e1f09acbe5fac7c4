import type {Hub} from '../sync/hub.js';
import {type JudgedSpoke, judge} from '../sync/judge.js';
import {loadCron} from '../sync/schedule/cron.js';
import {leaseHolder} from '../sync/schedule/lease.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, openHub} from './open-hub.js';
import {exitOf, statusJson} from './status-json.js';
import {type CommandIo, worstExit} from './types.js';

/** `sync status`: a row for each spoke, from what the hub knows and its folders hold; asks no spoke. */
export async function syncStatus(io: CommandIo, flags: HubFlags & {readonly json?: boolean}): Promise<number> {
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	try {
		const judged = await look(hub, io);
		if (flags.json) io.stdout.write(jsonLine(statusJson(hub.state, judged)));
		else {
			// What draws tables knows every character's width, which takes as long to load as all else here.
			const {statusText} = await import('./status-text.js');
			io.stdout.write(`${(await statusText(hub, judged, io)).join('\n')}\n`);
		}

		return worstExit(judged.map(({verdict}) => exitOf(verdict.state)));
	} finally {
		await close();
	}
}

/** Counts the folders, sees who runs right now, and judges. */
export async function look(hub: Hub, {clock}: Pick<CommandIo, 'clock'>): Promise<JudgedSpoke[]> {
	const {config} = hub.state;
	const [{next}] = await Promise.all([loadCron(config.tui.timeZone), noteRunning(hub)]);
	hub.count();
	for (const {config: spoke} of hub.state.spokes) if (spoke.invalid === undefined) hub.count(spoke.name);
	return judge(hub.state, clock.now(), next);
}

/** Runs of other processes: whoever holds a spoke's lease is syncing it. */
async function noteRunning(hub: Hub): Promise<void> {
	const folder = `${hub.state.config.folder}/run`;
	await Promise.all(
		hub.state.spokes.map(async ({config: {name}}) => {
			const holder = await leaseHolder(folder, name);
			if (!holder) return;
			const job = {
				by: holder.by ?? 'command',
				startedAt: holder.since,
				isDryRun: false,
				progress: undefined,
				pace: undefined,
				isElsewhere: true,
			};
			hub.emit({type: 'job', spoke: name, job});
		}),
	);
}
