import type {Detail, HeldSession, NewSession} from '../../source/sync/detail.js';
import type {SpokeState} from '../../source/sync/state.js';
import type {Generation} from '../../source/sync/store/ledger-rows.js';
import {sessionPath} from './entries.js';
import {fakeNow, fakeRun} from './fake-state.js';
import {randomFrom} from './text.js';

const day = 24 * 3600 * 1000;

/** What the detail view of a spoke would read, in keeping with its state; undefined: the hub's own sessions. */
export function fakeDetail(spoke: SpokeState | undefined, now = fakeNow, change: Partial<Detail> = {}): Detail {
	const name = spoke?.config.name;
	const hasRuns = spoke?.lastRun !== undefined;
	const held = Array.from({length: spoke?.holds ?? 0}, (_, index) => fakeHeld(index, now));
	const generations = Array.from({length: Math.min(20, held.length * 2)}, (_, index) => fakeGeneration(index, now));
	return {
		name,
		readAt: now,
		newest: Array.from({length: Math.min(10, spoke?.totals?.sessions ?? 10)}, (_, index) => fakeSession(index, now)),
		projects: spoke && !spoke.totals ? undefined : 41,
		growing: spoke && !spoke.totals ? undefined : 2,
		held,
		generations,
		generationsTotal: generations.length,
		runs: hasRuns
			? [
					...spoke.recentFailures.slice(0, 6),
					...Array.from({length: 14}, (_, index) => fakeRun(spoke.config.name, now - (index + 1) * 900_000)),
				]
			: [],
		lastFailure: hasRuns
			? (spoke.recentFailures[0] ??
				fakeRun(spoke.config.name, now - 4 * day, {
					result: 'failed',
					cause: 'HOSTKEY_CHANGED',
					message: 'Host key verification failed',
				}))
			: undefined,
		disk: {free: 77_000_000_000, total: 512_000_000_000},
		...change,
	};
}

function fakeSession(index: number, now: number): NewSession {
	const startedAt = now - (index + 1) * 3_600_000;
	const cwd = `/home/will/${['api', 'site', 'notes', 'infra'][index % 4]}`;
	const id = `0199a3b2-7c1e-7d4a-9b5f-${randomFrom(index + 1).hex(12)}`;
	return {
		path: sessionPath(cwd, startedAt, id),
		mtimeMs: startedAt + 1_200_000,
		bytes: 84_000 + index * 31_000,
		cwd: index === 7 ? undefined : cwd,
		startedAt,
	};
}

function fakeHeld(index: number, now: number): HeldSession {
	const {path, startedAt} = fakeSession(index, now - 9 * day);
	const kind = (['shrunk', 'rewritten', 'gone'] as const)[index % 3]!;
	return {
		path,
		kind,
		size: kind === 'gone' ? 0 : 146,
		mtimeMs: now - 5 * 3_600_000,
		sha256: kind === 'gone' ? '' : randomFrom(index + 100).hex(64),
		firstAt: now - 5 * 3_600_000,
		lastAt: now - 900_000,
		isConfirmed: true,
		isReleased: false,
		hubSize: 974_031,
		hubMtimeMs: startedAt,
	};
}

function fakeGeneration(index: number, now: number): Generation {
	const {path} = fakeSession(index, now - 9 * day);
	return {
		path,
		file: `/home/will/.pi-brain/data/generations/laptop/${index}.jsonl`,
		length: 974_031,
		sha256: randomFrom(index + 200).hex(64),
		at: now - (index + 1) * 3_600_000,
		why: index % 2 === 0 ? 'rewritten' : 'spoke-version',
	};
}
