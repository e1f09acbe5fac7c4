import type {Holder} from '../sync/schedule/lease.js';
import type {RepairReport} from '../sync/services/repairing.js';
import {shown} from '../sync/sessions/tree.js';
import type {VerifyReport} from '../sync/verify/types.js';
import {countOf, formatCount} from '../text/format.js';
import type {ResultText} from './results.js';
import {countsOf} from './verify-groups.js';
import {verdictOf} from './verify-result.js';

/**
 * How verifies that a person asked for went: of one what it found, of several how many found what.
 * @param hubName for the hub's own sessions
 */
export function verifiedText(reports: readonly VerifyReport[], hubName: string): ResultText {
	const [only] = reports;
	if (only && reports.length === 1) {
		const {text, role} = verdictOf(only);
		const level = role === 'bad' ? 'error' : role === 'warn' && only.result === 'done' ? 'warn' : 'info';
		return {level, text: `verified ${only.spoke ?? hubName}: ${text}`};
	}

	const counts = reports.map(countsOf);
	const sum = (severity: 'damage' | 'look') => counts.reduce((total, one) => total + one[severity], 0);
	const failed = reports.filter(({result}) => result === 'failed').length;
	const cancelled = reports.filter(({result}) => result === 'cancelled').length;
	const isAllHere = reports.every(({result, proof}) => result === 'done' && proof.isAllHere);
	const parts = [
		...(isAllHere ? ['all here'] : []),
		...(sum('damage') > 0 ? [`${formatCount(sum('damage'))} damaged`] : []),
		...(sum('look') > 0 ? [`${formatCount(sum('look'))} to look at`] : []),
		...(failed > 0 ? [`${formatCount(failed)} could not be done`] : []),
		...(cancelled > 0 ? [`${formatCount(cancelled)} cancelled`] : []),
	];
	const level = sum('damage') > 0 || failed > 0 ? 'error' : sum('look') > 0 ? 'warn' : 'info';
	return {level, text: `verified ${countOf(reports.length, 'folder')}: ${parts.join(', ')}`};
}

/** How a repair went; in a folder that others fill, where the true bytes are. */
export function repairedText(name: string, done: RepairReport | {readonly heldBy: Holder}): ResultText {
	if ('heldBy' in done) {
		return {level: 'warn', text: `${name} is being synced right now; try again after that run`};
	}

	const {repaired, elsewhere, failed} = done;
	const [kept] = elsewhere;
	const [bad] = failed;
	const parts = [
		...(repaired.length > 0 ? [`${countOf(repaired.length, 'session')} repaired`] : []),
		...(kept ? [`nothing is written into a folder that others fill; the true bytes: ${shown(kept.file)}`] : []),
		...(bad ? [`${countOf(failed.length, 'session')} not repaired: ${bad.reason}`] : []),
	];
	return {
		level: bad ? 'error' : kept ? 'warn' : 'info',
		text: `${name}: ${parts.length === 0 ? 'nothing is left to repair' : parts.join('; ')}`,
	};
}
