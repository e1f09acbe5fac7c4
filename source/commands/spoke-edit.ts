import type {Edited} from '../sync/config/edit.js';
import {formatProblem} from '../sync/config/problems.js';
import {clean} from '../text/clean.js';
import {jsonLine} from '../text/json.js';
import {UsageError} from './open-hub.js';
import {type Asker, nobody} from './spoke-ask.js';
import {edit, type SetFlags, type SwitchFlags, valuesOf} from './spoke-entry.js';
import {type CommandIo, exit} from './types.js';

/** `spoke set NAME key=value…`: `key=` takes the key away, so that its default holds again; `--method` migrates. */
export async function spokeSet(io: CommandIo, flags: SetFlags, asker: Asker = nobody): Promise<number> {
	const {method} = flags;
	if (method !== undefined) return (await import('./spoke-migrate.js')).spokeMigrate(io, {...flags, method}, asker);
	const [name, ...pairs] = flags.names;
	if (name === undefined || pairs.length === 0) {
		throw new UsageError('what is to be set? pi-brain-tui spoke set NAME key=value…, for example port=2222');
	}

	const values = valuesOf(pairs);
	if (Object.hasOwn(values, 'sync_method')) {
		throw new UsageError(
			`another method takes more than its name in the file: pi-brain-tui spoke set ${name} --method NAME`,
		);
	}

	return report(io, flags, await edit(io, flags, {type: 'set', name, values}));
}

/** `spoke enable NAME`, `spoke disable NAME`; the Syncthing folder is resumed or paused after a question. */
export async function spokeSwitch(
	io: CommandIo,
	flags: SwitchFlags,
	isEnabled: boolean,
	asker: Asker = nobody,
): Promise<number> {
	const [name, ...more] = flags.names;
	if (name === undefined || more.length > 0) {
		throw new UsageError(`which spoke? pi-brain-tui spoke ${isEnabled ? 'enable' : 'disable'} NAME`);
	}

	const edited = await edit(io, flags, {type: 'set', name, values: {enabled: isEnabled}});
	const code = report(io, flags, edited);
	const {config, spoke} = edited;
	if (spoke?.method !== 'syncthing') return code;
	const {changeFolder, folderOf, isWanted} = await import('./spoke-syncthing.js');
	const found = await folderOf(io, config, spoke);
	if (!found || found.folder.isPaused === !isEnabled) return code;
	const folder = `folder '${clean(found.folder.id)}' of Syncthing`;
	const question = isEnabled
		? `Resume ${folder} too?`
		: `Pause ${folder} too? Until it is resumed nothing arrives from the spoke.`;
	if (!(await isWanted(asker, flags.yes, question))) {
		io.stderr.write(
			`${folder} ${isEnabled ? 'stays paused' : 'goes on'}: --yes ${isEnabled ? 'resumes' : 'pauses'} it\n`,
		);
		return code;
	}

	const {pauseFolder} = await import('../sync/syncthing/setup-leave.js');
	const word = isEnabled ? 'resume' : 'pause';
	if (!(await changeFolder(io, pauseFolder(found, !isEnabled), `${word} ${folder} there`))) return exit.failed;
	io.stderr.write(`${folder} ${isEnabled ? 'runs again' : 'is paused'}\n`);
	return code;
}

function report(
	io: CommandIo,
	{json}: Pick<SwitchFlags, 'json'>,
	{spoke, problems, isChanged, backup, config}: Edited,
): number {
	if (json) {
		io.stdout.write(
			jsonLine({
				schema: 1,
				spoke: spoke?.name,
				changed: isChanged,
				file: config.file,
				backup: backup ?? null,
				problems,
			}),
		);
		return exit.ok;
	}

	for (const problem of problems) io.stderr.write(`${formatProblem(problem)}\n`);
	const name = clean(spoke?.name ?? '');
	if (!isChanged) io.stdout.write(`${name}: ${clean(config.file)} says so already\n`);
	else
		io.stdout.write(
			`${name}: written to ${clean(config.file)}${backup === undefined ? '' : `; the file before: ${clean(backup)}`}\n`,
		);
	return exit.ok;
}
