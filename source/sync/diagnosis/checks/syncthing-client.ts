import {type Client, createClient} from '../../syncthing/client.js';
import type {Surroundings} from '../../syncthing/instance.js';
import type {CheckContext, Found} from '../context.js';
import type {SyncthingNames} from '../syncthing-names.js';
import type {Trace} from '../trace.js';

/** Where Syncthings of the hub are looked for. */
export function surroundingsOf({config, env, home}: CheckContext): Surroundings {
	return {settings: config.tui.syncthing, env, home};
}

/** What is known of the Syncthing that is asked, for the texts of fixes. */
export function knownOf({findings}: CheckContext): SyncthingNames {
	const {syncthing, 'st-folder': folder} = findings;
	return {
		...(syncthing && {url: syncthing.instance.url, myId: syncthing.myId}),
		...(syncthing?.instance.home !== undefined && {home: syncthing.instance.home}),
		...(folder && {folder: folder.id}),
	};
}

/**
 * Asks the Syncthing that was found.
 * @returns `skip` where there is none to ask
 * @throws ApiError, or the trace's reason
 */
export async function asking(
	context: CheckContext,
	trace: Trace,
	work: (client: Client, ask: (what: string) => void) => Promise<Found>,
): Promise<Found> {
	const {syncthing} = context.findings;
	if (!syncthing) return {status: 'skip', summary: 'there is no Syncthing to ask: the folder is all that is known'};
	const client = createClient(syncthing.instance, trace.signal);
	try {
		return await work(client, what => trace.onCommand(`${what} (${syncthing.instance.url}/rest)`));
	} finally {
		client.close();
	}
}
