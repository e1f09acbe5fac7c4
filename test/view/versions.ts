import type {HeldSession} from '../../source/sync/detail.js';
import type {Generation} from '../../source/sync/store/ledger-rows.js';
import {buildRows} from '../../source/view/rows.js';
import {noVersions} from '../../source/view/ui-versions.js';
import type {ShownSession, SpokeVersions, VersionsSight} from '../../source/view/versions-sight.js';
import {type FakeKind, fakeHub, fakeNow} from '../lab/fake-state.js';
import {randomFrom} from '../lab/text.js';
import {plainStyle} from './hostile.js';

const hour = 3_600_000;
const synced = '/home/will/.pi-brain/synced/laptop';

/** A session's path below the root. */
export function pathOf(index: number): string {
	const hash = randomFrom(index + 1).hex(8);
	return `--home-will-api--/2026-11-${String(20 - (index % 19)).padStart(2, '0')}T23-33-50-805Z_0199a3b2-7c1e-7d4a-9b5f-${hash}.jsonl`;
}

/** A kept version. */
export function kept(path: string, index: number, change: Partial<Generation> = {}): Generation {
	return {
		path,
		file: `/home/will/.pi-brain/data/generations/laptop/${path}.${index}`,
		length: 900_000 - (index % 18) * 50_000,
		sha256: randomFrom(index + 300).hex(64),
		at: fakeNow - (index + 1) * 26 * hour,
		why: (['rewritten', 'replaced', 'damaged', 'spoke-version', 'protected'] as const)[index % 5]!,
		...change,
	};
}

/** A session that is held, or one with earlier versions alone. */
export function session(index: number, change: Partial<ShownSession> = {}): ShownSession {
	const path = pathOf(index);
	const hash = randomFrom(index + 40).hex(64);
	return {
		path,
		current: {file: `${synced}/${path}`, bytes: 974_031, mtimeMs: fakeNow - 19 * 24 * hour, sha256: hash},
		...{held: undefined, seenFile: undefined, generations: [kept(path, index)], story: undefined, twins: []},
		...change,
	};
}

/** A session that the spoke started over. */
export function heldSession(index: number, change: Partial<ShownSession> = {}): ShownSession {
	const path = pathOf(index);
	const held: HeldSession = {
		...{path, kind: 'shrunk', size: 146, mtimeMs: fakeNow - 5 * hour, sha256: randomFrom(index + 80).hex(64)},
		...{firstAt: fakeNow - 4 * hour, lastAt: fakeNow - hour, isConfirmed: true, isReleased: false},
		...{hubSize: 974_031, hubMtimeMs: fakeNow - 19 * 24 * hour},
	};
	const story = 'pi before 0.80.3 started this file over';
	return session(index, {held, story, seenFile: `${synced}/.staging/laptop/seen/${path}`, generations: [], ...change});
}

/** Two held sessions, one of them with earlier versions, and some that only have those. */
export const some: readonly ShownSession[] = [
	heldSession(0, {generations: [0, 1, 2].map(index => kept(pathOf(0), index))}),
	heldSession(1),
	...[2, 3, 4].map(index => session(index)),
];

/** What is known of the first spoke's versions. */
export function known(sessions: SpokeVersions['sessions'], change: Partial<SpokeVersions> = {}): SpokeVersions {
	return {
		...{spoke: 'laptop', sessions, failure: undefined, comparison: undefined},
		space: {
			current: {files: 1204, bytes: 1_100_000_000},
			...{generations: {files: 6, bytes: 12_000_000}, snapshots: {files: 0, bytes: 0}, staging: {bytes: 0}},
		},
		...change,
	};
}

/** A sight of versions at a size. */
export function versionsSight(
	versions: SpokeVersions | undefined,
	[width, rows]: readonly [number, number],
	change: Partial<VersionsSight> = {},
	kind: FakeKind = 'held',
): VersionsSight {
	const state = fakeHub({spokes: 1, kinds: [kind]});
	const row = buildRows(state, fakeNow, undefined)[1]!;
	return {
		...{row, versions, ui: {...noVersions, spoke: row.id}, offset: 0, find: '', now: fakeNow, timeZone: 'UTC'},
		keys: {keep: 'u', accept: 'A', restore: 'b', write: 'w', compare: 'c'},
		...{home: '/home/will', width, rows, style: plainStyle},
		...change,
	};
}
