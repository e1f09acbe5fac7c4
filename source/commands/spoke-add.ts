import {type EntryValue, previewEdit} from '../sync/config/edit.js';
import {ValueError} from '../sync/config/paths.js';
import type {HubConfig, SpokeConfig} from '../sync/config/types.js';
import {asStep} from '../sync/services/spoke-host.js';
import type {By} from '../sync/services/spoke-key.js';
import {prepareRsync} from '../sync/services/spoke-rsync.js';
import {carryOut, type SpokeSetup} from '../sync/services/spoke-setup.js';
import {type StepContext, StepError, stepText} from '../sync/services/spoke-step.js';
import {clean} from '../text/clean.js';
import {type HubFlags, UsageError} from './open-hub.js';
import {asSetupStep, prepareSyncthing, type SyncthingFlags} from './spoke-add-syncthing.js';
import type {Asker} from './spoke-ask.js';
import {asUsage, edit, editOptions} from './spoke-entry.js';
import {sayNext, stepContext} from './spoke-say.js';
import {type CommandIo, exit} from './types.js';

/** What `spoke add` takes. */
export interface AddFlags extends HubFlags, SyncthingFlags {
	/** Name, and source where the method has one. */
	readonly names: readonly string[];
	readonly method?: string;
	readonly path?: string;
	readonly schedule?: string;
	/** Private key; `~/.ssh/pi-brain-sync` unless told. */
	readonly key?: string;
	readonly rsyncPath?: string;
	readonly acceptHostKey?: string;
	readonly restrict?: string;
	/** No key of its own: sync with the login ssh has. */
	readonly useLogin?: boolean;
	/** Stay until the device has connected. */
	readonly wait?: boolean;
	readonly skipSync?: boolean;
	readonly yes?: boolean;
}

type Entry = {readonly name: string} & Readonly<Record<string, EntryValue>>;

/**
 * `spoke add`: looks at the spoke first, sees to host key and key, or to device and folder, and only then writes
 * config.yaml; a first sync follows. Whatever fails is said with what to do next, and leaves config.yaml as it was.
 */
export async function spokeAdd(io: CommandIo, flags: AddFlags, asker: Asker): Promise<number> {
	const entry = entryOf(flags);
	const planned = await previewEdit(editOptions(io, flags), {type: 'add', entry}).catch((error: unknown) => {
		throw asUsage(error);
	});
	const {config} = planned;
	const spoke = planned.spoke!;
	const context = stepContext(io, config, asker, flags.yes);
	const add = async (reached: Entry) => {
		const {backup} = await edit(io, flags, {type: 'add', entry: reached});
		io.stdout.write(
			`${clean(spoke.name)}: added to ${clean(config.file)}${backup === undefined ? '' : `; the file before: ${clean(backup)}`}\n`,
		);
	};

	let setup: SpokeSetup | undefined;
	try {
		if (spoke.method === 'syncthing') {
			setup = await prepareSyncthing(context, config, spoke, flags);
			if (setup) await carryOut(setup, async () => add(entry), io.signal);
			else await add(entry);
		} else await add(spoke.method === 'rsync' ? await reach(context, config, spoke, entry, flags) : entry);
	} catch (error) {
		setup?.side.client.close();
		const step = asSetupStep(asStep(error, spoke), spoke);
		if (!(step instanceof StepError)) throw step;
		io.stderr.write(stepText(step, config.file));
		return exit.failed;
	} finally {
		setup?.remote?.close();
	}

	if (setup) await sayNext(context, setup, flags.wait ?? false).finally(() => setup!.side.client.close());

	if (flags.skipSync || (spoke.source === undefined && !setup)) {
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

	if (method === 'syncthing') {
		if (source !== undefined) {
			throw new UsageError('a Syncthing spoke has no source; its folder of sessions on the spoke: --spoke-path DIR');
		}

		return {name, sync_method: method, ...(flags.path === undefined ? {} : {path: flags.path})};
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

/** The entry of an rsync spoke as it is to be written. */
async function reach(
	context: StepContext,
	config: HubConfig,
	spoke: SpokeConfig,
	entry: Entry,
	{key, useLogin, acceptHostKey, restrict}: AddFlags,
): Promise<Entry> {
	try {
		return {
			...entry,
			...(await prepareRsync(context, config, spoke, {key, useLogin, acceptHostKey, restrict: restrict as By})),
		};
	} catch (error) {
		if (!(error instanceof ValueError)) throw error;
		throw new UsageError(`--key ${error.message}`, {cause: error});
	}
}
