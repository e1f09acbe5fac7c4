import {clean} from '../../../text/clean.js';
import {countOf, formatBytes} from '../../../text/format.js';
import {lookOverFolder} from '../../verify/compare-folder.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';

/** Copies that are listed. */
const listed = 50;

/** Whether Syncthing has put conflict copies into the folder: two sides wrote the same session. */
export async function checkSyncthingConflicts({spoke}: CheckContext, trace: Trace): Promise<Found> {
	const {odd} = await lookOverFolder(spoke.path, trace.signal);
	const copies = odd.filter(({kind}) => kind === 'conflict-copy');
	if (copies.length === 0) return {status: 'pass', summary: 'no conflict copies'};
	const lines = copies.slice(0, listed).map(({path, stat}) => clean(`${path}  ${formatBytes(stat.size)}`));
	const advice = `pi-brain-tui sync verify ${spoke.name} tells how each differs from its session`;
	return {
		status: 'warn',
		summary: `${countOf(copies.length, 'conflict copy', 'conflict copies')} beside sessions: kept, to be looked at`,
		evidence: [...lines, advice],
	};
}
