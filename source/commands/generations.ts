import {basename} from 'node:path';
import {spaceOf, versionsOf} from '../sync/services/versions.js';
import {shown} from '../sync/sessions/tree.js';
import type {SessionVersions, Space} from '../sync/versions/types.js';
import {clean} from '../text/clean.js';
import {countOf, formatBytes, isoOrNull} from '../text/format.js';
import {jsonLine} from '../text/json.js';
import {textTable} from '../text/table.js';
import {type HubFlags, openHub, UsageError} from './open-hub.js';
import {type CommandIo, exit} from './types.js';
import {isNamed, shortName, splitWords, whyTexts} from './version-words.js';

/** What `sync generations` takes. */
export interface GenerationsFlags extends HubFlags {
	readonly json?: boolean;
	/** Spokes and sessions, as typed. */
	readonly words: readonly string[];
	/** Values of `--spoke`. */
	readonly spokes: readonly string[];
}

/** `sync generations`: held and earlier versions of sessions, and what all that takes on the disk. */
export async function syncGenerations(io: CommandIo, flags: GenerationsFlags): Promise<number> {
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	try {
		const {spokes, paths} = splitWords(hub, flags.words, flags.spokes);
		const all = hub.state.spokes.filter(({config}) => config.invalid === undefined).map(({config}) => config.name);
		const groups: Group[] = [];
		for (const spoke of spokes.length > 0 ? spokes : all) {
			const sessions = versionsOf(hub, spoke).filter(
				({path}) => paths.length === 0 || paths.some(word => isNamed(path, word)),
			);
			groups.push({spoke, sessions, space: await spaceOf(hub, spoke, io.signal)});
		}

		const isFound = (word: string) => groups.some(({sessions}) => sessions.some(({path}) => isNamed(path, word)));
		const missing = paths.find(word => !isFound(word));
		if (missing !== undefined) throw new UsageError(`no session '${missing}' has an earlier version`);
		if (flags.json) io.stdout.write(jsonLine({schema: 1, spokes: groups.map(groupJson)}));
		else for (const line of groups.flatMap(groupText)) io.stdout.write(`${line}\n`);
		return exit.ok;
	} finally {
		await close();
	}
}

interface Group {
	readonly spoke: string;
	readonly sessions: readonly SessionVersions[];
	readonly space: Space;
}

function groupJson({spoke, sessions, space}: Group): object {
	return {
		spoke,
		space,
		sessions: sessions.map(({path, current, held, story, generations}) => ({
			path: shown(path),
			story: story ?? null,
			current: current
				? {bytes: current.bytes, mtime: isoOrNull(current.mtimeMs), sha256: current.sha256 ?? null}
				: null,
			held: held
				? {
						kind: held.kind,
						bytes: held.size,
						mtime: isoOrNull(held.mtimeMs),
						sha256: held.sha256 || null,
						released: held.isReleased,
					}
				: null,
			generations: generations.map(one => ({
				id: shortName(one),
				file: one.file,
				bytes: one.length,
				sha256: one.sha256,
				at: isoOrNull(one.at),
				why: one.why,
			})),
		})),
	};
}

function groupText({spoke, sessions, space}: Group): string[] {
	const {current, generations, snapshots, staging} = space;
	const parts = [
		`${countOf(current.files, 'session')} ${formatBytes(current.bytes)}`,
		`${countOf(generations.files, 'earlier version')} ${formatBytes(generations.bytes)}`,
		...(snapshots.files > 0
			? [`${countOf(snapshots.files, 'own copy', 'own copies')} ${formatBytes(snapshots.bytes)}`]
			: []),
		`staging ${formatBytes(staging.bytes)}`,
	];
	return [`${clean(spoke)}: ${parts.join(', ')}`, ...sessions.flatMap(sessionText)];
}

function sessionText({path, current, held, story, generations}: SessionVersions): string[] {
	const now = current ? `current ${formatBytes(current.bytes)}` : 'no current file on the hub';
	const state = held && (held.isReleased ? 'the spoke shows' : 'held: the spoke shows');
	const shows = held && (held.sha256 === '' ? `${state} no file` : `${state} ${formatBytes(held.size)}`);
	const rows = generations.map(one => [
		`    ${shortName(one)}`,
		isoOrNull(one.at) ?? '',
		formatBytes(one.length),
		whyTexts[one.why],
		clean(basename(one.file)),
	]);
	const columns = [{title: '    ID'}, {title: 'KEPT'}, {title: 'SIZE', isRight: true}, {title: 'WHY'}, {title: 'FILE'}];
	return [
		`  ${clean(shown(path))}`,
		`    ${[now, shows, story].filter(part => part !== undefined).join('; ')}`,
		...(rows.length > 0 ? textTable(columns, rows, false) : []),
	];
}
