import {logLine} from '../sync/log.js';
import {type Keeping, startKeeping} from '../sync/services/keeping.js';
import {startRefreshing} from '../sync/services/refreshing.js';
import {startWatching} from '../sync/services/watching.js';
import {jsonLine} from '../text/json.js';
import {closeConnections} from './close-connections.js';
import {followConfig, sayProblems} from './follow-config.js';
import {type HubFlags, openHub} from './open-hub.js';
import {configLoader} from './open-scene.js';
import {type CommandIo, exit} from './types.js';

/** Milliseconds of a timer that has nothing to do but keep the process. */
const aliveMs = 3600 * 1000;

/** What `sync watch` takes beside its flags. */
export interface WatchOptions {
	/** Calls back on SIGHUP. */
	readonly onHangup: (listener: () => void) => void;
}

/**
 * `sync watch`: scheduler, watcher and probes without a screen, for systemd; a second one on the same hub stands by. Log
 * lines go to stdout; ends cleanly on SIGTERM, reads the configuration again on SIGHUP and whenever the file changes.
 */
export async function syncWatch(
	io: CommandIo,
	flags: HubFlags & {readonly json?: boolean},
	{onHangup}: WatchOptions,
): Promise<number> {
	const {hub, loaded, close} = await openHub(io, flags, {
		by: 'watch',
		onLog(line) {
			const {at, level, spoke, text} = line;
			const event = {schema: 1, at: new Date(at).toISOString(), level, spoke: spoke ?? null, text};
			io.stdout.write(flags.json ? jsonLine(event) : `${logLine(line)}\n`);
		},
	});
	// The timers of the services keep no process alive: this one does.
	const alive = setInterval(() => {}, aliveMs);
	let keeping: Keeping | undefined;
	try {
		sayProblems(hub, hub.state.problems);
		const keeper = startKeeping(hub, {home: io.home, env: io.env});
		keeping = keeper;
		const watching = startWatching(hub, {isKeeper: keeper.isKeeper});
		startRefreshing(hub);
		const {file, load} = configLoader(io, flags);
		const following = followConfig(hub, {
			file,
			load,
			loaded,
			onApplied: async () => void (await Promise.all([watching.reload(), keeper.reload()])),
		});
		onHangup(() => void following.then(async ({reload}) => reload()));
		await following;
		await untilAborted(io.signal);
		return exit.ok;
	} finally {
		clearInterval(alive);
		await close();
		await keeping?.ended;
		await closeConnections(hub, io);
	}
}

async function untilAborted(signal: AbortSignal): Promise<void> {
	if (signal.aborted) return;
	await new Promise<void>(resolve => {
		signal.addEventListener('abort', () => resolve(), {once: true});
	});
}
