import type {Store} from '../store/store.js';
import {quickTotals as countTree, type FolderRow, type Totals} from './folder-totals.js';
import {compileExcludes} from './kinds.js';

/**
 * Counts a session root from disk, remembering in the store what saves opening files the next time.
 * @param root absolute path
 * @param patterns `sync.exclude_patterns`
 * @param now milliseconds since the epoch
 * @param hasWholeFiles files there only change by being replaced
 */
export function quickTotals(
	store: Store,
	root: string,
	patterns: readonly string[],
	now: number,
	hasWholeFiles: boolean,
): Totals {
	const remembered = store.sessions.folders(root) as Map<string, FolderRow>;
	const {totals, changed, gone} = countTree(root, remembered, {
		isExcluded: patterns.length === 0 ? undefined : compileExcludes(patterns),
		wholeFiles: hasWholeFiles ? patterns.join('\n') : undefined,
		now,
		known(path, size, mtimeMs) {
			const file = store.sessions.get(root, path);
			return file?.size === size && file.mtimeMs === mtimeMs ? file.kind : undefined;
		},
	});
	if (changed.length + gone.length > 0) {
		store.later(() =>
			store.sessions.putFolders(root, [
				...changed.map(row => [row.folder, row] as const),
				...gone.map(folder => [folder, undefined] as const),
			]),
		);
	}

	return totals;
}
