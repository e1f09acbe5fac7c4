import {mkdirSync} from 'node:fs';
import type {Clock} from '../../../source/sync/clock.js';
import {systemClock} from '../../../source/sync/clock.js';
import type {SpokeConfig, SyncthingSettings} from '../../../source/sync/config/types.js';
import {Hub} from '../../../source/sync/hub.js';
import {judgeSpoke, keeperOf} from '../../../source/sync/judge.js';
import {createMethods} from '../../../source/sync/methods/index.js';
import {startSyncthing as startFollowing} from '../../../source/sync/services/syncthing.js';
import type {Verdict} from '../../../source/sync/status.js';
import {Store} from '../../../source/sync/store/store.js';
import {type Scope, temporaryFolder, waitFor} from '../../lab/after.js';
import type {LabSyncthing} from '../../lab/syncthing.js';
import {hubConfig} from '../guard/world.js';
import {localSpoke} from '../methods/spokes.js';

/** Files count as settled at once: the clock is further than they are. */
export const aheadClock: Clock = {now: () => Date.now() + 10_000, sleep: systemClock.sleep};

/** A hub with one Syncthing spoke. */
export interface FollowedHub {
	readonly root: string;
	readonly hub: Hub;
	readonly logged: string[];
	/** Adds what is followed: the service of the keeper. */
	follow(): void;
	/** What the row says. */
	verdict(): Verdict;
	isConnected(): boolean;
	/** Waits for the row to say it. */
	says(state: Verdict['state'], reason?: RegExp): Promise<Verdict>;
}

/** Where a Syncthing of the lab is, as `tui.syncthing` says it. */
export function settingsOf(lab: LabSyncthing, changes: Partial<SyncthingSettings> = {}): SyncthingSettings {
	return {url: undefined, apiKey: undefined, apiKeyFile: undefined, home: lab.home, fingerprint: undefined, ...changes};
}

/** Opens a hub whose spoke's folder is the one at `path`. */
export async function followedHub(
	scope: Scope,
	path: string,
	syncthing: readonly SyncthingSettings[],
	changes: Partial<SpokeConfig> = {},
	clock = aheadClock,
): Promise<FollowedHub> {
	const {path: root} = await temporaryFolder(scope);
	mkdirSync(`${root}/hub`, {recursive: true});
	const spoke = localSpoke('', {
		...{name: 'laptop', method: 'syncthing', path, source: undefined, sourceText: undefined, isDefaultSchedule: false},
		...changes,
	});
	const config = hubConfig(root, [spoke], {syncthing});
	const store = await Store.open(`${config.databaseDir}/sync.db`);
	const logged: string[] = [];
	const env = {...process.env, HOME: root};
	const hub = new Hub({
		config,
		problems: [],
		store,
		methods: current => createMethods(current, env, clock),
		clock,
		by: 'watch',
		onLog: ({level, text}) => logged.push(`${level} ${text}`),
	});
	scope.after(async () => {
		await hub.close();
		store.close();
	});
	const judged = () => judgeSpoke(hub.spoke('laptop')!, hub.state.config, clock.now(), undefined, keeperOf(hub.state));
	return {
		root,
		hub,
		logged,
		follow: () => startFollowing(hub, {env, home: root}),
		verdict: () => judged().verdict,
		isConnected: () => judged().isConnected,
		async says(state, reason) {
			let last: Verdict | undefined;
			return waitFor(
				() => {
					last = judged().verdict;
					return last.state === state && (reason?.test(last.reason ?? '') ?? true) ? last : undefined;
				},
				{message: `the row to say ${state} ${reason ?? ''}`},
			).catch((error: unknown) => {
				throw new Error(`it says ${JSON.stringify(last)}`, {cause: error});
			});
		},
	};
}
