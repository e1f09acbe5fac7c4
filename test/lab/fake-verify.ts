import type {Finding, FindingCount, VerifyProgress, VerifyReport} from '../../source/sync/verify/types.js';
import {fakeNow} from './fake-state.js';

const hour = 3_600_000;
const sha = (digit: string) => digit.repeat(64);

/** One finding of each sort a view treats in its own way. */
export const fakeFindings: readonly Finding[] = [
	{
		...{kind: 'bit-rot', severity: 'damage', offset: 131_072, length: 65_536, line: 204, repair: 'spoke'},
		path: '--home-will-api--/2025-11-20T23-33-50-805Z_0199a3b2-7c1e-7d4a-9c11-d703a1a9.jsonl',
		detail: '1 place of 65,536 bytes is not what was taken',
		hub: {bytes: 974_031, mtimeMs: fakeNow - 460 * hour, lines: 1019, version: 3, sha256: sha('a')},
		ledger: {bytes: 974_031, sha256: sha('b'), since: fakeNow - 400 * hour},
	},
	{
		...{kind: 'missing', severity: 'damage'},
		path: '--home-will-notes--/2026-11-01T09-00-00-000Z_0199b000.jsonl',
		detail: 'its file is not there',
		ledger: {bytes: 1204, sha256: sha('c'), since: undefined},
	},
	{
		...{kind: 'hub-larger', severity: 'look'},
		path: '--home-will-api--/2026-11-02T10-14-00-000Z_0199b111-0000-7000-8000-aaaaaaaaaaaa.jsonl',
		detail: 'the spoke has 146 bytes of 974,031; likely pi before 0.80.3 started it over',
		hub: {bytes: 974_031, mtimeMs: fakeNow - 460 * hour, lines: 1019, version: 1, sha256: sha('d')},
		spoke: {bytes: 146, mtimeMs: fakeNow - 5 * hour, lines: 1, version: 3},
		ledger: {bytes: 974_031, sha256: sha('d'), since: fakeNow - 400 * hour},
	},
	{
		...{kind: 'duplicate-id', severity: 'look', offset: 4096},
		path: '--home-will-web--/2026-11-10T08-00-00-000Z_0199c222.jsonl',
		detail: 'the session of the same id on server goes on differently after 4.1 KB',
		hub: {bytes: 8192, mtimeMs: fakeNow - 30 * hour},
		other: {
			computer: 'server',
			path: '--home-will-web--/2026-11-10T08-00-00-000Z_0199c222.jsonl',
			relation: 'diverged',
		},
	},
	{
		...{kind: 'torn-tail', severity: 'look', line: 88, offset: 40_000, length: 120},
		path: '--home-will-web--/2026-11-12T08-00-00-000Z_0199c333.jsonl',
		detail: 'the last 120 bytes are no whole line',
		hub: {bytes: 40_120, mtimeMs: fakeNow - 20 * hour},
	},
	{
		...{kind: 'newer-on-spoke', severity: 'info'},
		path: '--home-will-web--/2026-11-21T13-58-02-318Z_0199d444.jsonl',
		detail: 'it went on since the last sync',
		hub: {bytes: 12_000, mtimeMs: fakeNow - hour},
		spoke: {bytes: 15_000, mtimeMs: fakeNow - 60_000},
	},
	{
		...{kind: 'newer-on-spoke', severity: 'info'},
		path: '--home-will-web--/2026-11-21T14-01-00-000Z_0199d555.jsonl',
		detail: 'it went on since the last sync',
		hub: {bytes: 900, mtimeMs: fakeNow - hour},
		spoke: {bytes: 1800, mtimeMs: fakeNow - 30_000},
	},
];

/** A report of `laptop`, three hours old unless told, with these findings. */
export function fakeReport(findings: readonly Finding[] = [], change: Partial<VerifyReport> = {}): VerifyReport {
	const isDeep = change.isDeep ?? false;
	const isSound = findings.every(({severity}) => severity !== 'damage');
	return {
		...{spoke: 'laptop', isDeep, startedAt: fakeNow - 3 * hour, tookMs: 9800, result: 'done'},
		...{checked: 1204, bytes: 1_100_000_000, identical: 1196, notCompared: undefined},
		proof: {
			...{sessions: 1204, bytes: 1_100_000_000, generations: 17, generationBytes: 12_000_000, rebuilt: 0, unproved: 0},
			...{isAllHere: isSound, by: isDeep ? 'content' : 'sizes', since: fakeNow - 400 * hour},
		},
		findings,
		counts: countsOf(findings),
		failure: undefined,
		...change,
	};
}

/** A verify in the middle of its reading. */
export const fakeProgress: VerifyProgress = {
	...{phase: 'reading', filesDone: 506, filesTotal: 1204, bytesDone: 462_000_000, bytesTotal: 1_100_000_000},
	leftMs: 40_000,
};

function countsOf(findings: readonly Finding[]): FindingCount[] {
	const groups = Map.groupBy(findings, ({kind, severity}) => `${severity} ${kind}`);
	return [...groups.values()].map(own => ({kind: own[0]!.kind, severity: own[0]!.severity, count: own.length}));
}
