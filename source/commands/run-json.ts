import type {RunRecord} from '../sync/store/runs.js';
import {isoOrNull} from '../text/format.js';

/** A run as `sync run --json` and `sync log --json` print it. */
export function runRecordJson(run: RunRecord): object {
	const {spoke, result, startedAt, tookMs, files, bytes, sent, received, cause, message} = run;
	return {
		spoke,
		result,
		startedAt: isoOrNull(startedAt),
		tookMs: Math.round(tookMs),
		files,
		bytes,
		sent,
		received,
		cause: cause ?? null,
		message: message ?? null,
	};
}
