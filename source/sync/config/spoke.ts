import path from 'node:path';
import type {Place} from './document.js';
import {hubPath, piSessions, ValueError} from './paths.js';
import type {About, Report} from './problems.js';
import {noRsyncOptions, readRsyncOptions} from './rsync-options.js';
import {methodNames, readLeniently, spokeSchema} from './schema.js';
import {isOff, type ReadTui, type SyncSettings} from './sections.js';
import {parseSource, remoteProgram, sshSource} from './source.js';
import type {HubConfig, MethodName, Problem, Source, SpokeConfig} from './types.js';
import {parseDuration, scheduleProblem} from './values.js';

/** One item of `spokes` or `sync.spokes`, unread. */
export interface Entry {
	readonly value: unknown;
	readonly place: Place;
	/** `spokes[1]`, `sync.spokes[0]`. */
	readonly label: string;
	readonly isRunbook: boolean;
}

/** What the rest of the file says about every spoke. */
export interface SpokeContext {
	readonly home: string;
	readonly hub: Pick<HubConfig, 'syncedSessionsDir'>;
	readonly tui: ReadTui;
	readonly sync: SyncSettings;
	readonly report: Report;
	/** 1-based line of a place in the file. */
	readonly line: (place: Place) => number | undefined;
}

/** A spoke while the checks that need all of them are still to come. */
export interface DraftSpoke {
	readonly entry: Entry;
	readonly about: About;
	/** `path` is the default one where the file names none. */
	readonly spoke: SpokeConfig;
	readonly hasPath: boolean;
	/** False: the file names a path that cannot be used, and `spoke.path` only stands in for it. */
	readonly isPlaced: boolean;
	/** False: the entry has no usable name, and `spoke.name` is its label. */
	readonly hasName: boolean;
}

type Values = ReturnType<typeof spokeSchema.parse>;

/** Reads one entry. Whatever is wrong makes it a spoke with `invalid` set, never an exception. */
export async function readSpoke(entry: Entry, context: SpokeContext): Promise<DraftSpoke> {
	const given = (entry.value as {name?: unknown} | null)?.name;
	const isNamed = typeof given === 'string' && given !== '';
	const errors: string[] = [];
	let about: About = {where: isNamed ? `${entry.label} "${given}"` : entry.label, spoke: undefined};
	const say = (severity: Problem['severity'], place: Place, message: string) => {
		if (severity === 'error') errors.push(message);
		context.report.add(severity, [...entry.place, ...place], message, about);
	};

	const issues: Array<{path: Place; message: string}> = [];
	const values = readLeniently(spokeSchema, entry.value, issue => issues.push(issue));
	const name = values.name ?? entry.label;
	about = {where: about.where, spoke: name};
	for (const issue of issues) say('error', issue.path, issue.message);
	const isBad = (key: string) => issues.some(issue => issue.path[0] === key || issue.path.length === 0);
	const attempt = <T>(key: keyof Values, make: () => T): T | undefined => {
		try {
			return make();
		} catch (error) {
			if (!(error instanceof ValueError)) throw error;
			say('error', [key], `${key} ${error.message}`);
			return undefined;
		}
	};
	const file = (key: 'ssh_key' | 'ssh_config' | 'known_hosts' | 'path') => {
		const text = values[key];
		return text === undefined ? undefined : attempt(key, () => hubPath(text, context.home));
	};

	if (values.name === undefined && !isBad('name')) say('error', [], 'name is missing');
	const method: MethodName = values.sync_method ?? 'rsync';
	if (values.sync_method === undefined && !entry.isRunbook && !isBad('sync_method')) {
		say('error', [], `sync_method is missing; it must be one of ${methodNames.join(', ')}`);
	}

	const {source, sourceText} = readSource(values, method, context.home, attempt, isBad, say);
	const {options, excludePatterns, rsyncPath, schedule} = await readTransfer(
		values,
		entry,
		method,
		source,
		context,
		say,
	);
	const remote = values.rsync_path;
	const ownPath = file('path');
	const spoke: Omit<SpokeConfig, 'invalid'> = {
		name,
		method,
		enabled: values.enabled ?? true,
		path: ownPath ?? path.join(context.hub.syncedSessionsDir, values.name ?? `.${entry.label}`),
		source,
		sourceText,
		port: values.port,
		sshKey: file('ssh_key'),
		sshConfig: file('ssh_config') ?? context.tui.sshConfig,
		knownHosts: file('known_hosts') ?? context.tui.knownHosts,
		rsyncPath: remote === undefined ? rsyncPath : attempt('rsync_path', () => remoteProgram(remote)),
		schedule,
		isDefaultSchedule: values.schedule === undefined && usesSchedule(method, source),
		staleAfterMs: parseDuration(values.stale_after) ?? context.tui.tui.staleAfterMs,
		rsyncOptions: options,
		excludePatterns: [...context.sync.excludePatterns, ...excludePatterns],
		initialSyncDays: context.sync.initialSyncDays,
		line: context.line(entry.place),
	};
	return {
		entry,
		about,
		spoke: {...spoke, invalid: errors.length === 0 ? undefined : errors.join('; ')},
		hasPath: values.path !== undefined || isBad('path'),
		isPlaced: ownPath !== undefined || (values.path === undefined && !isBad('path')),
		hasName: values.name !== undefined,
	};
}

