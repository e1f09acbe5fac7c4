import {basename, join, relative, resolve} from 'node:path';
import type {Hub} from '../sync/hub.js';
import {shown} from '../sync/sessions/tree.js';
import type {Generation} from '../sync/store/ledger-rows.js';
import {clean} from '../text/clean.js';
import {formatBytes} from '../text/format.js';
import {pickSpokes, UsageError} from './open-hub.js';

/** What a command line names: spokes, and sessions or kept versions of them. */
export interface Named {
	readonly spokes: readonly string[];
	readonly paths: readonly string[];
}

/**
 * Tells spokes from sessions: what `--spoke` names, or else every word that cannot be a path. A spoke's name has neither
 * slash nor full stop.
 * @throws UsageError for a name the configuration does not have
 */
export function splitWords(hub: Hub, words: readonly string[], spokes: readonly string[]): Named {
	if (spokes.length > 0) return {spokes: pickSpokes(hub, spokes), paths: words};
	const isPath = (word: string) => /[/.]/.test(word);
	return {
		spokes: pickSpokes(
			hub,
			words.filter(word => !isPath(word)),
		),
		paths: words.filter(isPath),
	};
}

/**
 * The path of a session as the ledger spells it.
 * @param word as typed: below the session root, as lists show it
 */
export function isNamed(path: string, word: string): boolean {
	return path === word || shown(path) === word || basename(path) === word;
}

/** How a kept version is named on a command line: the first eight digits of its hash. */
export function shortName({sha256}: Pick<Generation, 'sha256'>): string {
	return sha256.slice(0, 8);
}

/** Why a version was kept. */
export const whyTexts: Readonly<Record<Generation['why'], string>> = {
	rewritten: 'before it was rewritten',
	damaged: 'damaged on the hub',
	'spoke-version': 'shown by the spoke',
	protected: 'the hub’s own copy',
	'conflict-copy': 'the hub’s own copy',
	replaced: 'before another was chosen',
};

/**
 * The one kept version that is meant: by its file, by the beginning of its hash (six digits or more), or by its session,
 * where that has only one.
 * @param cwd absolute path that relative file names are below
 * @throws UsageError when none fits, or more than one
 */
export function findGeneration(hub: Hub, spoke: string, word: string, cwd: string): Generation {
	const all = hub.store.versions.earlier(spoke);
	const folder = join(hub.state.config.databaseDir, 'generations', spoke);
	const files = hub.store.ledger.generations(spoke);
	const byFile = files.find(
		({file}) => file === resolve(cwd, word) || relative(folder, file) === word || basename(file) === word,
	);
	if (byFile) return byFile;
	const isHash = /^[\da-f]{6,64}$/i.test(word);
	const found = all.filter(one => (isHash ? one.sha256.startsWith(word.toLowerCase()) : isNamed(one.path, word)));
	const [first, ...more] = found;
	if (!first) {
		throw new UsageError(
			`'${spoke}' has no kept version '${word}'; pi-brain-tui sync generations ${spoke} lists what it has`,
		);
	}

	// The same bytes of one session, kept more than once.
	if (more.every(({sha256, path}) => sha256 === first.sha256 && path === first.path)) return first;
	const list = found.map(
		one =>
			`  ${shortName(one)}  ${new Date(one.at).toISOString()}  ${formatBytes(one.length)}  ${clean(one.file, 4096)}`,
	);
	throw new UsageError([`'${word}' can be any of these; name one by its hash or its file:`, ...list].join('\n'));
}
