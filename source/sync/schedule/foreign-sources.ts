import {readdir, readFile, readlink} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {basename, join} from 'node:path';
import {run, shellQuote} from '../process.js';
import {readCrontab} from './crontabs.js';
import {listProcesses, type ProcessInfo} from './processes.js';
import {type PlacedCommand, type PlacedText, placedCommands, readScript} from './scripts.js';
import type {ShellContext} from './shell-words.js';
import {readService, timedService} from './unit-files.js';
import {readWrites} from './writers.js';

/** What kind of place a command was found in. */
export type SourceKind = 'crontab' | 'systemd' | 'script' | 'process';

/** A command and how it was found. */
export interface SourcedCommand extends PlacedCommand {
	readonly kind: SourceKind;
	/** `FILE:LINE`, `crontab of this user:LINE` or `pid N`. */
	readonly where: string;
	/** What starts it, where that is another file. */
	readonly via: string | undefined;
	/** Spread over lines that cron does not join. */
	readonly isBroken: boolean;
	/** A child of this process. */
	readonly isOwnChild: boolean;
}

/** Where writers are looked for; tests name folders of their own. */
export interface ForeignSources {
	readonly home: string;
	/** Prints this user's crontab. */
	readonly crontab: readonly string[];
	/** Crontabs whose sixth field is a user, and folders of such. */
	readonly systemCrontabs: readonly string[];
	readonly unitFolders: readonly string[];
	readonly scriptFolders: readonly string[];
	readonly processes: () => Promise<ProcessInfo[]>;
}

/** The places of this machine. */
export function systemSources(home: string): ForeignSources {
	return {
		home,
		crontab: ['crontab', '-l'],
		systemCrontabs: ['/etc/crontab', '/etc/cron.d'],
		unitFolders: [join(home, '.config/systemd/user'), '/etc/systemd/user', '/etc/systemd/system'],
		scriptFolders: [join(home, '.pi-brain/scripts'), '/etc/cron.hourly', '/etc/cron.daily'],
		processes: listProcesses,
	};
}

/** Milliseconds `crontab -l` may take. */
const crontabLimitMs = 5000;

/** Every command of every source, in the order crontab, systemd, script, process. */
export async function readSources(sources: ForeignSources, signal: AbortSignal): Promise<SourcedCommand[]> {
	const parts = await Promise.all([
		fromCrontabs(sources, signal),
		fromUnits(sources),
		fromScripts(sources),
		fromProcesses(sources),
	]);
	signal.throwIfAborted();
	return parts.flat();
}

interface Found {
	readonly kind: SourceKind;
	readonly via?: string;
	readonly isBroken?: boolean;
}

async function placed(from: PlacedText, context: ShellContext, found: Found): Promise<SourcedCommand[]> {
	const commands = await placedCommands(from, context);
	return commands.map(command => {
		const isElsewhere = command.place !== from.place;
		return {
			...command,
			kind: found.kind,
			where: `${command.place}:${command.line}`,
			via: found.via ?? (isElsewhere ? `${from.place}:${from.firstLine}` : undefined),
			isBroken: (found.isBroken ?? false) && !isElsewhere,
			isOwnChild: false,
		};
	});
}

async function fromCrontabs(sources: ForeignSources, signal: AbortSignal): Promise<SourcedCommand[]> {
	const [file = 'crontab'] = sources.crontab;
	const own = await run(sources.crontab, {limitMs: crontabLimitMs, signal});
	const tables = [
		{place: `${basename(file)} of this user`, text: own.exitCode === 0 ? own.stdout : '', hasUser: false},
	];
	for (const path of await expandFolders(sources.systemCrontabs)) {
		tables.push({place: path, text: await readText(path), hasUser: true});
	}

	const found: SourcedCommand[] = [];
	for (const {place, text, hasUser} of tables) {
		for (const entry of readCrontab(text, hasUser)) {
			const home = homeOf(entry.user, sources.home);
			const from = {text: entry.command, place, firstLine: entry.line, shown: entry.text};
			const context = {home, variables: entry.variables, folder: home};
			found.push(...(await placed(from, context, {kind: 'crontab', isBroken: entry.isJoined})));
		}
	}

	return found;
}

async function fromUnits({unitFolders, home}: ForeignSources): Promise<SourcedCommand[]> {
	const files = await expandFolders(unitFolders);
	const timers = new Map<string, string>();
	for (const file of files.filter(name => name.endsWith('.timer'))) {
		timers.set(timedService(basename(file), await readText(file)), file);
	}

	const found: SourcedCommand[] = [];
	for (const file of files.filter(name => name.endsWith('.service'))) {
		const {commands, variables, folder} = readService(await readText(file), home);
		const timer = timers.get(basename(file));
		for (const {text, line} of commands) {
			const from = {text, place: file, firstLine: line};
			const via = timer === undefined ? {} : {via: timer};
			found.push(...(await placed(from, {home, variables, ...(folder && {folder})}, {kind: 'systemd', ...via})));
		}
	}

	return found;
}

async function fromScripts({scriptFolders, home}: ForeignSources): Promise<SourcedCommand[]> {
	const found: SourcedCommand[] = [];
	for (const file of await expandFolders(scriptFolders)) {
		const text = await readScript(file);
		if (text !== undefined) found.push(...(await placed({text, place: file, firstLine: 1}, {home}, {kind: 'script'})));
	}

	return found;
}

async function fromProcesses({processes}: ForeignSources): Promise<SourcedCommand[]> {
	const table = new Map((await processes()).map(info => [info.pid, info]));
	const told = new Set<string>();
	const found: SourcedCommand[] = [];
	for (const {pid, pgid, argv, isZombie} of table.values()) {
		if (isZombie || pid === process.pid || !copies.test(argv.slice(0, 3).join(' '))) continue;
		const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
		// rsync is two or three processes with the same arguments.
		const key = `${pgid} ${readWrites(argv, folder)?.targets.join(' ') ?? pid}`;
		if (told.has(key)) continue;
		told.add(key);
		const place = `pid ${pid}`;
		const text = shellQuote(argv);
		const isOwnChild = isChild(pid, table);
		found.push({
			argv,
			folder,
			place,
			line: 0,
			text,
			kind: 'process',
			where: place,
			via: undefined,
			isBroken: false,
			isOwnChild,
		});
	}

	return found;
}

const copies = /rsync|scp|unison|rclone|lsyncd|lftp|\bcp\b|\bmv\b|\btar\b|pi-brain/;

function isChild(pid: number, table: ReadonlyMap<number, ProcessInfo>): boolean {
	let at = table.get(pid);
	for (let steps = 0; at && steps < 64; steps++) {
		if (at.ppid === process.pid) return true;
		at = table.get(at.ppid);
	}

	return false;
}

function homeOf(user: string | undefined, home: string): string {
	if (user === undefined || user === userInfo().username) return home;
	if (user === 'root') return process.platform === 'darwin' ? '/var/root' : '/root';
	return process.platform === 'darwin' ? `/Users/${user}` : `/home/${user}`;
}

async function expandFolders(paths: readonly string[]): Promise<string[]> {
	const lists = await Promise.all(
		paths.map(async path => {
			try {
				return (await readdir(path)).sort().map(name => join(path, name));
			} catch (error) {
				return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? [path] : [];
			}
		}),
	);
	return lists.flat();
}

async function readText(file: string): Promise<string> {
	return readFile(file, 'utf8').catch(() => '');
}
