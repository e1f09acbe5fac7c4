import {basename} from 'node:path';
import {clean} from '../../text/clean.js';
import {type ForeignSources, readSources, type SourcedCommand, type SourceKind} from './foreign-sources.js';
import {relate} from './relation.js';
import {unknownText} from './shell-words.js';
import {readWrites, type Writes} from './writers.js';

/** Who else writes into a spoke's folder. */
export interface ForeignWriter {
	readonly spoke: string;
	readonly kind: SourceKind;
	/** `FILE:LINE`, `crontab of this user:LINE` or `pid N`. */
	readonly where: string;
	/** The line or the arguments, neutralised. */
	readonly text: string;
	/** The program that writes: `rsync`, `scp`. */
	readonly program: string;
	/** It removes from the folder what its source does not have, or removes outright. */
	readonly isDeleting: boolean;
	/** It is this program itself: `sync run`, `sync watch`, or a child of ours. Not foreign; told so that nobody schedules twice. */
	readonly isSelf: boolean;
	/** What starts it, where that is another file: `pi-brain-sync.timer`; undefined otherwise. */
	readonly via: string | undefined;
	/** The entry is spread over lines that cron does not join: as written it never works. */
	readonly isBroken: boolean;
}

/** What is searched, and for whom. */
export interface ForeignQuery {
	readonly paths: ReadonlyArray<{readonly spoke: string /** Absolute. */; readonly path: string}>;
	readonly sources: ForeignSources;
	readonly signal: AbortSignal;
}

/**
 * Searches crontabs, systemd units, scripts and running processes for commands that write into a spoke's folder, below
 * it, or into one above it. What cannot be read is left out.
 * @throws the signal's reason when it aborts
 */
export async function findForeignWriters(query: ForeignQuery): Promise<ForeignWriter[]> {
	const found = new Map<string, ForeignWriter>();
	for (const command of await readSources(query.sources, query.signal)) {
		for (const writer of judge(command, query)) {
			const key = `${writer.spoke}\n${writer.where}\n${writer.isSelf}`;
			// Sources come in the order crontab, systemd, script, process: what starts a script beats the script alone.
			if (!found.has(key)) found.set(key, writer);
		}
	}

	return [...found.values()];
}

function* judge(command: SourcedCommand, {paths, sources}: ForeignQuery): Generator<ForeignWriter> {
	const {kind, where, via, isBroken, isOwnChild} = command;
	const base = {kind, where, via, isBroken, text: clean(command.text)};
	const ours = ownSpokes(command.argv);
	const writes = ours ? undefined : readWrites(command.argv, command.folder);
	for (const {spoke, path} of paths) {
		if (ours && (ours.length === 0 || ours.includes(spoke))) {
			yield {...base, spoke, program: 'pi-brain-tui', isDeleting: false, isSelf: true};
		} else if (writes && touches(writes, path, sources.home)) {
			const isSelf = isOwnChild || writes.targets.every(target => /\/\.(?:pi-brain-)?staging(?:\/|$)/.test(target));
			yield {...base, spoke, program: clean(writes.program, 64), isDeleting: writes.isDeleting, isSelf};
		}
	}
}

function touches(writes: Writes, path: string, home: string): boolean {
	return writes.targets.some(target => {
		const relation = relate(target, path);
		if (relation !== 'above') return relation !== 'apart';
		// Copying something into the home folder is everyday; a copy that deletes there is not.
		const isHomeOrAbove = ['same', 'above'].includes(relate(target, home));
		return !target.includes(unknownText) && (writes.isDeleting || !isHomeOrAbove);
	});
}

/** The spokes our own command names; empty: all; undefined: it is not our command. */
function ownSpokes(argv: readonly string[]): string[] | undefined {
	const at = argv.findIndex(word => /^pi-brain(?:-tui)?(?:\.js)?$/.test(basename(word)));
	if (at === -1) return undefined;
	const words = argv.slice(at + 1);
	const verb = words.indexOf('sync');
	if (verb === -1 || !['run', 'watch'].includes(words[verb + 1] ?? '')) return undefined;
	return words.includes('--all') ? [] : words.slice(verb + 2).filter(word => !word.startsWith('-'));
}

/**
 * A finding in words: who writes, why that is dangerous where it deletes, and what to do instead.
 * @returns lines, the first being the finding itself
 */
export function explain(writer: ForeignWriter): string[] {
	const {spoke, kind, where, via, text, isSelf} = writer;
	const started = via === undefined ? '' : `, started by ${clean(via)}`;
	if (isSelf) return [`${clean(where)}${started} runs pi-brain-tui for ${clean(spoke)} already: ${text}`];
	const what = kind === 'process' ? 'is writing' : 'also writes';
	const lines = [`${clean(where)}${started} ${what} into the folder of ${clean(spoke)}: ${text}`];
	if (writer.isDeleting) {
		lines.push(
			writer.program.includes('rsync')
				? '--delete is dangerous here: when the folder on the spoke is emptied, moved or not mounted, it empties the hub’s copy too, and a session deleted there is deleted here.'
				: `${writer.program} removes files here: what it removes is gone from the hub’s copy.`,
		);
	}

	if (writer.isBroken)
		lines.push('cron does not join lines that end in a backslash: as written, this entry never works.');
	const remove: Record<SourceKind, string> = {
		crontab: where.startsWith('/') ? `remove it from ${clean(where)}` : 'remove the line with crontab -e',
		systemd: via?.endsWith('.timer')
			? `systemctl --user disable --now ${clean(basename(via))}`
			: `stop and remove ${clean(via ?? where)}`,
		script: `do not run ${clean(where.replace(/:\d+$/, ''))} any more`,
		process: 'let it end, and see that nothing starts it again',
	};
	lines.push(
		`Instead: ${remove[kind]}; pi-brain-tui schedule --cron (or --systemd) prints what takes its place and deletes nothing.`,
	);
	return lines;
}

/** What syncs by itself; a process of ours that runs just now schedules nothing. */
export function isOwnSchedule({isSelf, kind, program}: ForeignWriter): boolean {
	return isSelf && kind !== 'process' && program === 'pi-brain-tui';
}
