import {dirname, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import meow from 'meow';
import pkg from '../../package.json' with {type: 'json'};
import {type ThemeName, themeNames} from '../view/types.js';
import {spokeCommands} from './table-spoke.js';
import {type Command, type FlagName, flags, flagWord, type RunOptions, valuedFlags} from './table-types.js';
import {verifyCommand} from './table-verify.js';
import {versionCommands} from './table-versions.js';
import type {CommandIo} from './types.js';

export type {RunOptions} from './table-types.js';

const dashboard: Command = {
	words: [],
	usage: '[--read-only] [--demo] [--ascii] [--theme NAME] [--screen-reader]',
	title: 'the dashboard; not on a terminal, what sync status prints',
	takes: ['readOnly', 'demo', 'ascii', 'theme', 'screenReader'],
	names: 'none',
	async run(io, {flags: own}, options) {
		const theme = own.theme as ThemeName | undefined;
		return (await import('./open-dashboard.js')).openDashboard(io, {...own, theme}, options);
	},
};

const commands: readonly Command[] = [
	{
		words: ['sync', 'status'],
		usage: '[--json]',
		title: 'a row per spoke: state, last seen, last synced, newest session, counts, errors',
		takes: ['json'],
		names: 'none',
		run: async (io, {flags: own}) => (await import('./status.js')).syncStatus(io, own),
	},
	{
		words: ['sync', 'list'],
		usage: '[NAME…] [--spoke NAME] [--long] [--json]',
		title: 'the sessions the hub holds, by spoke',
		takes: ['json', 'spoke', 'long'],
		names: 'spokes',
		run: async (io, {flags: own, names}) => (await import('./list.js')).syncList(io, {...own, names}),
	},
	{
		words: ['sync', 'run'],
		usage: '[NAME…] [--spoke NAME] [--all] [--dry-run] [--json]',
		title: 'sync now; no name means all enabled spokes',
		takes: ['json', 'spoke', 'all', 'dryRun'],
		names: 'spokes',
		run: async (io, {flags: own, names}) => (await import('./run.js')).syncRun(io, {...own, names}),
	},
	verifyCommand(),
	{
		words: ['sync', 'diagnose'],
		usage: 'NAME [--json]',
		title: 'the checks of the runbook for one spoke, what is wrong, and how to mend it; changes nothing',
		takes: ['json', 'spoke'],
		names: 'spokes',
		run: async (io, {flags: own, names}) => (await import('./diagnose.js')).syncDiagnose(io, {...own, names}),
	},
	{
		words: ['sync', 'watch'],
		usage: '[--json]',
		title: 'keep the schedule and watch the folders without a screen, for systemd',
		takes: ['json'],
		names: 'none',
		run: async (io, {flags: own}, options) => (await import('./watch.js')).syncWatch(io, own, options),
	},
	{
		words: ['sync', 'log'],
		usage: '[--spoke NAME] [--follow] [--json]',
		title: 'past runs and events',
		takes: ['json', 'spoke', 'follow'],
		names: 'spokes',
		run: async (io, {flags: own, names}) => (await import('./log.js')).syncLog(io, {...own, names}),
	},
	...versionCommands(),
	...spokeCommands(),
	{
		words: ['nodes', 'import'],
		usage: 'FILE… [--json]',
		title: 'take analysis nodes into the hub’s store; an id that is there gets another version, nothing is replaced',
		takes: ['json'],
		names: 'files',
		run: async (io, {flags: own, names}) => (await import('./nodes.js')).nodesImport(io, {...own, names}),
	},
	{
		words: ['config', 'check'],
		usage: '[--json]',
		title: 'check config.yaml, with line and column',
		takes: ['json'],
		names: 'none',
		async run(io, {flags: own}) {
			const [{configCheck}, {configFile}] = await Promise.all([
				import('./config.js'),
				import('../sync/config/file.js'),
			]);
			return configCheck(io, {file: configFile(own.config, io.env, io.home), json: own.json ?? false});
		},
	},
	{
		words: ['config', 'path'],
		usage: '',
		title: 'where config.yaml, the database, the log and the leases are',
		takes: [],
		names: 'none',
		async run(io, {flags: own}) {
			const [{configPath}, {configFile}] = await Promise.all([import('./config.js'), import('../sync/config/file.js')]);
			return configPath(io, {file: configFile(own.config, io.env, io.home)});
		},
	},
	{
		words: ['schedule'],
		usage: '--systemd [--watch] | --cron [--install | --uninstall]',
		title: 'print, or install, systemd units or a cron line that sync every 15 minutes',
		takes: ['systemd', 'cron', 'watch', 'install', 'uninstall'],
		names: 'none',
		async run(io, {flags: own}) {
			const [{schedule}, {configFile}] = await Promise.all([import('./schedule.js'), import('../sync/config/file.js')]);
			const file = configFile(own.config, io.env, io.home);
			const isNamed = own.config !== undefined || Boolean(io.env.PI_BRAIN_CONFIG);
			return schedule(io, {
				kind: own.systemd === own.cron ? undefined : own.systemd ? 'systemd' : 'cron',
				isWatch: own.watch ?? false,
				configFile: isNamed ? file : undefined,
				configFolder: dirname(file),
				node: process.execPath,
				bin: resolve(process.argv[1] ?? fileURLToPath(import.meta.url)),
				platform: process.platform,
				order: own.install ? 'install' : own.uninstall ? 'uninstall' : undefined,
			});
		},
	},
	{
		words: ['completion'],
		usage: 'bash | zsh | fish',
		title: 'print what makes the shell complete commands, flags and spokes',
		takes: [],
		names: 'words',
		run: async (io, {words}) => (await import('./completion.js')).completion(io, words, [dashboard, ...commands]),
	},
];

/** What a command line comes down to. */
export type Found =
	| {readonly run: (io: CommandIo, options: RunOptions) => Promise<number>}
	| {readonly help: string}
	| {readonly complaint: string};

/**
 * Reads a command line.
 * @param argv without node and script; no words mean the dashboard, or with `--json` alone `sync status`
 */
export function findCommand(argv: readonly string[]): Found {
	const cli = meow('', {importMeta: import.meta, argv, flags, pkg, autoHelp: false, autoVersion: false});
	const unknown = unknownFlag(argv);
	if (unknown !== undefined) return {complaint: `there is no flag ${unknown}`};
	if (cli.flags.version) return {help: `${pkg.version}\n`};
	const words = cli.input.length === 0 && cli.flags.json ? ['sync', 'status'] : cli.input;
	const command =
		words.length === 0 ? dashboard : commands.find(({words: own}) => own.every((word, index) => words[index] === word));
	if (cli.flags.help) return {help: command && cli.input.length > 0 ? commandHelp(command) : helpText()};
	if (!command) return {complaint: `there is no command '${words.join(' ')}'${alike(words)}`};
	const positional = words.slice(command.words.length);
	const spokes = cli.flags.spoke ?? [];
	const names = [...positional, ...spokes];
	const title = ['pi-brain-tui', ...command.words].slice(command === dashboard ? 0 : 1).join(' ');
	if (command.names === 'none' && names.length > 0) return {complaint: `'${title}' takes no '${names[0]}'`};

	const given = (Object.keys(flags) as FlagName[]).filter(name => isGiven(cli.flags[name]));
	const stray = given.find(name => name !== 'config' && !command.takes.includes(name));
	if (stray !== undefined) return {complaint: `'${title}' takes no ${flagWord(stray)}`};
	const bare = valueless(argv);
	if (bare !== undefined) return {complaint: `${bare} needs ${valueNames[bare] ?? 'a value'}`};
	if (command.names !== 'words' && names.includes('')) {
		const wanted = command.names === 'files' ? "file's" : "spoke's";
		return {complaint: `'${title}' got an empty name where a ${wanted} belongs`};
	}

	const {theme} = cli.flags;
	if (theme !== undefined && !(themeNames as readonly string[]).includes(theme)) {
		return {complaint: `there is no theme '${theme}'; the themes are ${themeNames.join(', ')}`};
	}

	return {run: async (io, options) => command.run(io, {flags: cli.flags, names, words: positional, spokes}, options)};
}

/** What flags with a value want, where a plain value does not say it. */
const valueNames: Readonly<Record<string, string>> = {
	'--spoke': 'the name of a spoke',
	'-s': 'the name of a spoke',
	'--config': 'the path of a file',
	'--theme': `a name: ${themeNames.join(', ')}`,
};

/** A flag that stands without its value: `--spoke $NAME` with an empty NAME must not come to mean every spoke. */
function valueless(argv: readonly string[]): string | undefined {
	const words = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
	return words
		.find((word, index) => {
			if (word.endsWith('=')) return valuedFlags.has(word.slice(0, -1));
			return valuedFlags.has(word) && /^(?:-.*)?$/.test(words[index + 1] ?? '');
		})
		?.replace('=', '');
}

/** What the first word could have gone on with. */
function alike([first]: readonly string[]): string {
	const near = commands.filter(({words}) => words[0] === first && words.length > 1).map(({words}) => words[1]);
	return near.length === 0 ? '' : `; '${first}' goes with ${near.join(', ')}`;
}

function isGiven(value: unknown): boolean {
	return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

function unknownFlag(argv: readonly string[]): string | undefined {
	const long = new Set((Object.keys(flags) as FlagName[]).map(flagWord));
	const short = new Set(Object.values(flags).flatMap(flag => ('shortFlag' in flag ? [flag.shortFlag] : [])));
	for (const word of argv) {
		if (word === '--') return undefined;
		if (word.startsWith('--')) {
			const name = word.split('=', 1)[0]!;
			if (!long.has(name) && !long.has(name.replace(/^--no-/, '--'))) return name;
		} else if (/^-[^-]/.test(word)) {
			const letter = [...word.slice(1).split('=', 1)[0]!].find(one => !short.has(one as never));
			if (letter !== undefined) return `-${letter}`;
		}
	}

	return undefined;
}

function commandHelp({words, usage, title}: Command): string {
	return `pi-brain-tui ${[...words, usage].join(' ').trim()}\n\n${title}\n`;
}

/** The whole help. */
export function helpText(): string {
	const all = [dashboard, ...commands];
	return [
		'Keeps the pi sessions of every machine safe on one hub.',
		'',
		...all.flatMap(({words, usage, title}) => [
			`  pi-brain-tui ${[...words, usage].join(' ').trim()}`,
			`      ${title}`,
		]),
		'',
		'Every command takes --config FILE (else PI_BRAIN_CONFIG, else ~/.pi-brain/config.yaml).',
		'Exit status: 0 all good, 1 internal error, 2 usage or configuration, 3 warnings only, 4 a spoke failed,',
		'5 damage, 6 another run holds the spoke, 130 and 143 interrupted. Treat a status you do not know as a failure.',
		'',
	].join('\n');
}
