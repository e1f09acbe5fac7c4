import {setTimeout as delay} from 'node:timers/promises';
import {clean} from '../../text/clean.js';
import type {Client} from './client.js';

/** Milliseconds a new folder is given to say what is wrong with it. */
const firstWordMs = 5000;
const lookMs = 200;

/**
 * Waits for the first word of a folder that was just added: one Syncthing may not write, or whose disk is full, says so
 * at once.
 * @returns undefined when it runs, or says nothing
 * @throws the signal's reason
 */
export async function firstError(client: Client, folderId: string, signal: AbortSignal): Promise<string | undefined> {
	const until = performance.now() + firstWordMs;
	for (;;) {
		signal.throwIfAborted();
		const status = await client.folderStatus(folderId).catch(() => undefined);
		const error = status?.error || status?.invalid;
		if (error) return clean(error, 300);
		if (status?.state === 'idle' || performance.now() > until) return undefined;
		await delay(lookMs, undefined, {signal});
	}
}
