import {type Client, createClient} from './client.js';
import {findInstance, type Lead, leadsOf, type Surroundings} from './instance.js';
import {folderAt} from './match.js';
import {readSettings} from './snapshot.js';
import type {StFolderSettings} from './types.js';

/** A client that somebody must close. */
export interface Reached {
	readonly client: Client;
	/** Its device id. */
	readonly myId: string;
	/** The spoke's folder; undefined: it has none at that place. */
	readonly folder: StFolderSettings | undefined;
}

/** What one lead led to. */
interface Attempt {
	/** Undefined: there is no Syncthing there. Rejects with why it cannot be asked. */
	readonly reached: Promise<Reached | undefined>;
	/** Ends what is under way, and closes what came of it. */
	readonly give: () => void;
}

/**
 * Finds the Syncthing that has a folder at a place: of several the one that has it, else the first that answers. All are
 * asked at the same time: one that is silent holds up no spoke of another.
 * @param place absolute path of a spoke's folder
 * @returns undefined when there is no Syncthing here
 * @throws SyncError ST_DOWN, ST_KEY or ST_HOST when none answers; the signal's reason
 */
export async function reach(
	place: string,
	surroundings: Surroundings,
	signal: AbortSignal,
): Promise<Reached | undefined> {
	const attempts = leadsOf(surroundings).map(lead => attempt(lead, place, surroundings, signal));
	let chosen: Attempt | undefined;
	try {
		chosen = await Promise.any(
			attempts.map(async one => {
				if ((await one.reached)?.folder) return one;
				throw new Error('another one');
			}),
		).catch(() => undefined);
		signal.throwIfAborted();
		let failure: unknown;
		for (const one of chosen ? [] : attempts) {
			const reached = await one.reached.catch((error: unknown) => {
				failure ??= error;
			});
			if (reached) chosen ??= one;
		}

		if (!chosen && failure !== undefined) throw failure;
		return await chosen?.reached;
	} finally {
		for (const one of attempts) if (one !== chosen) one.give();
	}
}

function attempt(lead: Lead, place: string, surroundings: Surroundings, signal: AbortSignal): Attempt {
	const given = new AbortController();
	let client: Client | undefined;
	const go = async () => {
		const instance = await findInstance(lead, surroundings);
		if (!instance) return undefined;
		client = createClient(instance, AbortSignal.any([signal, given.signal]));
		const {myID: myId} = await client.status();
		const settings = await readSettings(client, myId);
		return {client, myId, folder: await folderAt(settings.values(), place, surroundings.home)};
	};

	const reached = go();
	reached.catch(() => {});
	return {
		reached,
		give() {
			given.abort(new DOMException('another one has it', 'AbortError'));
			client?.close();
		},
	};
}
