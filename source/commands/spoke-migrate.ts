import {type EntryValue, previewEdit} from '../sync/config/edit.js';
import type {HubConfig, MethodName, SpokeConfig} from '../sync/config/types.js';
import {type Migrated, migrateSpoke} from '../sync/services/spoke-migrate.js';
import {listSpoke} from '../sync/services/spoke-rsync.js';
import type {SpokeSetup} from '../sync/services/spoke-setup.js';
import {type StepContext, StepError, stepText} from '../sync/services/spoke-step.js';
import {findFolder, type SpokeFolder} from '../sync/syncthing/setup-leave.js';
import {clean} from '../text/clean.js';
import {countOf} from '../text/format.js';
import {answered, busy} from './answered.js';
import {openHub, readConfig, UsageError} from './open-hub.js';
import {asSetupStep, prepareSyncthing} from './spoke-add-syncthing.js';
import {type Asker, isYes} from './spoke-ask.js';
import {asUsage, edit, editOptions, type SetFlags, valuesOf} from './spoke-entry.js';
import {sayNext, stepContext} from './spoke-say.js';
import {surroundingsOf} from './spoke-syncthing.js';
import {type CommandIo, exit, worstExit} from './types.js';

/** What `spoke set NAME --method` takes; keys that go with the new method come after the name: `source=…`. */
type MigrateFlags = SetFlags & {readonly method: string};

/** The spoke before and after. */
interface Change {
	readonly config: HubConfig;
	readonly before: SpokeConfig;
	readonly after: SpokeConfig;
	readonly values: Readonly<Record<string, EntryValue | undefined>>;
}

/**
 * `spoke set NAME --method …`: another method fills the same folder from then on. Every session gets a copy of the hub's
 * own before anything else may write there; config.yaml is written last; a sync and a quick verify follow.
 */
export async function spokeMigrate(io: CommandIo, flags: MigrateFlags, asker: Asker): Promise<number> {
	const code = await changeMethod(io, flags, asker);
	return code === exit.ok ? proveMethod(io, flags, asker) : code;
}

/** The change alone: whatever is not status 0 has left config.yaml as it was. */
export async function changeMethod(io: CommandIo, flags: MigrateFlags, asker: Asker): Promise<number> {
	if (flags.json) throw new UsageError('changing the method asks and tells as it goes: leave --json out');
	const change = await changeOf(io, flags);
	const {before, after, config} = change;
	if (before.method === after.method) {
		throw new UsageError(
			`'${before.name}' is a spoke of the method ${after.method} already; without --method its keys can be set`,
		);
	}

	const context = stepContext(io, config, asker, flags.yes);
	let setup: SpokeSetup | undefined;
	try {
		context.say(
			`'${clean(before.name)}': ${before.method} → ${after.method}, in the same folder ${clean(before.path)}`,
		);
		if (after.source) await listSpoke(context, config, after);
		const leaving = before.method === 'syncthing' ? await leave(context, config, before) : undefined;
		if (after.method === 'syncthing') setup = await prepareSyncthing(context, config, after, flags);
		const code = await migrate(io, flags, change, setup, leaving);
		if (code === exit.ok && setup) await sayNext(context, setup, flags.wait ?? false);
		return code;
	} catch (error) {
		const step = asSetupStep(error, before);
		if (!(step instanceof StepError)) throw step;
		io.stderr.write(stepText(step, config.file));
		return exit.failed;
	} finally {
		setup?.side.client.close();
		setup?.remote?.close();
	}
}

/** What follows a change: a sync by the new method, and a quick verify. */
export async function proveMethod(io: CommandIo, {config, names}: MigrateFlags, asker: Asker): Promise<number> {
	const [{syncRun}, {syncVerify}] = await Promise.all([import('./run.js'), import('./verify.js')]);
	const again = {config, names: names.slice(0, 1)};
	return worstExit([await syncRun(io, again), await syncVerify(io, again, asker)]);
}

async function changeOf(io: CommandIo, flags: MigrateFlags): Promise<Change> {
	const [name, ...pairs] = flags.names;
	if (name === undefined) throw new UsageError('which spoke? pi-brain-tui spoke set NAME --method NAME');
	const given = valuesOf(pairs);
	if (Object.hasOwn(given, 'path')) {
		throw new UsageError('another method needs the same folder; set path in a step of its own, before or after');
	}

	const {config} = await readConfig(io, flags);
	const before = config.spokes.find(one => one.name === name);
	if (!before) throw new UsageError(`no spoke is called '${name}' in ${config.file}`);
	const values = {...droppedBy(flags.method as MethodName, before, given), ...given, sync_method: flags.method};
	const planned = await previewEdit(editOptions(io, flags), {type: 'set', name, values}).catch((error: unknown) => {
		throw asUsage(error);
	});
	const after = planned.spoke!;
	if (after.invalid !== undefined) throw new UsageError(`'${name}' would be wrong: ${after.invalid}`);
	if (before.method === 'api' || after.method === 'api') throw new UsageError('the method api is not driven from here');
	return {config: planned.config, before, after, values};
}

