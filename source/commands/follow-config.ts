import {formatProblem} from '../sync/config/problems.js';
import type {HubConfig, LoadedConfig, Problem} from '../sync/config/types.js';
import {gone, watchConfig} from '../sync/config/watch.js';
import type {Hub} from '../sync/hub.js';

/** What following config.yaml takes. */
export interface FollowOptions {
	/** Absolute path of config.yaml. */
	readonly file: string;
	readonly load: () => Promise<LoadedConfig>;
	/** What the hub was opened with. */
	readonly loaded: LoadedConfig;
	/** The hub has taken over a new configuration; services that hold on to the old one follow. */
	readonly onApplied?: (config: HubConfig, loaded: LoadedConfig) => void | Promise<void>;
}

/** A configuration that is followed. */
export interface Following {
	/** Reads the file now, changed or not. */
	reload(): Promise<void>;
}

/**
 * Keeps a hub at what config.yaml says until it closes. A file that cannot be read, or is gone, changes nothing: the last
 * good one stays in force, and the log says why.
 * @returns once changes are noticed
 */
export async function followConfig(hub: Hub, {file, load, loaded, onApplied}: FollowOptions): Promise<Following> {
	let hasFile = loaded.exists;
	const apply = async (config: HubConfig, again: LoadedConfig) => {
		hasFile ||= again.exists;
		hub.reconfigure(config, again.problems);
		const {length} = config.spokes;
		hub.log('INFO', undefined, `Configuration read again: ${length} ${length === 1 ? 'spoke' : 'spokes'}`);
		sayProblems(hub, again.problems);
		await onApplied?.(config, again);
	};
	const complain = (problems: readonly Problem[]) => {
		hub.emit({type: 'config-problems', problems});
		sayProblems(hub, problems);
		hub.log('ERROR', undefined, 'Configuration could not be read: the last good one stays in force');
	};

	await watchConfig({
		file,
		load,
		current: loaded,
		onChange: again => void apply(again.config!, again),
		onProblem: complain,
		signal: hub.signal,
		clock: hub.clock,
	});
	return {
		async reload() {
			const again = await load();
			// Without a file there are only defaults: in force they would end every job.
			if (hasFile && !again.exists) complain([gone(file)]);
			else if (again.config) await apply(again.config, again);
			else complain(again.problems);
		},
	};
}

/** Writes what is wrong with the configuration to the log; notes are left to `config check`. */
export function sayProblems(hub: Hub, problems: readonly Problem[]): void {
	for (const problem of problems) {
		if (problem.severity === 'info') continue;
		hub.log(problem.severity === 'error' ? 'ERROR' : 'WARN', problem.spoke, formatProblem(problem));
	}
}
