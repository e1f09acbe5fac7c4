import {hintOf} from '../sync/diagnosis/hints.js';
import {clean} from '../text/clean.js';
import {formatAge, formatBytes, formatCount} from '../text/format.js';
import type {TableRow} from './types.js';

/**
 * A row as a person would read it out: no signs, no columns, the name and the state first.
 * @param now milliseconds since the epoch
 */
export function sentenceOf(row: TableRow, now: number): string {
	const {spoke, sessions, bytes} = row;
	const held =
		sessions === undefined
			? undefined
			: `${formatCount(sessions)} ${sessions === 1 ? 'session' : 'sessions'}${bytes === undefined ? '' : `, ${formatBytes(bytes)}`}`;
	if (!spoke) return `${parts([`Hub ${row.name}`, held])}.`;
	const reason = row.reason === undefined ? '' : ` Reason: ${row.reason}.`;
	const hint = row.cause === undefined ? undefined : hintOf(row.cause, spoke.config);
	const advice = hint === undefined ? '' : ` Try: ${clean(hint)}.`;
	const writer = row.isForeign ? ' Another program writes into its folder.' : '';
	const said = parts([
		`${row.name}: ${row.stateText}`,
		row.isConnected ? 'connected' : undefined,
		`last synced ${ago(row.syncedAt, now)}`,
		`newest session ${ago(row.newestAt, now)}`,
		held,
		row.errors ? `${row.errors} ${row.errors === 1 ? 'error' : 'errors'} in 24 hours` : undefined,
	]);
	return `${said}.${reason}${advice}${writer}`;
}

/**
 * What of a row is worth being said again when it changes: its state, not that a minute has passed or that a transfer
 * got on.
 */
export function gistOf({name, word, cause, reason, isForeign}: TableRow): string {
	// Ages in a reason would repeat it every hour.
	return [name, word, cause ?? '', (reason ?? '').replaceAll(/\d+[mhd]\b/g, ''), isForeign].join('\n');
}

function parts(all: ReadonlyArray<string | undefined>): string {
	return all.filter(part => part !== undefined).join(', ');
}

function ago(at: number | undefined, now: number): string {
	const age = formatAge(at, now);
	if (age === 'never' || age === 'in future') return age;
	const words: Readonly<Record<string, string>> = {m: 'minute', h: 'hour', d: 'day'};
	const [, count, unit] = /^<?(\d+)(\w)$/.exec(age) ?? ['', '1', 'm'];
	const less = age.startsWith('<') ? 'less than ' : '';
	return `${less}${count} ${words[unit!]}${count === '1' ? '' : 's'} ago`;
}
