import type {Released} from '../sync/jobs/release.js';
import type {Holder} from '../sync/schedule/lease.js';
import {shown} from '../sync/sessions/tree.js';
import type {Accepted, Restored} from '../sync/versions/types.js';
import {clean} from '../text/clean.js';
import {formatBytes} from '../text/format.js';
import {type ResultText, releasedText} from './results.js';

type Locked = {readonly heldBy: Holder};

/** How keeping the hub's copy of single sessions went. */
export function keptText(spoke: string, kept: Pick<Released, 'paths'> | Locked): ResultText {
	return releasedText(spoke, 'heldBy' in kept ? kept : {halt: undefined, paths: kept.paths});
}

/** How taking over what the spoke shows went. */
export function acceptedText(spoke: string, accepted: Accepted | Locked): ResultText {
	if ('heldBy' in accepted) return lockedText(spoke);
	const stays = accepted.replaced === undefined ? '' : '; the one before is an earlier version now';
	return {level: 'info', text: `${spoke}: its version is current now, ${formatBytes(accepted.bytes)}${stays}`};
}

/** How bringing a kept version back went. */
export function restoredText(spoke: string, restored: Restored | Locked): ResultText {
	if ('heldBy' in restored) return lockedText(spoke);
	const {to, generation, replaced, isCurrentAlready, isSetAside} = restored;
	const size = formatBytes(generation.length);
	if (to !== undefined) return {level: 'info', text: `${size} written to ${clean(shown(to), 4096)}`};
	if (isCurrentAlready) return {level: 'info', text: `${spoke}: this version is current already`};
	const stays = replaced === undefined ? '' : '; the one before is an earlier version now';
	const aside = isSetAside ? '; what the spoke shows stays aside until it changes there' : '';
	return {level: 'info', text: `${spoke}: brought back, ${size}${stays}${aside}`};
}

function lockedText(spoke: string): ResultText {
	return {level: 'warn', text: `${spoke} is being synced right now; try again after that run`};
}
