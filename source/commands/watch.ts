import {join} from 'node:path';
import {configFile} from '../sync/config/file.js';
import {loadConfig} from '../sync/config/load.js';
import {formatProblem} from '../sync/config/problems.js';
import type {HubConfig, LoadedConfig, Problem} from '../sync/config/types.js';
import {gone, watchConfig} from '../sync/config/watch.js';
import type {Hub} from '../sync/hub.js';
import {logLine} from '../sync/log.js';
import {startForeignWatch} from '../sync/services/foreign-watch.js';
import {startProbeLoop} from '../sync/services/probe-loop.js';
import {startScheduling} from '../sync/services/scheduling.js';
import {startWatching} from '../sync/services/watching.js';
import {closeAllMasters} from '../sync/ssh/connection.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, openHub} from './open-hub.js';
import {type CommandIo, exit} from './types.js';

/** Milliseconds between two looks at what other processes wrote, and between two clean-ups of old history. */
const refreshMs = 2000;
const trimMs = 24 * 3600 * 1000;

/** What `sync watch` takes beside its flags. */
export interface WatchOptions {
	/** Calls back on SIGHUP. */
	readonly onHangup: (listener: () => void) => void;
}

/**
 * `sync watch`: scheduler, watcher and probes without a screen, for systemd. Log lines go to stdout; ends cleanly on
 * SIGTERM, reads the configuration again on SIGHUP and whenever the file changes.
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
	// The scheduler's timer keeps no process alive: this one does.
	const alive = setInterval(() => hub.refresh(), refreshMs);
	const trim = setInterval(() => hub.store.later(() => hub.store.runs.trim(hub.clock.now())), trimMs);
	try {
		sayProblems(hub, hub.state.problems);
		const watching = startWatching(hub);
		const scheduler = startScheduling(hub);
		startProbeLoop(hub, {onReturned: spoke => scheduler.contactReturned(spoke)});
		startForeignWatch(hub, io.home);
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
			await Promise.all([watching.reload(), scheduler.reload(config.tui.timeZone)]);
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
		clearInterval(trim);
		await close();
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
