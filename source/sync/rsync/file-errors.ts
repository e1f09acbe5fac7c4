import {clean} from '../../text/clean.js';
import type {UnreadCause} from '../methods/types.js';
import {unescapeName} from './parse.js';

/** One file or folder that rsync could not bring, from its stderr. */
export interface FileError {
	/** As rsync names it: mostly absolute on the spoke. */
	readonly name: string;
	/** Why, in rsync's words, neutralised. */
	readonly reason: string;
	readonly isVanished: boolean;
	/** The listing below it is missing as well. */
	readonly isFolder: boolean;
}

const patterns: ReadonlyArray<{readonly pattern: RegExp; readonly isFolder?: boolean; readonly reason?: string}> = [
	{pattern: /^file has vanished: "(.+)"$/, reason: 'vanished during the copy'},
	{pattern: /^rsync: (?:\[\w+\] )?send_files failed to open "(.+)"(?: \(in \S+\))?: (.+)$/},
	{pattern: /^rsync: (?:\[\w+\] )?read errors mapping "(.+)": (.+)$/},
	{pattern: /^rsync: (?:\[\w+\] )?opendir "(.+)" failed: (.+)$/, isFolder: true},
	{pattern: /^rsync: (?:\[\w+\] )?(?:readlink_stat|link_stat|lstat)(?:\(| )"(.+)"\)? failed: (.+)$/, isFolder: true},
	{pattern: /^ERROR: (.+) failed verification -- .+$/, reason: 'failed verification after the copy'},
	{pattern: /^could not make way for new regular file: (.+)$/, reason: 'a folder stands in its place in staging'},
];

// Said about something that has a line of its own already, or only while rsync still tries.
const repeats = [
	/^rsync error: some files\/attrs were not transferred/,
	/^rsync warning: some files vanished/,
	/^WARNING: .+ failed verification -- /,
	/^cannot delete non-empty directory: /,
	/^IO error encountered/,
];

// Anything else rsync complains about: what it means for the listing is not known.
const complaint = /^(?:rsync|ERROR|could not|cannot|IO error|file has)\b/;

/**
 * Reads the complaints of a transfer that ended with 23 or 24.
 * @returns `others`: complaints that name no file we know how to read
 */
export function fileErrors(stderr: string): {
	readonly errors: readonly FileError[];
	readonly others: readonly string[];
} {
	const errors: FileError[] = [];
	const others: string[] = [];
	for (const line of stderr.split(/\r?\n/)) {
		const error = readError(line);
		if (error) errors.push(error);
		else if (complaint.test(line) && !repeats.some(pattern => pattern.test(line))) others.push(line);
	}

	return {errors, others};
}

function readError(line: string): FileError | undefined {
	for (const {pattern, isFolder = false, reason} of patterns) {
		const match = pattern.exec(line);
		if (!match) continue;
		return {
			name: unescapeName(Buffer.from(match[1]!).toString('latin1')),
			reason: reason ?? clean(match[2] ?? line, 200),
			isVanished: line.startsWith('file has vanished'),
			isFolder,
		};
	}

	return undefined;
}

// What a session that pi writes, moves or deletes meanwhile leads to: the next run has it.
const changed =
	/^(?:cannot be listed: )?(?:vanished during the copy|failed verification after the copy|a folder stands in its place in staging|No data available|No such file or directory)\b/;

/** What the reason of a file that could not be brought says about the spoke. */
export function causeOfReason(reason: string): UnreadCause {
	if (changed.test(reason)) return 'SRC_CHANGED';
	return /permission denied|operation not permitted/i.test(reason) ? 'SRC_DENIED' : 'UNKNOWN';
}

/**
 * Finds which listed path an error speaks of: rsync names the file from the spoke's root, we from the session root.
 * @returns undefined when none of the listed ones ends that way
 */
export function listedPath(name: string, isListed: (path: string) => boolean): string | undefined {
	for (let path = name; ; ) {
		if (isListed(path)) return path;
		const slash = path.indexOf('/');
		if (slash < 0) return undefined;
		path = path.slice(slash + 1);
	}
}
