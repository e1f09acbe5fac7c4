import type {GenerationWhy} from '../sync/store/ledger-rows.js';
import {clean} from '../text/clean.js';
import type {UiState} from './types.js';
import type {ShownSession, SpokeVersions} from './versions-sight.js';

/** One version of a session, wherever its bytes are. */
export interface VersionItem {
	/** `current`, `spoke`, or the file of any other version. */
	readonly id: string;
	readonly kind: 'current' | 'spoke' | 'kept' | 'twin';
	/** `current`, `on the spoke`, `earlier 2` (the newest earlier version is the first), `on nas`. */
	readonly name: string;
	/** Absolute path of its bytes on this hub; undefined: they are not here. */
	readonly file: string | undefined;
	readonly bytes: number | undefined;
	/** When it was written, of a kept version when it was kept; milliseconds since the epoch. */
	readonly at: number | undefined;
	/** Lower-case hex SHA-256; undefined: not known. */
	readonly sha256: string | undefined;
	/** Why it is there, in words. */
	readonly why: string;
}

const whys: Readonly<Record<GenerationWhy, string>> = {
	rewritten: 'before the spoke rewrote it',
	damaged: 'damaged, since repaired',
	'spoke-version': 'as the spoke showed it',
	protected: 'copy of the folder’s file',
	'conflict-copy': 'copy of the folder’s file',
	replaced: 'before another was chosen',
};

const heldWords = {
	shrunk: 'smaller there than here',
	rewritten: 'rewritten there',
	retyped: 'no longer a file there',
	gone: 'gone there',
	damaged: 'the hub’s copy no longer matches its ledger',
} as const;

/** Why a session is held, in words. */
export function heldWord(kind: keyof typeof heldWords): string {
	return heldWords[kind];
}

/** A difference that waits for a person. */
export function isHeld({held}: ShownSession): boolean {
	return held !== undefined && !held.isReleased;
}

/** Every version of a session: the current one, what the spoke shows, the kept ones, newest first, and other computers'. */
export function versionItems({current, held, seenFile, generations, twins}: ShownSession): readonly VersionItem[] {
	const items: VersionItem[] = [
		{
			...{id: 'current', kind: 'current', name: 'current', file: current?.file, bytes: current?.bytes},
			...{at: current?.mtimeMs, sha256: current?.sha256, why: current ? '' : 'no file on the hub’s disk'},
		},
	];
	if (held) {
		const hasContent = held.kind !== 'retyped' && held.kind !== 'gone';
		const isDecided = held.isReleased ? 'released' : 'held';
		items.push({
			...{id: 'spoke', kind: 'spoke', name: 'on the spoke', file: hasContent ? seenFile : undefined},
			...{bytes: hasContent ? held.size : undefined, at: hasContent ? held.mtimeMs : undefined},
			...{sha256: held.sha256 === '' ? undefined : held.sha256, why: isDecided},
		});
	}

	for (const [index, {file, length, at, sha256, why}] of generations.entries()) {
		const name = `earlier ${index + 1}`;
		items.push({id: file, kind: 'kept', name, file, bytes: length, at, sha256, why: whys[why]});
	}

	for (const {computer, root, path, bytes, mtimeMs} of twins) {
		const file = `${root}/${path}`;
		items.push({
			...{id: file, kind: 'twin', name: `on ${clean(computer)}`, file, bytes, at: mtimeMs, sha256: undefined},
			why: 'the same session id',
		});
	}

	return items;
}

/** The session under the cursor, or whose page is open; undefined: there is none. */
export function selectedSession(
	versions: SpokeVersions | undefined,
	{spoke, path, level}: UiState['versions'],
): ShownSession | undefined {
	const sessions = versions?.sessions ?? [];
	const chosen = versions?.spoke === spoke ? sessions.find(session => session.path === path) : undefined;
	// A page goes on being about the session it was opened for.
	return chosen ?? (level === 'list' ? sessions[0] : undefined);
}

/** The version under the cursor; `current` unless one was chosen. */
export function selectedVersion(session: ShownSession, {version}: UiState['versions']): VersionItem {
	const items = versionItems(session);
	return items.find(({id}) => id === version) ?? items[0]!;
}

/**
 * What the version under the cursor is compared with: the marked one, else the current one; the current one itself with
 * what the spoke shows, else with the newest kept one.
 * @returns undefined where there are no two that can be read
 */
export function comparable(
	session: ShownSession,
	ui: UiState['versions'],
): {readonly one: VersionItem; readonly other: VersionItem} | undefined {
	const items = versionItems(session).filter(({file}) => file !== undefined);
	const chosen = items.find(({id}) => id === selectedVersion(session, ui).id);
	if (!chosen) return undefined;
	const rest = items.filter(item => item !== chosen);
	const against = rest.find(({id}) => id === ui.marked) ?? rest[0];
	if (!against) return undefined;
	// The order of the page, so that the same two always stand the same way round.
	return items.indexOf(against) < items.indexOf(chosen) ? {one: against, other: chosen} : {one: chosen, other: against};
}

/** Why no version can be made current in a folder that others fill, and what to do instead. */
export const othersFill =
	'something else fills this folder, so nothing is put into it from here: write the version into a file, and copy ' +
	'that to where the folder is filled from';