type Say = (severity: Problem['severity'], place: Place, message: string) => void;
type Attempt = <T>(key: keyof Values, make: () => T) => T | undefined;

function readSource(
	values: Values,
	method: MethodName,
	home: string,
	attempt: Attempt,
	isBad: (key: string) => boolean,
	say: Say,
): {source: Source | undefined; sourceText: string | undefined} {
	const nothing = {source: undefined, sourceText: undefined};
	if (method === 'syncthing' || method === 'api') return nothing;
	const {source: text, host, user} = values;
	if (text !== undefined) {
		for (const key of ['host', 'user', 'session_dir'] as const) {
			if (values[key] !== undefined) say('warning', [key], `${key} is ignored: source is given and wins`);
		}

		const source = attempt('source', () => parseSource(text, home));
		if (method === 'manual' && source?.kind === 'ssh') {
			say('error', ['source'], 'source must be a folder on this machine for sync_method manual; over ssh it is rsync');
		}

		return {source, sourceText: text};
	}

	if (host !== undefined && method === 'rsync') {
		const folder = values.session_dir ?? piSessions;
		const parts = [
			attempt('host', () => sshSource(host, undefined, piSessions)),
			user === undefined ? true : attempt('user', () => sshSource('host', user, piSessions)),
			attempt('session_dir', () => sshSource('host', undefined, folder)),
		];
		if (parts.includes(undefined)) return nothing;
		// A user within host is the fallback; written apart, it wins.
		const bare = user === undefined ? host : host.slice(host.lastIndexOf('@') + 1);
		return {
			source: sshSource(bare, user, folder),
			sourceText: `${user === undefined ? '' : `${user}@`}${bare}:${folder}`,
		};
	}

	if (method === 'rsync' && !isBad('source') && !isBad('host') && !isBad('sync_method')) {
		say('error', [], 'source is missing: where do its sessions come from? user@host:~/.pi/agent/sessions/, or host:');
	}

	return nothing;
}

function usesSchedule(method: MethodName, source: Source | undefined): boolean {
	return method === 'rsync' || (method === 'manual' && source !== undefined);
}

async function readTransfer(
	values: Values,
	entry: Entry,
	method: MethodName,
	source: Source | undefined,
	context: SpokeContext,
	say: Say,
) {
	const raw = (entry.value as {rsync_options?: unknown} | null)?.rsync_options;
	const hasOptions = raw !== undefined && raw !== null;
	if (method === 'syncthing' || method === 'api' || (method === 'manual' && source === undefined)) {
		const why = method === 'manual' ? 'manual without a source' : method;
		if (values.schedule !== undefined && !isOff(values.schedule)) {
			say('warning', ['schedule'], `schedule is ignored: ${why} has nothing to run`);
		}

		if (hasOptions) say('warning', ['rsync_options'], `rsync_options is ignored: ${why} does not use rsync`);
		return {options: noRsyncOptions, excludePatterns: [], rsyncPath: undefined, schedule: undefined};
	}

	let schedule: string | undefined;
	if (values.schedule === undefined) {
		schedule = context.tui.tui.defaultSchedule;
	} else if (values.schedule !== false && !isOff(values.schedule)) {
		const wrong = await scheduleProblem(values.schedule);
		if (wrong) say('error', ['schedule'], `schedule ${wrong}`);
		else schedule = values.schedule;
	}

	const {notes, ...read} = readRsyncOptions(raw);
	for (const note of notes) say(note.severity, ['rsync_options', ...note.place], note.message);
	return {...read, schedule};
}
