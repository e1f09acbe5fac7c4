import {countOf} from '../../../text/format.js';
import {folderWarnings} from '../../syncthing/advice.js';
import {emptyFolder, settingsOf, statusPart} from '../../syncthing/convert.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';
import {asking, knownOf} from './syncthing-client.js';

/** Whether a setting of the folder takes a protection away. */
export async function checkSyncthingSettings(context: CheckContext, trace: Trace): Promise<Found> {
	return asking(context, trace, async (client, ask) => {
		const {id} = context.findings['st-folder']!;
		ask(`GET config/folders, db/status?folder=${id}`);
		const config = (await client.folders()).find(one => one.id === id) ?? context.findings['st-folder']!;
		// What depends on the folder's type goes by what it is now: a fix may have changed it.
		context.findings['st-folder'] = config;
		const {myId} = context.findings.syncthing!;
		const settings = settingsOf(config, myId);
		const folder = {...emptyFolder(settings), ...statusPart(await client.folderStatus(id))};
		const warnings = folderWarnings(folder);
		trace.say(
			`versioning ${settings.versioning || 'none'}, maxConflicts ${settings.maxConflicts ?? 'as Syncthing has it'}, ignoreDelete ${settings.ignoreDelete}, ignorePerms ${settings.ignorePerms}`,
			...warnings.map(({text}) => text),
		);
		// Permissions matter only where the spoke's system is another one, which nobody here can tell.
		const grave = warnings.filter(({id}) => id !== 'keeps-permissions');
		const [first] = grave;
		if (!first) {
			const hint = warnings.length > 0 ? '; permissions are kept, which suits equal systems only' : '';
			return {status: 'pass', summary: `nothing takes a protection away${hint}`};
		}

		const more = grave.length > 1 ? ` (and ${countOf(grave.length - 1, 'more thing')})` : '';
		return {
			status: 'warn',
			summary: `${first.text}${more}`,
			// Without a fix there is nothing to be asked for: it is only said.
			...(warnings.some(({fix}) => fix) ? {cause: 'ST_FOLDER' as const} : {}),
			isBlocking: false,
			facts: {syncthing: {...knownOf(context), trouble: 'settings', warnings}},
		};
	});
}
