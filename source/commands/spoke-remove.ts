import {join} from 'node:path';
import {previewEdit} from '../sync/config/edit.js';
import {isFilledByHub} from '../sync/config/filled.js';
import type {HubConfig, SpokeConfig} from '../sync/config/types.js';
import {type Purged, purgeSpoke} from '../sync/jobs/purge.js';
import {LogFile, logLine} from '../sync/log.js';
import type {SpokeFolder} from '../sync/syncthing/setup-leave.js';
import {clean} from '../text/clean.js';
import {countOf, formatBytes} from '../text/format.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, readConfig, UsageError} from './open-hub.js';
import {openStore} from './open-store.js';
import type {Asker} from './spoke-ask.js';
import {asUsage, edit, editOptions} from './spoke-entry.js';
import {type CommandIo, exit} from './types.js';

/** What `spoke remove` takes. */
export interface RemoveFlags extends HubFlags {
	readonly names: readonly string[];
	/** Delete the hub's copy too. */
	readonly purge?: boolean;
	/** The spoke's name once more, where nobody can be asked. */
	readonly confirm?: string;
	/** Take its folder out of Syncthing without asking. */
	readonly yes?: boolean;
	readonly json?: boolean;
}

/** `spoke remove NAME`: out of config.yaml; with `--purge` everything the hub holds of it goes too. */
export async function spokeRemove(io: CommandIo, flags: RemoveFlags, asker: Asker): Promise<number> {
	const [name, ...more] = flags.names;
	if (name === undefined || more.length > 0)
		throw new UsageError('which spoke? pi-brain-tui spoke remove NAME [--purge]');
	const {config} = await readConfig(io, flags);
	const spoke = config.spokes.find(one => one.name === name);
	const leaving = spoke && (await askFolder(io, config, spoke, asker, flags.yes));
	const code = await removeEntry(io, flags, asker, {spoke, name});
	if (!leaving || code !== exit.ok) return code;
	return (await leaveFolder(io, leaving)) ? code : exit.failed;
}

/** The folder of a Syncthing spoke that a person wants taken out of Syncthing. */
async function askFolder(
	io: CommandIo,
	config: HubConfig,
	spoke: SpokeConfig,
	asker: Asker,
	isAgreed: boolean | undefined,
): Promise<SpokeFolder | undefined> {
	if (spoke.method !== 'syncthing') return undefined;
	const {folderOf, isWanted} = await import('./spoke-syncthing.js');
	const found = await folderOf(io, config, spoke);
	if (!found) return undefined;
	const folder = `folder '${clean(found.folder.id)}'`;
	if (await isWanted(asker, isAgreed, `Take ${folder} out of Syncthing too? No file in it is touched.`)) return found;
	io.stderr.write(`${folder} stays in Syncthing and goes on being filled: --yes takes it out\n`);
	return undefined;
}

async function leaveFolder(io: CommandIo, found: SpokeFolder): Promise<boolean> {
	const [{changeFolder}, {removeFolder}] = await Promise.all([
		import('./spoke-syncthing.js'),
		import('../sync/syncthing/setup-leave.js'),
	]);
	const folder = `folder '${clean(found.folder.id)}'`;
	if (!(await changeFolder(io, removeFolder(found), `remove ${folder} in Syncthing`))) return false;
	io.stderr.write(`${folder} is out of Syncthing; its devices stay known there\n`);
	return true;
}

async function removeEntry(
	io: CommandIo,
	flags: RemoveFlags,
	asker: Asker,
	{spoke, name}: {readonly spoke: SpokeConfig | undefined; readonly name: string},
): Promise<number> {
	if (flags.purge) return purge(io, flags, asker, spoke, name);
	const {config} = await readConfig(io, flags);
	const {backup} = await edit(io, flags, {type: 'remove', name});
	if (flags.json) {
		io.stdout.write(
			jsonLine({schema: 1, spoke: name, purged: null, path: spoke?.path ?? null, backup: backup ?? null}),
		);
		return exit.ok;
	}

	io.stdout.write(`${clean(name)}: taken out of ${clean(config.file)}; the file before: ${clean(backup ?? '')}\n`);
	if (spoke)
		io.stdout.write(
			`its sessions stay in ${clean(spoke.path)}, its earlier versions and ledger in ${clean(config.databaseDir)}\n`,
		);
	return exit.ok;
}

