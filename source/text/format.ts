/**
 * Bytes as people read them, decimal like the disks they buy: `0 B`, `412 KB`, `3.1 MB`, `1.1 GB`.
 * @param bytes zero or more
 */
export function formatBytes(bytes: number): string {
	const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
	let value = bytes;
	let unit = 0;
	while (value >= 999.5 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}

	return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1).replace(/\.0$/, '')} ${units[unit]}`;
}

/** A whole number with thousands separators, the same in every locale: `1,204`. */
export function formatCount(count: number): string {
	// toLocaleString loads the tables of all locales at its first call: 20 ms of every command.
	return String(Math.round(count)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/**
 * How long ago, coarse on purpose so that an idle screen changes once a minute: `<1m`, `2m`, `26h`, `3d`; `never` for
 * nothing, and for the years 1 and 1970 that other programs use to say so.
 * @param at milliseconds since the epoch
 * @param now the same
 */
export function formatAge(at: number | undefined, now: number): string {
	if (at === undefined || at < dayMs) return 'never';
	const minutes = Math.floor((now - at) / 60_000);
	if (minutes < 0) return minutes < -5 ? 'in future' : '<1m';
	if (minutes < 1) return '<1m';
	if (minutes < 60) return `${minutes}m`;
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

/** The same in a sentence: `2m ago`, `never`, `in future`. */
export function formatAgo(at: number | undefined, now: number): string {
	const age = formatAge(at, now);
	return age === 'never' || age === 'in future' ? age : `${age} ago`;
}

const dayMs = 24 * 3600 * 1000;

/** A length of time: `0.8 s`, `42 s`, `3 min 20 s`. */
export function formatDuration(ms: number): string {
	if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
	const seconds = Math.round(ms / 1000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** ISO 8601 in UTC; null for nothing and for the zero times of other programs. */
export function isoOrNull(at: number | undefined): string | null {
	return at === undefined || at < dayMs ? null : new Date(at).toISOString();
}

/** A count with its noun: `1 session`, `1,204 sessions`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
	return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A path below the home as people write it. */
export function tilde(path: string, home: string): string {
	return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
