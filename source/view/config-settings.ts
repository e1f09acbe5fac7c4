import {defaultTui, type SyncthingSettings, type TuiConfig} from '../sync/config/types.js';

/** A setting under `tui:`, as the file spells its key. */
export interface Setting {
	readonly key: string;
	readonly value: string;
	/** What it would be if the file did not say; undefined where it is just that. */
	readonly otherwise: string | undefined;
}

/** Every setting under `tui:` with its value in force, those of the keys left out. */
export function settingsOf(tui: TuiConfig): Setting[] {
	const defaults = texts(defaultTui);
	return texts(tui).map(([key, value], index) => {
		const otherwise = defaults[index]![1];
		return {key, value, otherwise: otherwise === value ? undefined : otherwise};
	});
}

function texts({ssh, screen, ...tui}: TuiConfig): Array<readonly [string, string]> {
	return [
		['default_schedule', tui.defaultSchedule ?? 'off'],
		['probe_interval', seconds(tui.probeIntervalMs)],
		['stale_after', duration(tui.staleAfterMs)],
		['concurrency', String(tui.concurrency)],
		['ssh.multiplex', String(ssh.multiplex)],
		['ssh.connect_timeout', seconds(ssh.connectTimeoutSeconds * 1000)],
		['ssh.stall_timeout', seconds(ssh.stallTimeoutMs)],
		['compress', tui.compress],
		['protect', tui.protect],
		['verify_schedule', tui.verifySchedule ?? 'off'],
		['notify_command', tui.notifyCommand?.join(' ') ?? 'none'],
		['time_zone', tui.timeZone ?? 'this machine’s'],
		['syncthing', tui.syncthing.map(placeOf).join(', ') || 'as its config.xml says'],
		['theme', screen.theme],
		['ascii', screen.ascii === undefined ? 'auto' : String(screen.ascii)],
		['bell', screen.bell],
		['title', String(screen.title)],
		['hyperlinks', screen.hyperlinks],
		['clipboard', screen.clipboard],
		['max_fps', String(screen.maxFps)],
	];
}

/** Where it is, never the key. */
function placeOf({url, home}: SyncthingSettings): string {
	return url ?? home ?? 'as its config.xml says';
}

function seconds(ms: number): string {
	return `${ms / 1000} s`;
}

/** A length of time as the file spells it: `90m`, `2h`, `3d`. */
function duration(ms: number): string {
	const minutes = ms / 60_000;
	if (!Number.isInteger(minutes)) return seconds(ms);
	if (minutes % 1440 === 0) return `${minutes / 1440}d`;
	return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}