/** Keys the new method has no use for, or would take for something else. */
function droppedBy(
	method: MethodName,
	{source}: SpokeConfig,
	given: Readonly<Record<string, EntryValue | undefined>>,
): Record<string, undefined> {
	if (method === 'rsync') return {};
	const isRemote = method === 'manual' && source?.kind === 'ssh' && !Object.hasOwn(given, 'source');
	const hasRuns = method === 'manual' && !isRemote && (source !== undefined || given.source !== undefined);
	return {...(hasRuns ? {} : {schedule: undefined}), ...(isRemote ? {source: undefined} : {})};
}

/**
 * What is to become of the folder Syncthing has for the spoke until now.
 * @throws StepError when it may neither be taken out nor paused: two programs would fill one folder
 */
async function leave(
	context: StepContext,
	config: HubConfig,
	spoke: SpokeConfig,
): Promise<{readonly folder: SpokeFolder; readonly fate: 'remove' | 'pause'} | undefined> {
	const {io, asker, isAgreed, say} = context;
	let found: SpokeFolder | undefined;
	try {
		found = await findFolder(spoke.path, surroundingsOf(io, config), io.signal);
	} catch (error) {
		io.signal.throwIfAborted();
		say(`${(error as Error).message}: when it runs again it fills the same folder`);
		if (isAgreed || (await isYes(asker, 'Change the method all the same?'))) return undefined;
		throw new StepError('nothing was changed', ['start Syncthing, then run the same command again']);
	}

	if (!found) return undefined;
	const folder = `folder '${clean(found.folder.id)}'`;
	if (isAgreed || (await isYes(asker, `Take ${folder} out of Syncthing? No file in it is touched.`))) {
		return {folder: found, fate: 'remove'};
	}

	if (await isYes(asker, `Pause ${folder} in Syncthing instead?`)) return {folder: found, fate: 'pause'};
	throw new StepError(`Syncthing would go on filling ${clean(spoke.path)}`, [
		'let its folder be taken out or paused; --yes takes it out',
	]);
}

async function migrate(
	io: CommandIo,
	flags: MigrateFlags,
	{before, after, values}: Change,
	setup: SpokeSetup | undefined,
	leaving: Awaited<ReturnType<typeof leave>>,
): Promise<number> {
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	const {name} = before;
	try {
		return await answered(io, async () => {
			const {config} = hub.state;
			const done = await migrateSpoke({
				...{spoke: before, after, setup, leaving, store: hub.store, clock: hub.clock, by: hub.by, signal: io.signal},
				...{databaseDir: config.databaseDir, runFolder: `${config.folder}/run`},
				log: (level, text) => hub.log(level, name, text),
				commit: async () => edit(io, flags, {type: 'set', name, values}),
			});
			if ('heldBy' in done) return busy(io, name);
			hub.log('INFO', name, `'${name}' is filled by ${after.method} from now on, before by ${before.method}`);
			const {backup} = done.committed;
			io.stdout.write(
				`${clean(name)}: ${after.method} from now on${backup === undefined ? '' : `; the file before: ${clean(backup)}`}\n`,
			);
			for (const line of noteLines(done, after, leaving)) io.stdout.write(`  ${line}\n`);
			return exit.ok;
		});
	} finally {
		await close();
	}
}

/** What a person should know after a migration. */
function noteLines(
	{sessions, onlyHere, held, stays}: Migrated<unknown>,
	{method}: SpokeConfig,
	leaving: Awaited<ReturnType<typeof leave>>,
): string[] {
	const stay = sessions === 1 ? 'stays where it is, and is' : 'stay where they are, and are';
	const lines = [`${countOf(sessions, 'session')} ${stay} known as before`];
	if (held > 0)
		lines.push(`${countOf(held, 'session')} held: the spoke has other versions; the hub's bytes are kept as versions`);
	if (onlyHere > 0 && method === 'syncthing') {
		lines.push(
			`${countOf(onlyHere, 'session')} only here: Syncthing calls them local additions; never press Revert, it would delete them`,
		);
	}

	if (!leaving) return lines;
	const folder = `folder '${clean(leaving.folder.folder.id)}' of Syncthing`;
	if (stays !== undefined) lines.push(`${folder} is paused but still there (${stays}): remove it in Syncthing`);
	else if (leaving.fate === 'remove')
		lines.push(`${folder} is gone; on the spoke it can be removed too, its files stay`);
	else lines.push(`${folder} is paused: resumed it would fill the same folder`);
	return lines;
}
