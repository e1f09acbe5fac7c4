import path from 'node:path';
import {defaultScreen, type HubConfig, type SpokeConfig} from '../../source/sync/config/types.js';

const home = '/home/will';
const folder = path.join(home, '.pi-brain');
const fifteenMinutes = '*/15 * * * *';

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
		schedule: fifteenMinutes,
		isDefaultSchedule: true,
		staleAfterMs: 2 * 3600 * 1000,
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
		tui: {
			defaultSchedule: fifteenMinutes,
			probeIntervalMs: 60_000,
			staleAfterMs: 2 * 3600 * 1000,
			concurrency: 4,
			ssh: {multiplex: true, connectTimeoutSeconds: 10, stallTimeoutMs: 60_000},
			compress: 'auto',
			protect: 'auto',
			verifySchedule: '17 4 * * 0',
			notifyCommand: undefined,
			timeZone: undefined,
			syncthing: [],
			screen: defaultScreen,
		},
		spokes,
		...change,
	};
}
