import {computerOf} from '../sync/config/computer.js';
import {findPairs, placesOf} from '../sync/conflicts/pairs.js';
import {acknowledgedBy, relate} from '../sync/conflicts/relate.js';
import type {Hub} from '../sync/hub.js';
import {type HeldSession, listSessions} from '../sync/sessions/held.js';
import {shown} from '../sync/sessions/tree.js';
import {clean} from '../text/clean.js';
import {formatAge, formatBytes, formatCount, isoOrNull} from '../text/format.js';
import {jsonLine} from '../text/json.js';
import {textTable} from '../text/table.js';
import {type HubFlags, openHub, pickSpokes} from './open-hub.js';
import {type CommandIo, exit} from './types.js';

/** What `sync list` takes. */
export interface ListFlags extends HubFlags {
	readonly json?: boolean;
	readonly long?: boolean;
	readonly names: readonly string[];
}

/** `sync list`: the sessions the hub holds, its own first, then by spoke. */
export async function syncList(io: CommandIo, flags: ListFlags): Promise<number> {
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	try {
		const chosen = new Set(pickSpokes(hub, flags.names));
		const {config, spokes} = hub.state;
		const roots = [
			...(chosen.size === 0
				? [
						{
							spoke: undefined,
							computer: computerOf(config.sessionsDir, config) ?? config.hubName,
							path: config.sessionsDir,
							patterns: [],
						},
					]
				: []),
			...spokes
				.filter(({config: {name, invalid}}) => invalid === undefined && (chosen.size === 0 || chosen.has(name)))
				.map(({config: {name, path, excludePatterns}}) => ({
					spoke: name,
					computer: computerOf(path, config) ?? name,
					path,
					patterns: excludePatterns,
				})),
		];
		const isReadingEnds = (flags.json ?? false) || (flags.long ?? false);
		const groups = [];
		for (const {spoke, computer, path, patterns} of roots) {
			const sessions = await listSessions(hub.store, path, patterns, isReadingEnds, io.signal);
			groups.push({spoke, computer, path, sessions});
		}

		if (flags.json) {
			const listed = new Set(roots.map(({path}) => path));
			const superseded = await supersededSessions(hub, listed, io.signal);
			const sessions = groups.flatMap(({spoke, computer, path, sessions: own}) =>
				own.map(session => {
					const isCurrent = !superseded.has(fileKey(path, session.file.path));
					return sessionJson(spoke, computer, session, isCurrent);
				}),
			);
			io.stdout.write(jsonLine({schema: 1, sessions}));
			return exit.ok;
		}

		const now = io.clock.now();
		for (const {spoke, computer, sessions} of groups) {
			const title = spoke === undefined ? `${clean(computer)} (hub)` : clean(spoke);
			io.stdout.write(`${title}: ${formatCount(sessions.length)} ${sessions.length === 1 ? 'session' : 'sessions'}\n`);
			const lines = flags.long ? longLines(sessions, now) : sessions.map(({file}) => clean(shown(file.path)));
			for (const line of lines) io.stdout.write(`  ${line}\n`);
		}

		return exit.ok;
	} finally {
		await close();
	}
}

/**
 * Sessions of which another place has the version that counts, as `fileKey` spells them.
 * @param listed session roots that have just been looked at
 */
async function supersededSessions(
	{store, state: {config}}: Hub,
	listed: ReadonlySet<string>,
	signal: AbortSignal,
): Promise<ReadonlySet<string>> {
	// The other one of a pair can lie where nobody asked to look.
	for (const {root, patterns} of placesOf(config)) {
		if (!listed.has(root)) await listSessions(store, root, patterns, false, signal);
	}

	store.flush();
	const superseded = new Set<string>();
	for (const {members} of findPairs({store, config})) {
		try {
			const relation = await relate(members, {signal, known: acknowledgedBy(store)});
			for (const {member} of relation?.others ?? []) superseded.add(fileKey(member.root, member.path));
		} catch {
			signal.throwIfAborted();
			// One that cannot be read cannot be judged: neither is called superseded.
		}
	}

	return superseded;
}

function fileKey(root: string, path: string): string {
	return `${root}/${path}`;
}

function sessionJson(
	spoke: string | undefined,
	computer: string,
	{file, lastEntryAt}: HeldSession,
	isCurrent: boolean,
): object {
	return {
		spoke: spoke ?? null,
		computer,
		path: shown(file.path),
		id: file.header?.id ?? null,
		version: file.header?.version ?? null,
		cwd: file.header?.cwd ?? null,
		startedAt: isoOrNull(file.header?.startedAt),
		lastEntryAt: isoOrNull(lastEntryAt),
		bytes: file.size,
		current: isCurrent,
	};
}

function longLines(sessions: readonly HeldSession[], now: number): string[] {
	if (sessions.length === 0) return [];
	return textTable(
		[
			{title: 'LAST ENTRY', isRight: true},
			{title: 'SIZE', isRight: true},
			{title: 'V'},
			{title: 'FOLDER'},
			{title: 'SESSION'},
		],
		sessions.map(({file, lastEntryAt}) => [
			formatAge(lastEntryAt ?? file.mtimeMs, now),
			formatBytes(file.size),
			`${file.header?.version ?? '?'}`,
			clean(file.header?.cwd ?? '', 60),
			clean(shown(file.path)),
		]),
		false,
	);
}
