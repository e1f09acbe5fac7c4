import {join} from 'node:path';
import {clean} from '../../../text/clean.js';
import {countOf, formatBytes} from '../../../text/format.js';
import {walk} from '../../sessions/tree.js';
import {statusPart} from '../../syncthing/convert.js';
import type {CheckContext, Found} from '../context.js';
import type {SyncthingNames} from '../syncthing-names.js';
import type {Trace} from '../trace.js';
import {isThere} from './folder.js';
import {asking, knownOf} from './syncthing-client.js';

/** Whether Syncthing runs the folder, with its path and marker in place, and can bring every item of it. */
export async function checkSyncthingState(context: CheckContext, trace: Trace): Promise<Found> {
	return asking(context, trace, async (client, ask) => {
		const {id} = context.findings['st-folder']!;
		ask(`GET db/status?folder=${id}`);
		const [status, errors] = await Promise.all([client.folderStatus(id), client.folderErrors(id)]);
		const {state = '', error, watchError, errorCount = 0, needItems = 0, needBytes = 0} = statusPart(status);
		trace.say(
			`state ${state}, ${needItems} items and ${needBytes} bytes to come`,
			...errors.map(({path, error: why}) => `${path}: ${why}`),
			...(watchError === undefined ? [] : [`changes here are noticed late: ${watchError}`]),
		);
		const gone = await goneOf(context);
		if (gone ?? error ?? (state === 'error' ? 'stopped' : undefined)) return stopped(context, error, gone);
		const count = Math.max(errorCount, errors.length);
		if (count > 0) {
			const [first] = errors;
			const why = first?.error ? clean(first.error, 300) : undefined;
			return {
				...{status: 'fail', cause: 'ST_FOLDER'},
				summary: `${countOf(count, 'item')} cannot be brought${why === undefined ? '' : `: ${why}`}`,
				facts: {syncthing: {...knownOf(context), trouble: 'items', ...(why === undefined ? {} : {error: why})}},
			};
		}

		const behind =
			needItems + needBytes === 0
				? 'all that was announced is here'
				: `${countOf(needItems, 'item')}, ${formatBytes(needBytes)} to come`;
		return {status: 'pass', summary: `${clean(state || 'starting', 32)}; ${behind}`};
	});
}

/** What the disk shows, which Syncthing may notice only at its next scan. */
async function goneOf(
	context: Pick<CheckContext, 'spoke' | 'findings'>,
): Promise<'path-missing' | 'marker-missing' | undefined> {
	const {spoke, findings} = context;
	const marker = findings['st-folder']!.markerName || '.stfolder';
	if (!(await isThere(spoke.path))) return 'path-missing';
	return (await isThere(join(spoke.path, marker))) ? undefined : 'marker-missing';
}

async function stopped(
	context: CheckContext,
	error: string | undefined,
	gone: 'path-missing' | 'marker-missing' | undefined,
): Promise<Found> {
	const {spoke, findings} = context;
	const marker = findings['st-folder']!.markerName || '.stfolder';
	const said = error === undefined ? '' : `: ${error}`;
	const base = {...knownOf(context), ...(error === undefined ? {} : {error})};
	const fail = (summary: string, syncthing: SyncthingNames): Found => ({
		...{status: 'fail', cause: 'ST_FOLDER', summary},
		facts: {syncthing: {...base, ...syncthing}, path: spoke.path},
	});
	if (gone === 'path-missing') return fail(`${spoke.path} is missing${said}`, {trouble: gone});
	if (gone === 'marker-missing') {
		const files = (await walk(spoke.path).catch(() => new Map())).size;
		const what = files === 0 ? 'and no session is there' : `though ${countOf(files, 'session')} are there`;
		return fail(`${clean(marker)} is missing in the folder, ${what}${said}`, {trouble: gone, marker, files});
	}

	return fail(`Syncthing has stopped the folder${said}`, {trouble: 'stopped'});
}
