import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {countOf} from '../../text/format.js';
import {hubPath} from '../config/paths.js';
import type {HubConfig, SpokeConfig} from '../config/types.js';
import {createMethods} from '../methods/index.js';
import {closeAllMasters} from '../ssh/connection.js';
import {meetHost} from './spoke-host.js';
import {type By, ensureKey, restrictKey} from './spoke-key.js';
import type {StepContext} from './spoke-step.js';

/** How an rsync spoke is to be reached. */
export interface RsyncWish {
	/** Private key, as config.yaml spells it; `~/.ssh/pi-brain-sync` unless told. */
	readonly key?: string;
	/** No key of its own: sync with the login ssh has. */
	readonly useLogin?: boolean;
	readonly acceptHostKey?: string;
	readonly restrict?: By;
}

/**
 * Everything between the wish for an rsync spoke and its entry: host key, a key that can only pull, and the very listing
 * that syncs will make.
 * @param spoke as the entry would be read
 * @returns keys of the entry that come out differently
 * @throws StepError, SyncError, ValueError for a key path that cannot be used, the signal's reason
 */
export async function prepareRsync(
	context: StepContext,
	config: HubConfig,
	spoke: SpokeConfig,
	{key = '~/.ssh/pi-brain-sync', useLogin, acceptHostKey, restrict}: RsyncWish,
): Promise<{readonly source?: string; readonly ssh_key?: string}> {
	if (spoke.source?.kind !== 'ssh') {
		await listSpoke(context, config, spoke);
		return {};
	}

	await meetHost(context, spoke, acceptHostKey);
	if (useLogin) {
		await listSpoke(context, config, spoke);
		return {};
	}

	const keyed = {...spoke, sshKey: hubPath(key, context.io.home)};
	const publicKey = await ensureKey(context, keyed.sshKey);
	await restrictKey(context, keyed, publicKey, restrict);
	const source = restrictedSource(spoke);
	await listSpoke(context, config, {...keyed, source: {...spoke.source, path: './'}, sourceText: source});
	return {source, ssh_key: key};
}

/**
 * Lists a spoke as a sync will, and says how many sessions are there; brings nothing.
 * @throws SyncError, the signal's reason
 */
export async function listSpoke({io, say}: StepContext, config: HubConfig, spoke: SpokeConfig): Promise<void> {
	const folder = await mkdtemp(path.join(tmpdir(), 'pi-brain-add-'));
	try {
		const method = createMethods({...config, folder}, io.env, io.clock)[spoke.method];
		const listing = await method.look(spoke, {
			folders: {staging: path.join(folder, 'staging'), compare: []},
			isDryRun: true,
			isKnown: () => false,
			onProgress() {},
			onCommand() {},
			signal: io.signal,
		});
		const program = spoke.method === 'rsync' ? 'rsync lists' : 'there are';
		say(`${program} ${countOf(listing.files.filter(file => file.isFile).length, 'session')} there`);
	} finally {
		await closeAllMasters(path.join(folder, 'run'), io.env);
		await rm(folder, {recursive: true, force: true});
	}
}

/** The source of a spoke whose key is restricted to one folder: that folder is all there is. */
export function restrictedSource({source, sourceText}: Pick<SpokeConfig, 'source' | 'sourceText'>): string {
	if (source?.kind !== 'ssh') return sourceText ?? '';
	const host = source.host.includes(':') ? `[${source.host}]` : source.host;
	return `${source.user === undefined ? '' : `${source.user}@`}${host}:./`;
}
