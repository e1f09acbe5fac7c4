import {clean} from '../../text/clean.js';
import {formatCount} from '../../text/format.js';
import {shown} from '../sessions/tree.js';
import type {Generation} from '../store/ledger-rows.js';

/**
 * Why a kept version is not brought back.
 * @param found bytes that were read of it
 */
export function damagedText({path, file, length}: Generation, found: number): string {
	const what = `the kept version ${clean(file)} of ${clean(shown(path))}`;
	return found === length
		? `${what} is damaged: its bytes are not those the ledger names; it is left as it is`
		: `${what} is damaged: it has ${formatCount(found)} of ${formatCount(length)} bytes; it is left as it is`;
}
