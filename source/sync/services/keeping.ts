import {join} from 'node:path';
import {every} from '../every.js';
import type {Hub} from '../hub.js';
import {HolderView} from '../live/leases.js';
import {acquireLease, type Holder, keeperLease, type Lease} from '../schedule/lease.js';
import type {Scheduler} from '../schedule/ticker.js';
import type {RunBy} from '../store/runs.js';
import {startForeignWatch} from './foreign-watch.js';
import {startLatenessWatch} from './lateness-watch.js';
import {startProbeLoop} from './probe-loop.js';
import {startScheduling} from './scheduling.js';
import {startSyncthing} from './syncthing.js';
import {startVerifySchedule} from './verify-schedule.js';

export {keeperLease} from '../schedule/lease.js';

/** Milliseconds between two looks at whether the keeper is still there. */
const lookMs = 2000;

/** Milliseconds between two clean-ups of old history. */
const trimMs = 24 * 3600 * 1000;

/** What keeping takes. */
export interface KeepingOptions {
	/** Absolute path of the user's home, where crontabs and units are looked for. */
	readonly home: string;
	/** Environment, for where Syncthing keeps its configuration; without it the usual places count. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Ends it; the hub's own unless given. */
	readonly signal?: AbortSignal;
}

/** The part of this process in keeping the hub. */
export interface Keeping {
	/** This process keeps the schedule, asks the spokes and enters what arrives. */
	isKeeper(): boolean;
	/** The hub has taken over another configuration. */
	reload(): Promise<void>;
	/** Fulfilled when it is known for the first time who keeps the hub. */
	readonly ready: Promise<void>;
	/** Fulfilled when it has ended and another process can take over. */
	readonly ended: Promise<void>;
}

/**
 * Of all processes that are open on a hub one keeps it: runs the schedule, asks the spokes whether they are there, looks
 * for foreign writers. The others stand by and take over within seconds when it ends, in whatever way; the state's
 * `keeper` says who it is. Keeps no process alive.
 */
export function startKeeping(hub: Hub, {home, env = {}, signal = hub.signal}: KeepingOptions): Keeping {
	const folder = join(hub.state.config.folder, 'run');
	const view = new HolderView(folder, keeperLease);
	let lease: Lease | undefined;
	let duties: Duties | undefined;
	let saidOf: string | undefined;
	let hasComplained = false;

	const take = (since: number) => {
		if (!duties) {
			duties = startDuties(hub, {home, env, signal});
			if (saidOf !== undefined) hub.log('INFO', undefined, `Keeping the schedule from now on (pid ${process.pid})`);
			saidOf = undefined;
		}

		hub.emit({type: 'keeper', keeper: {by: hub.by, pid: process.pid, since, isUs: true}});
	};

	const standBy = ({by = 'command', pid, since}: Holder) => {
		duties?.end();
		duties = undefined;
		// A service of this very process that ends just now is no news.
		const key = `${by} ${pid}`;
		if (saidOf !== key && pid !== process.pid) {
			const who = `${nameOf(by, hub.by)}${pid === undefined ? '' : ` (pid ${pid})`}`;
			hub.log('INFO', undefined, `The schedule is kept by ${who}; standing by (pid ${process.pid})`);
			saidOf = key;
		}

		hub.emit({type: 'keeper', keeper: {by, pid, since, isUs: false}});
	};

	const look = async () => {
		if (lease) return;
		const other = await view.look();
		if (signal.aborted) return;
		if (other) {
			standBy(other);
			return;
		}

		try {
			const got = await acquireLease({folder, spoke: keeperLease, by: hub.by});
			if ('heldBy' in got) {
				if (!signal.aborted) standBy(got.heldBy);
				return;
			}

			lease = got;
			if (!signal.aborted) take(got.holder.since);
		} catch (error) {
			if (signal.aborted) return;
			// Where nobody can take a lease nobody can run anything twice: the runs themselves say what is wrong.
			if (!hasComplained) hub.log('WARN', undefined, (error as Error).message);
			hasComplained = true;
			take(hub.state.keeper?.isUs ? hub.state.keeper.since : hub.clock.now());
		}
	};

	let looking: Promise<void> | undefined;
	const go = async () => {
		looking ??= look().finally(() => {
			looking = undefined;
		});
		await looking;
	};

	const stopped = Promise.withResolvers<void>();
	every(lookMs, () => void go(), signal);
	const end = async () => {
		await looking;
		duties?.end();
		duties = undefined;
		await lease?.release();
		hub.emit({type: 'keeper', keeper: undefined});
		stopped.resolve();
	};

	if (!signal.aborted) startLatenessWatch(hub, {signal});
	const ready = signal.aborted ? Promise.resolve() : go();
	if (signal.aborted) void end();
	else signal.addEventListener('abort', () => void end(), {once: true});
	return {
		isKeeper: () => duties !== undefined,
		async reload() {
			await duties?.scheduler.reload(hub.state.config.tui.timeZone);
		},
		ready,
		ended: stopped.promise,
	};
}

interface Duties {
	readonly scheduler: Scheduler;
	end(): void;
}

function startDuties(hub: Hub, {home, env, signal: outer}: Required<KeepingOptions>): Duties {
	const ending = new AbortController();
	const signal = AbortSignal.any([outer, ending.signal]);
	try {
		// What the keeper before us has run is not run again.
		hub.refresh();
	} catch (error) {
		hub.store.complain(error);
	}

	const scheduler = startScheduling(hub, {signal});
	startProbeLoop(hub, {onReturned: spoke => scheduler.contactReturned(spoke), signal});
	startForeignWatch(hub, {home, signal});
	startVerifySchedule(hub, {signal});
	startSyncthing(hub, {env, home, signal});
	const trim = setInterval(() => hub.store.later(() => hub.store.runs.trim(hub.clock.now())), trimMs);
	trim.unref();
	signal.addEventListener('abort', () => clearInterval(trim), {once: true});
	return {scheduler, end: () => ending.abort(new DOMException('another process keeps the hub', 'AbortError'))};
}

function nameOf(by: RunBy, own: RunBy): string {
	const names = {dashboard: 'dashboard', watch: 'sync watch', cron: 'cron run', command: 'command'};
	if (by === own) return `another ${names[by]}`;
	return by === 'watch' ? names[by] : `the ${names[by]}`;
}
