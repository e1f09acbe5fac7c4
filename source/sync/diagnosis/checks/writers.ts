import {explain} from '../../schedule/foreign.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';

/** Whether something else than this program writes into the spoke's folder, which takes the guard's promises away. */
export async function checkWriters(context: CheckContext, trace: Trace): Promise<Found> {
	const foreign = (await context.writers()).filter(({isSelf}) => !isSelf);
	trace.say(...foreign.flatMap(writer => explain(writer)));
	const [first] = foreign;
	// A manual copy is brought by whoever is found; Syncthing is told by its own checks, and anybody else is one too many.
	if (context.spoke.source === undefined && context.spoke.method !== 'syncthing') {
		const summary = first === undefined ? 'filled by something that was not found' : `filled by ${first.where}`;
		return {status: 'pass', summary};
	}

	if (first === undefined) return {status: 'pass', summary: 'nothing else writes into its folder'};
	const more = foreign.length === 1 ? '' : ` (and ${foreign.length - 1} more)`;
	const deletes = foreign.some(({isDeleting}) => isDeleting) ? ' and deletes there' : '';
	return {
		status: 'warn',
		summary: `${first.where} writes into its folder too${deletes}${more}`,
		cause: 'WRITER_FOREIGN',
		facts: {place: first.where, complaint: first.text},
	};
}
