import type {HubConfig} from '../config/types.js';
import type {Hub} from '../hub.js';
import {explain, type ForeignWriter, findForeignWriters} from '../schedule/foreign.js';
import {systemSources} from '../schedule/foreign-sources.js';

/** Milliseconds between two searches. */
const everyMs = 10 * 60_000;

/**
 * Programs other than ours that write into the folders we pull into. Folders that are meant to be filled by others are
 * not looked at.
 * @param home absolute path of the user's home
 */
export async function foreignWritersOf(
	{spokes}: HubConfig,
	home: string,
	signal: AbortSignal,
): Promise<ForeignWriter[]> {
	const paths = spokes
		.filter(({enabled, invalid, source}) => enabled && invalid === undefined && source !== undefined)
		.map(({name, path}) => ({spoke: name, path}));
	if (paths.length === 0) return [];
	const found = await findForeignWriters({paths, sources: systemSources(home), signal});
	return found.filter(({isSelf}) => !isSelf);
}

/** Finds who else writes into the spokes' folders, and says so once. Ends with the hub. */
export function startForeignWatch(hub: Hub, home: string): void {
	const said = new Set<string>();
	const search = async () => {
		const found = await foreignWritersOf(hub.state.config, home, hub.signal);
		const foreign = Map.groupBy(found, ({spoke}) => spoke);
		for (const {config} of hub.state.spokes) {
			const spoke = config.name;
			hub.emit({type: 'foreign', spoke, writers: foreign.get(spoke) ?? [], own: []});
			for (const writer of foreign.get(spoke) ?? []) {
				const key = `${spoke}\n${writer.where}`;
				if (said.has(key)) continue;
				said.add(key);
				for (const line of explain(writer)) hub.log('WARN', spoke, line);
			}
		}
	};

	const go = () => {
		search().catch((error: unknown) => {
			if (!hub.signal.aborted) hub.log('WARN', undefined, `foreign writers could not be looked for: ${String(error)}`);
		});
	};

	go();
	const timer = setInterval(go, everyMs);
	timer.unref();
	hub.signal.addEventListener('abort', () => clearInterval(timer), {once: true});
}
