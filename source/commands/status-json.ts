import {hubTotal} from '../sync/conflicts/total.js';
import type {MissingFolder} from '../sync/guard/missing.js';
import type {JudgedSpoke} from '../sync/judge.js';
import type {HubState, SpokeState} from '../sync/state.js';
import type {StateWord} from '../sync/status.js';
import {type LastVerify, pendingOf} from '../sync/store/facts.js';
import type {RunRecord} from '../sync/store/runs.js';
import {damagedDatabases} from '../sync/store/set-aside.js';
import {isoOrNull} from '../text/format.js';
import {exit} from './types.js';

/** The exit status a row stands for. */
export function exitOf(state: StateWord): number {
	if (['ok', 'syncing', 'due', 'disabled'].includes(state)) return exit.ok;
	return ['late', 'held', 'asleep', 'never'].includes(state) ? exit.warning : exit.failed;
}

/** The object `sync status --json` prints: the seed's names, and ours. */
export function statusJson(
	state: HubState,
	judged: readonly JudgedSpoke[],
	missing: ReadonlyMap<string, MissingFolder> = new Map(),
): object {
	const {config, totals, pairs} = state;
	return {
		schema: 1,
		hub: {
			name: config.hubName,
			sessionsDir: config.sessionsDir,
			sessionsCount: totals?.sessions ?? 0,
			distinctSessionsCount: hubTotal(state)?.sessions ?? null,
			pairsCount: pairs?.pairs ?? null,
			damagedDatabases: damagedDatabases(config.databaseDir),
		},
		spokes: judged.map(one => {
			const {name} = one.spoke.config;
			return spokeJson(one, missing.get(name), pairs?.bySpoke[name] ?? 0);
		}),
		lastSync: Object.fromEntries(
			judged.flatMap(({spoke}) => {
				const at = isoOrNull(spoke.facts.lastSynced);
				return at === null ? [] : [[spoke.config.name, at]];
			}),
		),
		pendingSessions: judged.reduce((sum, {spoke}) => sum + pendingOf(spoke.facts), 0),
		errors: judged.flatMap(({spoke}) => errorsOf(spoke)),
	};
}

function spokeJson(
	{spoke, verdict, isConnected: connected, nextRun}: JudgedSpoke,
	missing: MissingFolder | undefined,
	pairs: number,
): object {
	const {config, facts, totals, holds, lastRun, recentFailures} = spoke;
	return {
		name: config.name,
		computer: config.name,
		method: config.method,
		enabled: config.enabled,
		state: verdict.state,
		reason: verdict.reason ?? null,
		connected,
		lastSeen: isoOrNull(facts.lastSeen),
		lastSynced: isoOrNull(facts.lastSynced),
		newestSession: isoOrNull(totals?.newestMtimeMs),
		sessionsCount: totals?.sessions ?? 0,
		bytes: totals?.bytes ?? 0,
		errorsCount: recentFailures.length + (config.invalid === undefined ? 0 : 1),
		holdsCount: holds + (facts.hold ? 1 : 0),
		conflictsCount: (totals?.conflictCopies ?? 0) + pairs,
		lastRun: lastRun ? lastRunJson(lastRun) : null,
		lastVerify: facts.lastVerify ? lastVerifyJson(facts.lastVerify) : null,
		schedule: config.schedule ?? null,
		nextRun: isoOrNull(nextRun),
		path: config.path,
		source: config.sourceText ?? null,
		othersCount: totals?.others ?? 0,
		goneCount: spoke.gone,
		missingCount: missing?.sessions ?? 0,
		ledgerRebuiltAt: isoOrNull(facts.rebuiltAt),
		notTakenCount: facts.lastLook?.notTaken ?? 0,
		checkedAt: isoOrNull(facts.checkedAt),
	};
}

function lastRunJson({startedAt, result, files, bytes, by}: RunRecord): object {
	return {at: isoOrNull(startedAt), result, files: files.new + files.extended, bytes, by};
}

function lastVerifyJson({at, isDeep, deepAt, sessions, isAllHere, damage, look}: LastVerify): object {
	return {at: isoOrNull(at), isDeep, lastDeepAt: isoOrNull(deepAt), sessions, isAllHere, damage, look};
}

function errorsOf({config, recentFailures}: SpokeState): object[] {
	const invalid =
		config.invalid === undefined
			? []
			: [{spoke: config.name, at: null, cause: 'CONFIG_INVALID', message: config.invalid, detail: ''}];
	return [
		...invalid,
		...recentFailures.map(({startedAt, cause, message, detail}) => ({
			spoke: config.name,
			at: isoOrNull(startedAt),
			cause: cause ?? 'UNKNOWN',
			message: message ?? '',
			detail: detail ?? '',
		})),
	];
}
