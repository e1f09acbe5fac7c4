import {join} from 'node:path';
import {configFile} from '../sync/config/file.js';
import {loadConfig} from '../sync/config/load.js';
import {formatProblem} from '../sync/config/problems.js';
import type {HubConfig, LoadedConfig, Problem} from '../sync/config/types.js';
import {gone, watchConfig} from '../sync/config/watch.js';
import type {Hub} from '../sync/hub.js';
import {logLine} from '../sync/log.js';
import {type Keeping, startKeeping} from '../sync/services/keeping.js';
import {startRefreshing} from '../sync/services/refreshing.js';
import {startWatching} from '../sync/services/watching.js';
import {closeAllMasters} from '../sync/ssh/connection.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, openHub} from './open-hub.js';
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
		const keeper = startKeeping(hub, {home: io.home});
		keeping = keeper;
		const watching = startWatching(hub, {isKeeper: keeper.isKeeper});
		startRefreshing(hub);
		const file = configFile(flags.config, io.env, io.home);
		const load = async () => loadConfig({file, home: io.home, hostname: io.hostname, env: io.env});
		let hasFile = loaded.exists;
		const apply = async (config: HubConfig, {problems, exists}: LoadedConfig) => {
			hasFile ||= exists;
			hub.reconfigure(config, problems);
			hub.log(
				'INFO',
				undefined,
				`Configuration read again: ${config.spokes.length} ${config.spokes.length === 1 ? 'spoke' : 'spokes'}`,
			);
			sayProblems(hub, problems);
			await Promise.all([watching.reload(), keeper.reload()]);
		};

		const complain = (problems: readonly Problem[]) => {
			hub.emit({type: 'config-problems', problems});
			sayProblems(hub, problems);
			hub.log('ERROR', undefined, 'Configuration could not be read: the last good one stays in force');
		};

		onHangup(() => {
			void load().then(async again => {
				const {config, exists, problems} = again;
				// Without a file there are only defaults: in force they would end every job.
				if (hasFile && !exists) complain([gone(file)]);
				else if (config) await apply(config, again);
				else complain(problems);
			});
		});
		await watchConfig({
			file,
			load,
			current: loaded,
			onChange: again => void apply(again.config!, again),
			onProblem: complain,
			signal: hub.signal,
			clock: io.clock,
		});
		await untilAborted(io.signal);
		return exit.ok;
	} finally {
		clearInterval(alive);
		await close();
		await keeping?.ended;
		await closeAllMasters(join(hub.state.config.folder, 'run'), io.env);
	}
}

function sayProblems(hub: Hub, problems: readonly Problem[]): void {
	for (const problem of problems) {
		if (problem.severity === 'info') continue;
		hub.log(problem.severity === 'error' ? 'ERROR' : 'WARN', problem.spoke, formatProblem(problem));
	}
}

async function untilAborted(signal: AbortSignal): Promise<void> {
	if (signal.aborted) return;
	await new Promise<void>(resolve => {
		signal.addEventListener('abort', () => resolve(), {once: true});
	});
}
