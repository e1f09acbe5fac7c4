import type {SpokeConfig, TuiConfig} from '../../../source/sync/config/types.js';
import type {LookOptions} from '../../../source/sync/methods/types.js';
import type {LabSpoke} from '../../lab/sshd.js';

/** A spoke with everything at its default and a source on this machine. */
export function localSpoke(source: string, changes: Partial<SpokeConfig> = {}): SpokeConfig {
	return {
		name: 'laptop',
		method: 'rsync',
		enabled: true,
		path: '/nowhere',
		source: {kind: 'local', path: source},
		sourceText: source,
		port: undefined,
		sshKey: undefined,
		sshConfig: undefined,
		knownHosts: undefined,
		rsyncPath: undefined,
		schedule: undefined,
		isDefaultSchedule: true,
		staleAfterMs: 7_200_000,
		rsyncOptions: {bwLimit: undefined, timeoutSeconds: undefined, extraArgs: [], deleteAsked: false},
		excludePatterns: [],
		initialSyncDays: undefined,
		invalid: undefined,
		line: undefined,
		...changes,
	};
}

/** The configuration of a spoke of the lab. */
export function labSpoke(spoke: LabSpoke, changes: Partial<SpokeConfig> = {}): SpokeConfig {
	const path = spoke.source.slice(spoke.source.indexOf(':') + 1);
	return localSpoke('', {
		name: spoke.name,
		source: {kind: 'ssh', host: spoke.name, user: undefined, path},
		sshConfig: spoke.sshConfig,
		...changes,
	});
}

/** Settings with limits that also a busy machine keeps. */
export const settings: Pick<TuiConfig, 'ssh' | 'compress'> = {
	ssh: {multiplex: true, connectTimeoutSeconds: 20, stallTimeoutMs: 60_000},
	compress: 'auto',
};

/** Options of a look that notes what it is told. */
export function lookOptions(staging: string, changes: Partial<LookOptions> = {}): LookOptions & {commands: string[]} {
	const commands: string[] = [];
	return {
		folders: {staging, compare: []},
		isDryRun: false,
		isKnown: () => false,
		onProgress() {},
		onCommand: line => commands.push(line),
		signal: new AbortController().signal,
		...changes,
		commands,
	};
}
