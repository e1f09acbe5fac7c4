import {encodeName} from '../../text/names.js';
import type {Item} from './parse.js';

const dayMs = 86_400_000;

/** What `initial_sync_days` makes of a listing. */
export interface Selection {
	/** Left on the spoke: not known to the hub, and not touched for that many days. */
	readonly left: readonly Item[];
	/** To be brought. */
	readonly wanted: readonly Item[];
}

/**
 * Parts a dry run's items.
 * @param days `initial_sync_days`
 * @param now milliseconds since the epoch
 */
export function selectByAge(
	items: readonly Item[],
	days: number,
	now: number,
	isKnown: (path: string) => boolean,
): Selection {
	const left: Item[] = [];
	const wanted: Item[] = [];
	for (const item of items) {
		if (item.isFolder) continue;
		if (item.mtimeMs < now - days * dayMs && !isKnown(item.path)) left.push(item);
		else if (item.isTransfer) wanted.push(item);
	}

	return {left, wanted};
}

/**
 * The rules that bring what is wanted and not what is left, NUL-separated, for `--exclude-from` with `--from0`. Rules go
 * through rsync's protocol and not through the spoke's command line, so that a restricted key takes them too. rsync asks
 * every rule for every file, so the shorter of the two lists is written.
 */
export function selectionRules({left, wanted}: Selection): Buffer {
	if (left.length <= wanted.length) return join(left.map(({path}) => `- /${pattern(path)}`));
	return onlyRules(wanted.map(({path}) => path));
}

/** The rules that bring these files and no others. */
export function onlyRules(paths: readonly string[]): Buffer {
	const folders = new Set<string>();
	for (const path of paths) {
		for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
			folders.add(path.slice(0, slash));
		}
	}

	return join([
		...[...folders].map(folder => `+ /${pattern(folder)}/`),
		...paths.map(path => `+ /${pattern(path)}`),
		'- *',
	]);
}

/** rsync reads `\` as an escape only in patterns that hold a wildcard. */
function pattern(path: string): string {
	return /[*?[]/.test(path) ? path.replaceAll(/[\\*?[]/g, String.raw`\$&`) : path;
}

function join(rules: readonly string[]): Buffer {
	return Buffer.concat(rules.map(rule => Buffer.concat([encodeName(rule), Buffer.of(0)])));
}
