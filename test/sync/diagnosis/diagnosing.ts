import fs from 'node:fs';
import path from 'node:path';
import type {TestContext} from 'node:test';
import {systemClock} from '../../../source/sync/clock.js';
import type {HubConfig, SpokeConfig} from '../../../source/sync/config/types.js';
import {startDiagnosis} from '../../../source/sync/diagnosis/diagnose.js';
import type {CheckId, CheckResult, Diagnosis} from '../../../source/sync/diagnosis/types.js';
import {Hub} from '../../../source/sync/hub.js';
import {createMethods} from '../../../source/sync/methods/index.js';
import type {ForeignSources} from '../../../source/sync/schedule/foreign-sources.js';
import {closeAllMasters} from '../../../source/sync/ssh/connection.js';
import type {Environment} from '../../../source/sync/ssh/environment.js';
import {Store} from '../../../source/sync/store/store.js';
import {temporaryFolder} from '../../lab/after.js';
import {hubConfig} from '../guard/world.js';

/** A hub on which spokes are diagnosed in this process. */
export interface DiagnosisLab {
	readonly root: string;
	readonly home: string;
	readonly config: HubConfig;
	readonly hub: Hub;
	readonly sources: ForeignSources;
	start(changes?: {readonly signal?: AbortSignal; readonly env?: Environment}): ReturnType<typeof startDiagnosis>;
	/** Diagnoses the first spoke to the end. */
	diagnose(env?: Environment): Promise<Diagnosis>;
	/** Ends the shared connections, so that the next command logs in. */
	forget(): Promise<void>;
}

/** Makes one; `path` of each spoke becomes a folder of the hub's own. */
export async function diagnosisLab(
	t: TestContext,
	spokes: readonly SpokeConfig[],
	tui: Partial<HubConfig['tui']> = {},
): Promise<DiagnosisLab> {
	const {path: root} = await temporaryFolder(t);
	const home = path.join(root, 'home');
	fs.mkdirSync(home);
	const placed = spokes.map(spoke =>
		spoke.path === '/nowhere' ? {...spoke, path: `${root}/hub/synced/${spoke.name}`} : spoke,
	);
	const config = hubConfig(root, placed, tui);
	const store = await Store.open(`${config.databaseDir}/sync.db`);
	// Nothing of the machine's own agent or home takes part.
	const ownEnv: Environment = {...process.env, HOME: home, SSH_AUTH_SOCK: undefined};
	const methods = (current: HubConfig) => createMethods(current, ownEnv, systemClock);
	const hub = new Hub({config, problems: [], store, methods, clock: systemClock, by: 'command'});
	const sources: ForeignSources = {
		home,
		crontab: ['true'],
		systemCrontabs: [],
		unitFolders: [],
		scriptFolders: [],
		processes: async () => [],
	};
	const forget = async () => closeAllMasters(`${config.folder}/run`, ownEnv);
	t.after(async () => {
		await hub.close();
		await forget();
		store.close();
	});
	const lab: DiagnosisLab = {
		...{root, home, config, hub, sources, forget},
		start: ({signal = new AbortController().signal, env = ownEnv} = {}) =>
			startDiagnosis({hub, spoke: placed[0]!.name, env, home, signal, sources}),
		diagnose: async env => lab.start({env}).ended,
	};
	return lab;
}

/** One check of a diagnosis. */
export function checkOf({checks}: Diagnosis, id: CheckId): CheckResult {
	const found = checks.find(check => check.id === id);
	if (!found) throw new Error(`there is no check ${id}`);
	return found;
}

/** Statuses by check, for one comparison. */
export function statuses({checks}: Diagnosis): Record<string, CheckResult['status']> {
	return Object.fromEntries(checks.map(({id, status}) => [id, status]));
}

/** Every check with what it said, for the message of a failed test. */
export function told({checks}: Diagnosis): string {
	return checks
		.map(({id, status, summary, evidence}) => [`${status} ${id}: ${summary}`, ...evidence].join('\n  '))
		.join('\n');
}
