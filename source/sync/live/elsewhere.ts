import type {Holder} from '../schedule/lease.js';
import type {HubEvent, HubState, JobState} from '../state.js';

/** What noting needs of the hub. */
export interface JobBoard {
	readonly state: HubState;
	emit(event: HubEvent): void;
}

/**
 * Shows as jobs what other processes run, and takes away what they no longer do. A job of this process is never touched.
 * @param holders living processes other than this one, by the spoke they hold
 */
export function noteElsewhere(hub: JobBoard, holders: ReadonlyMap<string, Holder>): void {
	for (const {config, job} of hub.state.spokes) {
		const {name} = config;
		const holder = holders.get(name);
		if (job && !job.isElsewhere) continue;
		if (!holder && job) hub.emit({type: 'job', spoke: name, job: undefined});
		if (!holder) continue;
		const next = jobOf(holder);
		if (job?.startedAt !== next.startedAt || job?.by !== next.by) hub.emit({type: 'job', spoke: name, job: next});
	}
}

/** The job that a lease of another process stands for. */
function jobOf({by, since}: Holder): JobState {
	return {
		by: by ?? 'command',
		startedAt: since,
		isDryRun: false,
		isArrival: false,
		progress: undefined,
		pace: undefined,
		isElsewhere: true,
	};
}