async function purge(
	io: CommandIo,
	flags: RemoveFlags,
	asker: Asker,
	spoke: SpokeConfig | undefined,
	name: string,
): Promise<number> {
	const {config} = await readConfig(io, flags);
	if (!spoke) throw new UsageError(`no spoke is called '${name}' in ${config.file}`);
	// Its path may be anybody's: the check that keeps paths apart has refused it.
	if (spoke.invalid !== undefined)
		throw new UsageError(
			`'${name}' is wrong in ${config.file} (${spoke.invalid}); put it right, or remove it without --purge`,
		);
	// The entry goes last: what cannot be taken out must be known before anything is deleted.
	await previewEdit(editOptions(io, flags), {type: 'remove', name}).catch((error: unknown) => {
		throw asUsage(error);
	});
	await confirm(flags, asker, spoke, name);
	const store = await openStore(join(config.databaseDir, 'sync.db'));
	try {
		const purged = await purgeSpoke({
			...{spoke, store, databaseDir: config.databaseDir, runFolder: join(config.folder, 'run')},
			...{by: 'command', signal: io.signal},
			onDeleted: async () => void (await edit(io, flags, {type: 'remove', name})),
		});
		if ('heldBy' in purged) {
			io.stderr.write(
				`'${clean(name)}' is being synced right now; nothing was deleted, try again when that run has ended\n`,
			);
			return exit.locked;
		}

		const what = `${countOf(purged.sessions, 'session')} (${formatBytes(purged.bytes)}) and ${countOf(purged.generations, 'earlier version')} of '${clean(name)}' deleted`;
		const line = {
			at: io.clock.now(),
			level: 'WARN' as const,
			spoke: undefined,
			text: `${what}, as was asked by spoke remove --purge`,
		};
		const log = new LogFile(join(config.folder, 'logs', 'sync.log'));
		log.write(logLine(line));
		await log.flush();
		store.runs.addEvent(line.at, line.level, undefined, line.text);
		if (flags.json) io.stdout.write(jsonLine({schema: 1, spoke: name, purged, path: spoke.path}));
		else io.stdout.write(purgedText(what, purged, spoke));
		return exit.ok;
	} finally {
		store.close();
	}
}

async function confirm(flags: RemoveFlags, asker: Asker, spoke: SpokeConfig, name: string): Promise<void> {
	if (flags.confirm !== undefined) {
		if (flags.confirm !== name)
			throw new UsageError(`--confirm must be the spoke's name, ${name}; nothing was deleted`);
		return;
	}

	if (!asker.isThere)
		throw new UsageError(`--purge deletes what the hub holds of '${name}' for good; say --confirm ${name}`);
	const typed = await asker.ask(
		`This deletes ${isFilledByHub(spoke) ? `${clean(spoke.path)} and ` : ''}every earlier version of these sessions on this machine, for good.\nType the spoke's name to go on: `,
	);
	if (typed !== name) throw new UsageError('that is not its name; nothing was deleted');
}

function purgedText(what: string, {deleted, kept}: Purged, {method}: SpokeConfig): string {
	const why =
		method === 'syncthing'
			? 'Syncthing would delete on the other machines what is deleted there'
			: 'what lies there was not brought by the hub, and may be all there is';
	return [
		what,
		...deleted.map(path => `  ${clean(path)}`),
		...(kept === undefined ? [] : [`${clean(kept)} stays: ${why}`]),
		'nothing on the spoke was touched',
		'',
	].join('\n');
}
