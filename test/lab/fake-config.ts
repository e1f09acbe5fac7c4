import path from 'node:path';
import {defaultTui, type HubConfig, type SpokeConfig} from '../../source/sync/config/types.js';

const home = '/home/will';
const folder = path.join(home, '.pi-brain');

/** A spoke as config.yaml would give it: rsync over ssh, every quarter of an hour. */
export function fakeSpokeConfig(name: string, change: Partial<SpokeConfig> = {}): SpokeConfig {
	return {
		name,
		method: 'rsync',
		enabled: true,
		path: path.join(folder, 'synced', name),
		source: {kind: 'ssh', host: name, user: 'will', path: '.pi/agent/sessions'},
		sourceText: `will@${name}:~/.pi/agent/sessions/`,
		port: undefined,
		sshKey: undefined,
		sshConfig: undefined,
		knownHosts: undefined,
		rsyncPath: undefined,
		schedule: defaultTui.defaultSchedule,
		isDefaultSchedule: true,
		staleAfterMs: defaultTui.staleAfterMs,
		rsyncOptions: {bwLimit: undefined, timeoutSeconds: undefined, extraArgs: [], deleteAsked: false},
		excludePatterns: [],
		initialSyncDays: undefined,
		invalid: undefined,
		line: 12,
		...change,
	};
}

/** A hub called atlas with these spokes, everything else at its default. */
export function fakeHubConfig(spokes: readonly SpokeConfig[], change: Partial<HubConfig> = {}): HubConfig {
	return {
		file: path.join(folder, 'config.yaml'),
		folder,
		hubName: 'atlas',
		sessionsDir: path.join(home, '.pi/agent/sessions'),
		syncedSessionsDir: path.join(folder, 'synced'),
		databaseDir: path.join(folder, 'data'),
		tui: defaultTui,
		spokes,
		...change,
	};
}
