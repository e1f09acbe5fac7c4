import {clean} from '../../../text/clean.js';
import {countOf, formatBytes} from '../../../text/format.js';
import type {CheckContext, Found} from '../context.js';
import type {LocalChange} from '../syncthing-names.js';
import type {Trace} from '../trace.js';
import {asking, knownOf} from './syncthing-client.js';

/** Changes that are listed. */
const listed = 100;

/** Whether something on the hub changed files of a folder that only receives. Lists them; undoes nothing. */
export async function checkSyncthingLocal(context: CheckContext, trace: Trace): Promise<Found> {
	return asking(context, trace, async (client, ask) => {
		const {id, type} = context.findings['st-folder']!;
		if (type !== 'receiveonly') {
			return {status: 'skip', summary: 'only a folder that receives only tells changes of its own'};
		}

		ask(`GET db/localchanged?folder=${id}`);
		const [files, {receiveOnlyTotalItems = 0}] = await Promise.all([client.localChanged(id), client.folderStatus(id)]);
		const changeCount = Math.max(files.length, receiveOnlyTotalItems);
		if (changeCount === 0) return {status: 'pass', summary: 'nothing was changed on the hub'};
		const changes = files.slice(0, listed).map(
			({name, size = 0, deleted = false, type: kind = ''}): LocalChange => ({
				path: name,
				bytes: size,
				isDeleted: deleted,
				isFolder: kind.endsWith('DIRECTORY'),
			}),
		);
		const rest = changeCount - changes.length;
		return {
			status: 'warn',
			summary: `${countOf(changeCount, 'item')} changed on the hub, where it only receives`,
			cause: 'ST_LOCAL',
			evidence: [...changes.map(lineOf), ...(rest > 0 ? [`… and ${countOf(rest, 'more item')}`] : [])],
			facts: {syncthing: {...knownOf(context), changes, changeCount}},
		};
	});
}

function lineOf({path, bytes, isDeleted, isFolder}: LocalChange): string {
	const what = isDeleted
		? 'deleted here'
		: isFolder
			? 'folder made or changed here'
			: `changed here, ${formatBytes(bytes)}`;
	return clean(`${path}: ${what}`);
}
