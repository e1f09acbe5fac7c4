import type {Diagnosis} from '../sync/diagnosis/types.js';
import type {HubState, SpokeState} from '../sync/state.js';
import type {VerifyReport, VerifyState} from '../sync/verify/types.js';
import {formatAgo} from '../text/format.js';
import {type Piece, piece} from './pieces.js';
import {verdictOf, wordsOf} from './verify-result.js';

/** Damaged versions that the last verify of a spoke found. */
export function damageOf({verify, facts}: SpokeState): number {
	return verify.report ? damageIn(verify.report) : (facts.lastVerify?.damage ?? 0);
}

/**
 * Whether a verify is what was done last with a row: it runs, or it began after the last diagnosis. One from before the
 * dashboard was opened is told by its age in the detail and takes nobody's place.
 * @param diagnosis of the same row; undefined: none was started
 * @param openedAt milliseconds since the epoch
 */
export function isVerifyNewer(
	{progress, report}: VerifyState,
	diagnosis: Pick<Diagnosis, 'startedAt' | 'isRunning'> | undefined,
	openedAt: number,
): boolean {
	if (diagnosis?.isRunning) return false;
	if (progress) return true;
	return report !== undefined && report.startedAt >= Math.max(openedAt, diagnosis?.startedAt ?? 0);
}

/** Damaged versions that the last verify of the hub's own sessions found. */
export function ownDamage({ownVerify}: HubState): number {
	return ownVerify.report ? damageIn(ownVerify.report) : 0;
}

function damageIn({counts}: VerifyReport): number {
	// The worst come first: almost every report is done with at the first look.
	const isSound = counts[0]?.severity !== 'damage';
	return isSound ? 0 : counts.reduce((sum, {severity, count}) => sum + (severity === 'damage' ? count : 0), 0);
}

/** When a spoke was last verified and what that came to: `3d ago, all here`; undefined: it never was. */
export function lastVerifyPieces(
	{verify: {report}, facts: {lastVerify}}: SpokeState,
	now: number,
): Piece[] | undefined {
	if (report) return reportPieces(report, now);
	if (!lastVerify) return undefined;
	const {at, isDeep, damage, look, isAllHere} = lastVerify;
	return pieces(at, isDeep, wordsOf({damage, look}, isAllHere), now);
}

/** The same of a report. */
export function reportPieces(report: VerifyReport, now: number): Piece[] {
	return pieces(report.startedAt, report.isDeep, verdictOf(report), now);
}

function pieces(at: number, isDeep: boolean, {text, role}: ReturnType<typeof verdictOf>, now: number): Piece[] {
	return [piece(`${formatAgo(at, now)}${isDeep ? ' (deep)' : ''}, `), piece(text, role === 'ok' ? undefined : role)];
}
