import {join} from 'node:path';
import {remotePath} from '../sync/config/source.js';
import type {SpokeConfig} from '../sync/config/types.js';
import {restrictedSource} from '../sync/services/spoke-rsync.js';
import {childEnvironment} from '../sync/ssh/environment.js';
import {authorizedLine, piSessionRoot, publicKeyOf, type Restriction} from '../sync/ssh/restricted.js';
import {wrapperPath, wrapperScript} from '../sync/ssh/wrapper.js';
import {clean} from '../text/clean.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, readConfig, UsageError} from './open-hub.js';
import {type CommandIo, exit} from './types.js';

/** What `spoke show` and `spoke key` take. */
export interface ShowFlags extends HubFlags {
	readonly names: readonly string[];
	readonly json?: boolean;
	/** The line for our own script instead of rrsync, and the script. */
	readonly wrapper?: boolean;
	/** The folder on the spoke, where the source no longer says it. */
	readonly root?: string;
}

/** `spoke show NAME`: the entry as it is understood, defaults filled in, and what Syncthing has for it. */
export async function spokeShow(io: CommandIo, flags: ShowFlags): Promise<number> {
	const {config} = await readConfig(io, flags);
	const spoke = pick(flags, config.spokes, config.file, 'show');
	const shown = {
		name: spoke.name,
		method: spoke.method,
		enabled: spoke.enabled,
		source: spoke.sourceText ?? null,
		path: spoke.path,
		schedule: spoke.schedule ?? null,
		port: spoke.port ?? null,
		sshKey: spoke.sshKey ?? null,
		sshConfig: spoke.sshConfig ?? null,
		knownHosts: spoke.knownHosts ?? null,
		rsyncPath: spoke.rsyncPath ?? null,
		staleAfterSeconds: spoke.staleAfterMs / 1000,
		invalid: spoke.invalid ?? null,
		file: config.file,
		line: spoke.line ?? null,
	};
	const isAsked = spoke.method === 'syncthing' && spoke.invalid === undefined;
	const asking = isAsked ? await import('./spoke-syncthing.js') : undefined;
	const syncthing = (await asking?.showSyncthing(io, config, spoke)) ?? null;
	if (flags.json) io.stdout.write(jsonLine({schema: 1, spoke: {...shown, syncthing}}));
	else {
		for (const [key, value] of [...Object.entries(shown), ...(syncthing ? asking!.syncthingLines(syncthing) : [])]) {
			if (value !== null) io.stdout.write(`${key.padEnd(18)}${clean(String(value))}\n`);
		}
	}

	return spoke.invalid === undefined ? exit.ok : exit.failed;
}

/** `spoke key NAME`: the line of authorized_keys that lets this hub's key pull the sessions and do nothing else. */
export async function spokeKey(io: CommandIo, flags: ShowFlags): Promise<number> {
	// The script is the same for every spoke, also for one that is still to be added.
	if (flags.wrapper && flags.names.length === 0) {
		io.stdout.write(
			flags.json ? jsonLine({schema: 1, wrapper: {path: wrapperPath, script: wrapperScript}}) : wrapperScript,
		);
		return exit.ok;
	}

	const {config} = await readConfig(io, flags);
	const spoke = pick(flags, config.spokes, config.file, 'key');
	if (spoke.source?.kind !== 'ssh') throw new UsageError(`'${spoke.name}' is not reached over ssh; it needs no key`);
	const key = spoke.sshKey ?? join(io.home, '.ssh', 'pi-brain-sync');
	const publicKey = await publicKeyOf(key, {signal: io.signal, env: childEnvironment(io.env)});
	if (publicKey === undefined) {
		throw new UsageError(`there is no key ${key} that can be read; make one: ssh-keygen -t ed25519 -N '' -f ${key}`);
	}

	const restriction = restrictionOf(spoke, flags);
	const line = authorizedLine(restriction, publicKey);
	if (flags.json) {
		const wrapper = flags.wrapper ? {path: wrapperPath, script: wrapperScript} : null;
		io.stdout.write(jsonLine({schema: 1, spoke: spoke.name, key, line, wrapper}));
		return exit.ok;
	}

	if (flags.wrapper) io.stdout.write(wrapperScript);
	// Alone on stdout, so that it can be appended as it comes.
	else io.stdout.write(`${clean(line, 8192)}\n`);
	const text = flags.wrapper
		? [
				`save this as ${wrapperPath} on the spoke, chmod 700 it, and add to ~/.ssh/authorized_keys there:`,
				clean(line, 8192),
			]
		: ['add this line to ~/.ssh/authorized_keys on the spoke; where there is no rrsync: spoke key --wrapper'];
	if (spoke.source.path !== './')
		text.push(`then: pi-brain-tui spoke set ${spoke.name} source=${restrictedSource(spoke)} ssh_key=${key}`);
	io.stderr.write(`${text.join('\n')}\n`);
	return exit.ok;
}

function restrictionOf({source, rsyncPath}: SpokeConfig, {wrapper, root}: ShowFlags): Restriction {
	const own = source?.kind === 'ssh' && source.path !== './' ? source.path : piSessionRoot;
	const folder = root === undefined ? own : checkedRoot(root);
	return wrapper ? {by: 'wrapper', root: folder, rsync: rsyncPath} : {by: 'rrsync', root: folder};
}

function checkedRoot(root: string): string {
	try {
		return remotePath(root);
	} catch (error) {
		throw new UsageError(`--root ${(error as Error).message}`, {cause: error});
	}
}

function pick({names}: ShowFlags, spokes: readonly SpokeConfig[], file: string, verb: string): SpokeConfig {
	const [name, ...more] = names;
	if (name === undefined || more.length > 0) throw new UsageError(`which spoke? pi-brain-tui spoke ${verb} NAME`);
	const spoke = spokes.find(one => one.name === name);
	if (!spoke) throw new UsageError(`no spoke is called '${name}' in ${file}`);
	return spoke;
}
