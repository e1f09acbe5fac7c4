import {clean} from '../text/clean.js';
import {countOf, formatBytes, formatCount} from '../text/format.js';
import type {DetailSight} from './detail-sight.js';
import {type Line, piece} from './pieces.js';
import {field} from './text-layout.js';
import {absoluteTime} from './times.js';
import {lastVerifyPieces, reportPieces} from './verify-known.js';
import {verifyPercent} from './verify-result.js';

/** When its sessions were last looked at against the ledger, what that came to, and how far the one is that runs. */
export function verifyLines({row, state, now, timeZone, width, style}: DetailSight): Line[] {
	const {spoke} = row;
	const {progress, isDeep, report} = spoke ? spoke.verify : state.ownVerify;
	const groups: Line[][] = [];
	if (progress) {
		const percent = verifyPercent(progress);
		const how = percent === undefined ? `${formatCount(progress.filesDone)} files` : `${percent}%`;
		groups.push([[piece(`${isDeep ? 'a deep verify' : 'a verify'} runs: ${how}`, 'busy')]]);
	}

	if (spoke) groups.push([lastVerifyPieces(spoke, now) ?? [piece('never', 'faint')]]);
	else if (report) groups.push([reportPieces(report, now)]);
	if (report?.result === 'done') {
		const {sessions, bytes, generations, generationBytes, since} = report.proof;
		const kept = generations > 0 ? ` and ${countOf(generations, 'earlier version')}` : '';
		groups.push([
			[piece(`${countOf(sessions, 'session')}${kept}, ${formatBytes(bytes + generationBytes)} ever acknowledged`)],
			...(since === undefined ? [] : [[piece(`proved since ${absoluteTime(since, now, timeZone)}`, 'faint')]]),
			...(report.notCompared === undefined
				? []
				: [[piece(`the spoke was not compared: ${clean(report.notCompared)}`, 'faint')]]),
		]);
	}

	return groups.length === 0 ? [] : field('Verified', groups, width, style);
}
