import type {VerifyReport} from '../sync/verify/types.js';
import {isoOrNull} from '../text/format.js';

/** A report as `sync verify --json` prints it; `spoke` is null for the hub's own sessions. */
export function verifyJson(report: VerifyReport): object {
	const {spoke, checked, findings, isDeep, startedAt, tookMs, result, bytes, identical, counts, proof, failure} =
		report;
	const {notCompared, unreachable, lastDeepAt} = report;
	return {
		spoke: spoke ?? null,
		checked,
		findings,
		isDeep,
		startedAt: isoOrNull(startedAt),
		tookMs: Math.round(tookMs),
		result,
		bytes,
		identical: identical ?? null,
		notCompared: notCompared ?? null,
		unreachable: unreachable?.cause ?? null,
		counts,
		proof: {...proof, since: isoOrNull(proof.since)},
		lastDeepAt: isoOrNull(lastDeepAt),
		failure: failure ? {cause: failure.cause, message: failure.message} : null,
	};
}
