import {formatCount} from '../../text/format.js';
import type {Listing} from '../methods/types.js';
import {unmatchedPatterns} from '../sessions/kinds.js';
import type {SyncJob} from './job.js';

/**
 * A pattern that leaves nothing out, though one much like it would, is a misunderstanding worth a line: the seed's
 * `2024/*` below any folder does not match pi's `--cwd--/2024-….jsonl`. Said once for each pattern.
 */
export function sayIdlePatterns({spoke, store, log}: SyncJob, {files}: Listing): void {
	if (spoke.excludePatterns.length === 0) return;
	const {saidPatterns} = store.facts.get(spoke.name);
	const idle = unmatchedPatterns(
		spoke.excludePatterns.filter(pattern => !saidPatterns.includes(pattern)),
		files.map(({path}) => path),
	).filter(({nearest}) => nearest !== undefined);
	if (idle.length === 0) return;
	for (const {pattern, nearest} of idle) {
		log(
			'WARN',
			`sync.exclude_patterns: '${pattern}' leaves nothing out on '${spoke.name}'; did you mean '${nearest}'?`,
		);
	}

	store.facts.patch(spoke.name, {saidPatterns: [...saidPatterns, ...idle.map(({pattern}) => pattern)]});
}

/** More new sessions than this in one run are one line in the log. */
const announcedSingly = 20;

/** Says which sessions the hub did not have before. */
export function announceNew({spoke, log}: SyncJob, added: readonly string[], isFirst: boolean): void {
	// What lay in a folder before anybody watched it is not new, not even when it is one.
	const isOld = isFirst && spoke.source === undefined && added.length > 0;
	if (added.length > announcedSingly || (isFirst && added.length > 1) || isOld) {
		const what = `${formatCount(added.length)} ${added.length === 1 ? 'session' : 'sessions'}`;
		log('INFO', `${what} from ${spoke.name}${isFirst ? ', first sync' : ''}`);
	} else {
		for (const path of added) log('INFO', `New session from ${spoke.name}: ${path}`);
	}
}
