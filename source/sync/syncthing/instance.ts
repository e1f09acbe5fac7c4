import {X509Certificate} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {clean} from '../../text/clean.js';
import {SyncError} from '../causes.js';
import type {SyncthingSettings} from '../config/types.js';
import {readGui} from './config-xml.js';

/** Where a Syncthing's API is and what opens it. */
export interface Instance {
	/** `http://127.0.0.1:8384`, without a slash at the end; names the instance for people. */
	readonly url: string;
	/** Never shown, never logged, never part of an error. */
	readonly apiKey: string;
	/** SHA-256 of the only certificate that is accepted, 64 upper-case hexadecimal digits; undefined: one the system trusts. */
	readonly fingerprint: string | undefined;
	/** Folder of its config.xml; undefined where only the URL is known. */
	readonly home: string | undefined;
}

/** Where instances are looked for. */
export interface Surroundings {
	/** `tui.syncthing`; empty: the usual places. */
	readonly settings: readonly SyncthingSettings[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Absolute path of the user's home. */
	readonly home: string;
}

/** One that is configured, or the usual places. */
export type Lead = SyncthingSettings | undefined;

/** What may lead to an instance: the entries of `tui.syncthing`, or `undefined` for the usual places. */
export function leadsOf({settings}: Pick<Surroundings, 'settings'>): readonly Lead[] {
	return settings.length > 0 ? settings : [undefined];
}

/** How a lead is called before it is known what it leads to. */
export function nameOf(lead: Lead): string {
	return lead?.url ?? lead?.home ?? 'Syncthing';
}

/**
 * Finds the instance a lead stands for; read anew each time, because keys and certificates change.
 * @returns undefined when nothing is configured and no usual place has a config.xml: there is no Syncthing here
 * @throws SyncError ST_DOWN or ST_KEY when what is configured cannot be used, saying why
 */
export async function findInstance(lead: Lead, {env, home}: Surroundings): Promise<Instance | undefined> {
	const places = lead?.home === undefined ? (lead?.url === undefined ? usualHomes(env, home) : []) : [lead.home];
	let found: {readonly folder: string; readonly gui: ReturnType<typeof readGui>} | undefined;
	for (const folder of places) {
		const text = await readFile(join(folder, 'config.xml'), 'utf8').catch((error: NodeJS.ErrnoException) => {
			if (lead === undefined && error.code === 'ENOENT') return undefined;
			throw unreadable(`${folder}/config.xml`, error);
		});
		if (text === undefined) continue;
		found = {folder, gui: readGui(text)};
		break;
	}

	if (lead === undefined && found === undefined) return undefined;
	const url = lead?.url ?? (found?.gui && urlOf(found.gui));
	if (url === undefined) {
		const why = found
			? `${clean(found.folder)}/config.xml names no address of its API`
			: 'tui.syncthing needs a url or a home';
		throw new SyncError({cause: 'ST_DOWN', message: why, detail: ''});
	}

	const apiKey = await keyOf(lead, found?.gui?.apiKey);
	const fingerprint = url.startsWith('https:')
		? (lead?.fingerprint ?? (await ownFingerprint(found?.folder)))
		: undefined;
	return {url, apiKey, fingerprint, home: found?.folder};
}

async function keyOf(lead: Lead, own: string | undefined): Promise<string> {
	if (lead?.apiKey !== undefined) return lead.apiKey;
	if (lead?.apiKeyFile !== undefined) {
		const text = await readFile(lead.apiKeyFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
			throw unreadable(lead.apiKeyFile!, error, 'ST_KEY');
		});
		const key = text.trim();
		if (/^[\x21-\x7e]{1,256}$/.test(key)) return key;
		const message = `${clean(lead.apiKeyFile)} must hold the API key and nothing else`;
		throw new SyncError({cause: 'ST_KEY', message, detail: ''});
	}

	if (own !== undefined) return own;
	const message =
		'no API key is known for it: tui.syncthing takes api_key, api_key_file, or the home of its config.xml';
	throw new SyncError({cause: 'ST_KEY', message, detail: ''});
}

function unreadable(
	file: string,
	{code, message}: NodeJS.ErrnoException,
	cause: 'ST_DOWN' | 'ST_KEY' = 'ST_DOWN',
): SyncError {
	const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? clean(message)})`;
	return new SyncError({cause, message: `${clean(file)} ${why}`, detail: ''});
}

/** The folders Syncthing itself looks in, for Linux, macOS and both generations of it. */
function usualHomes(env: Surroundings['env'], home: string): string[] {
	const state = env.XDG_STATE_HOME || join(home, '.local/state');
	const config = env.XDG_CONFIG_HOME || join(home, '.config');
	const named = [env.STCONFDIR, env.STHOMEDIR].filter(folder => folder !== undefined && folder !== '') as string[];
	return [
		...named,
		join(state, 'syncthing'),
		join(config, 'syncthing'),
		join(home, 'Library/Application Support/Syncthing'),
	];
}

function urlOf({address, isTls}: {readonly address: string; readonly isTls: boolean}): string | undefined {
	const bare = address.replace(/^https?:\/\//, '');
	const found = /^(.*):(\d+)$/.exec(bare);
	if (!found) return undefined;
	const [, host, port] = found as unknown as [string, string, string];
	// It listens everywhere: asked for by that name it would be nowhere.
	const reached = ['', '0.0.0.0', '[::]', '::'].includes(host) ? '127.0.0.1' : host;
	return `${isTls || address.startsWith('https:') ? 'https' : 'http'}://${reached}:${port}`;
}

async function ownFingerprint(folder: string | undefined): Promise<string | undefined> {
	if (folder === undefined) return undefined;
	try {
		const pem = await readFile(join(folder, 'https-cert.pem'));
		return new X509Certificate(pem).fingerprint256.replaceAll(':', '');
	} catch {
		// Not written yet, or not ours to read: then it must be one the system trusts.
		return undefined;
	}
}
