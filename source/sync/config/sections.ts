import path from 'node:path';
import {hubPath, ValueError} from './paths.js';
import type {Report} from './problems.js';
import {checkedPattern} from './rsync-options.js';
import {hubSchema, readLeniently, syncSchema, tuiSchema} from './schema.js';
import {readSyncthing} from './syncthing.js';
import {defaultScreen, defaultTui, type HubConfig, type ScreenConfig, type TuiConfig} from './types.js';
import {parseDuration, scheduleProblem} from './values.js';

type Root = Readonly<Record<string, unknown>>;

/**
 * `hub:` with its defaults. They lie below `~/.pi-brain` whatever file is read, because pi-brain looks for sessions
 * there; a bad value is reported and its default stands in.
 */
export function readHub(
	root: Root,
	home: string,
	report: Report,
): Pick<HubConfig, 'sessionsDir' | 'syncedSessionsDir' | 'databaseDir'> {
	const hub = readLeniently(hubSchema, root.hub, issue =>
		report.add('error', ['hub', ...issue.path], `hub: ${issue.message}`),
	);
	const folder = (key: keyof typeof hub, fallback: string) =>
		pathOr(hub[key], path.join(home, fallback), home, message =>
			report.add('error', ['hub', key], `hub: ${key} ${message}`),
		);
	return {
		sessionsDir: folder('sessions_dir', '.pi/agent/sessions'),
		syncedSessionsDir: folder('synced_sessions_dir', '.pi-brain/synced'),
		databaseDir: folder('database_dir', '.pi-brain/data'),
	};
}

/** What `tui:` says, and the ssh files that spokes fall back to. */
export interface ReadTui {
	readonly tui: TuiConfig;
	readonly sshConfig: string | undefined;
	readonly knownHosts: string | undefined;
}

/** `tui:` with its defaults; a bad value is reported and its default stands in. */
export async function readTui(root: Root, home: string, report: Report): Promise<ReadTui> {
	const add = (place: ReadonlyArray<string | number>, message: string) =>
		report.add('error', ['tui', ...place], `tui: ${message}`);
	const tui = readLeniently(tuiSchema, root.tui, issue => add(issue.path, issue.message));
	const sshFile = (key: 'ssh_config' | 'known_hosts') =>
		pathOr(tui.ssh?.[key], undefined, home, message => add(['ssh', key], `ssh.${key} ${message}`));
	const scheduleOf = async (key: 'default_schedule' | 'verify_schedule', fallback: string | undefined) => {
		const written = tui[key];
		if (isOff(written)) return undefined;
		if (!written) return fallback;
		const wrong = await scheduleProblem(written);
		if (wrong) add([key], `${key} ${wrong}`);
		return wrong ? fallback : written;
	};

	return {
		tui: {
			defaultSchedule: await scheduleOf('default_schedule', defaultTui.defaultSchedule),
			probeIntervalMs: (tui.probe_interval ?? defaultTui.probeIntervalMs / 1000) * 1000,
			staleAfterMs: parseDuration(tui.stale_after) ?? defaultTui.staleAfterMs,
			concurrency: tui.concurrency ?? defaultTui.concurrency,
			ssh: {
				multiplex: tui.ssh?.multiplex ?? defaultTui.ssh.multiplex,
				connectTimeoutSeconds: tui.ssh?.connect_timeout ?? defaultTui.ssh.connectTimeoutSeconds,
				stallTimeoutMs: (tui.ssh?.stall_timeout ?? defaultTui.ssh.stallTimeoutMs / 1000) * 1000,
			},
			compress: tui.compress ?? defaultTui.compress,
			protect: tui.protect ?? defaultTui.protect,
			verifySchedule: await scheduleOf('verify_schedule', defaultTui.verifySchedule),
			notifyCommand: tui.notify_command,
			timeZone: tui.time_zone,
			syncthing: readSyncthing((root.tui as Root | null | undefined)?.syncthing, home, report),
			screen: screenOf(tui),
		},
		sshConfig: sshFile('ssh_config'),
		knownHosts: sshFile('known_hosts'),
	};
}

function screenOf(tui: ReturnType<typeof tuiSchema.parse>): ScreenConfig {
	return {
		theme: tui.theme ?? defaultScreen.theme,
		ascii: tui.ascii ?? defaultScreen.ascii,
		bell: tui.bell ?? defaultScreen.bell,
		title: tui.title ?? defaultScreen.title,
		hyperlinks: tui.hyperlinks ?? defaultScreen.hyperlinks,
		clipboard: tui.clipboard ?? defaultScreen.clipboard,
		maxFps: tui.max_fps ?? defaultScreen.maxFps,
		keys: tui.keys ?? defaultScreen.keys,
	};
}

/** What `sync:` says for every spoke. */
export interface SyncSettings {
	readonly initialSyncDays: number | undefined;
	readonly excludePatterns: readonly string[];
	/** The runbook's list, unread. */
	readonly spokes: unknown;
}

/** `sync:`; a bad pattern is reported and left out, the others hold. */
export function readSync(root: Root, report: Report): SyncSettings {
	const add = (place: ReadonlyArray<string | number>, message: string) =>
		report.add('error', ['sync', ...place], `sync: ${message}`);
	const {initial_sync_days: initialSyncDays} = readLeniently(syncSchema, root.sync, issue =>
		add(issue.path, issue.message),
	);
	const {exclude_patterns: patterns, spokes} = (root.sync ?? {}) as Record<string, unknown>;
	if (patterns !== undefined && patterns !== null && !Array.isArray(patterns)) {
		add(['exclude_patterns'], 'exclude_patterns must be a list of patterns');
	}

	const excludePatterns = (Array.isArray(patterns) ? patterns : []).flatMap((pattern: unknown, index) => {
		try {
			return [checkedPattern(pattern)];
		} catch (error) {
			if (!(error instanceof ValueError)) throw error;
			add(['exclude_patterns', index], `exclude_patterns ${error.message}`);
			return [];
		}
	});
	return {initialSyncDays, excludePatterns, spokes};
}

/** `off`, or the `false` that YAML 1.1 habits make of it. */
export function isOff(schedule: string | false | undefined): boolean {
	return schedule === false || schedule?.trim().toLowerCase() === 'off';
}

function pathOr<Fallback extends string | undefined>(
	text: string | undefined,
	fallback: Fallback,
	home: string,
	onProblem: (message: string) => void,
): string | Fallback {
	if (text === undefined) return fallback;
	try {
		return hubPath(text, home);
	} catch (error) {
		if (!(error instanceof ValueError)) throw error;
		onProblem(error.message);
		return fallback;
	}
}
