import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {type EntryValue, previewEdit} from '../sync/config/edit.js';
import {hubPath, ValueError} from '../sync/config/paths.js';
import type {HubConfig, SpokeConfig} from '../sync/config/types.js';
import {createMethods} from '../sync/methods/index.js';
import {clean} from '../text/clean.js';
import {countOf} from '../text/format.js';
import {type HubFlags, UsageError} from './open-hub.js';
import {asStep, meetHost} from './spoke-add-host.js';
import {type By, ensureKey, restrictKey} from './spoke-add-key.js';
import {type AddContext, StepError, stepText} from './spoke-add-step.js';
import type {Asker} from './spoke-ask.js';
import {asUsage, edit, editOptions} from './spoke-edit.js';
import {restrictedSource} from './spoke-show.js';
import {type CommandIo, exit} from './types.js';

/** What `spoke add` takes. */
export interface AddFlags extends HubFlags {
	/** Name, and source where the method has one. */
	readonly names: readonly string[];
	readonly method?: string;
	readonly path?: string;
	readonly schedule?: string;
	readonly port?: string;
	/** Private key; `~/.ssh/pi-brain-sync` unless told. */
	readonly key?: string;
	readonly rsyncPath?: string;
	readonly sshConfig?: string;
	readonly knownHosts?: string;
	readonly acceptHostKey?: string;
	readonly restrict?: string;
	/** No key of its own: sync with the login ssh has. */
	readonly useLogin?: boolean;
	readonly skipSync?: boolean;
	readonly yes?: boolean;
}

type Entry = {readonly name: string} & Readonly<Record<string, EntryValue>>;

/**
 * `spoke add`: looks at the spoke first, sees to host key and key, and only then writes config.yaml; a first sync
 * follows. Whatever fails is said with what to do next, and leaves config.yaml as it was.
 */
export async function spokeAdd(io: CommandIo, flags: AddFlags, asker: Asker): Promise<number> {
	const entry = entryOf(flags);
	const planned = await previewEdit(editOptions(io, flags), {type: 'add', entry}).catch((error: unknown) => {
		throw asUsage(error);
	});
	const {config} = planned;
	const spoke = planned.spoke!;
	const context: AddContext = {
		...{io, asker, isAgreed: flags.yes ?? false, settings: config.tui.ssh},
		say: line => io.stderr.write(`${clean(line, 8192)}\n`),
	};
	try {
		const reached = spoke.method === 'rsync' ? await reach(context, config, spoke, entry, flags) : entry;
		const {backup} = await edit(io, flags, {type: 'add', entry: reached});
		io.stdout.write(
			`${clean(spoke.name)}: added to ${clean(config.file)}${backup === undefined ? '' : `; the file before: ${clean(backup)}`}\n`,
		);
	} catch (error) {
		const step = asStep(error, spoke);
		if (!(step instanceof StepError)) throw step;
		io.stderr.write(stepText(step, config.file));
		return exit.failed;
	}

	if (flags.skipSync || spoke.source === undefined) {
		if (spoke.source === undefined) io.stdout.write(`its sessions are looked for in ${clean(spoke.path)}\n`);
		return exit.ok;
	}

	const {syncRun} = await import('./run.js');
	return syncRun(io, {config: flags.config, names: [spoke.name]});
}

function entryOf(flags: AddFlags): Entry {
	const [name, source, ...more] = flags.names;
	const {method = 'rsync'} = flags;
	if (name === undefined || more.length > 0 || (method === 'rsync' && source === undefined)) {
		throw new UsageError(
			'pi-brain-tui spoke add NAME SOURCE, for example: spoke add laptop will@laptop.local:~/.pi/agent/sessions',
		);
	}

	if (flags.restrict !== undefined && flags.restrict !== 'rrsync' && flags.restrict !== 'wrapper') {
		throw new UsageError(`--restrict is rrsync or wrapper, not ${flags.restrict}`);
	}

	const {port} = flags;
	const values: Record<string, EntryValue | undefined> = {
		sync_method: method,
		source,
		path: flags.path,
		// What is no number stays text, for the file's own check to name.
		port: port !== undefined && /^\d{1,9}$/.test(port) ? Number(port) : port,
		ssh_key: flags.key,
		rsync_path: flags.rsyncPath,
		ssh_config: flags.sshConfig,
		known_hosts: flags.knownHosts,
		schedule: flags.schedule,
	};
	return {name, ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))} as Entry;
}

/**
 * Everything between the wish and the entry.
 * @returns the entry as it is to be written
 */
async function reach(
	context: AddContext,
	config: HubConfig,
	spoke: SpokeConfig,
	entry: Entry,
	flags: AddFlags,
): Promise<Entry> {
	if (spoke.source?.kind !== 'ssh') {
		await list(context, config, spoke);
		return entry;
	}

	await meetHost(context, spoke, flags.acceptHostKey);
	if (flags.useLogin) {
		await list(context, config, spoke);
		return entry;
	}

	const key = flags.key ?? '~/.ssh/pi-brain-sync';
	const keyed = {...spoke, sshKey: absolute(key, context.io.home)};
	const publicKey = await ensureKey(context, keyed.sshKey);
	await restrictKey(context, keyed, publicKey, flags.restrict as By);
	const source = restrictedSource(spoke);
	await list(context, config, {...keyed, source: {...spoke.source, path: './'}, sourceText: source});
	return {...entry, source, ssh_key: key};
}

function absolute(file: string, home: string): string {
	try {
		return hubPath(file, home);
	} catch (error) {
		if (!(error instanceof ValueError)) throw error;
		throw new UsageError(`--key ${error.message}`, {cause: error});
	}
}

/** The very listing that syncs will make, so that what works here works there. */
async function list({io, say}: AddContext, config: HubConfig, spoke: SpokeConfig): Promise<void> {
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
		say(`rsync lists ${countOf(listing.files.filter(file => file.isFile).length, 'session')} there`);
	} finally {
		const {closeAllMasters} = await import('../sync/ssh/connection.js');
		await closeAllMasters(path.join(folder, 'run'), io.env);
		await rm(folder, {recursive: true, force: true});
	}
}
