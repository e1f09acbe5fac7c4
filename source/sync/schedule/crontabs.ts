import {logicalLines} from './shell-words.js';

/** One entry of a crontab. */
export interface CronEntry {
	/** The command for the shell, without times and user; what follows an unescaped `%` is its input and left out. */
	readonly command: string;
	/** Undefined in a user's own crontab. */
	readonly user: string | undefined;
	/** 1-based. */
	readonly line: number;
	/** The entry as a person wrote it, on one line. */
	readonly text: string;
	/** It goes on over several lines, which cron does not read as one. */
	readonly isJoined: boolean;
	/** Variables the crontab sets above it. */
	readonly variables: Readonly<Record<string, string>>;
}

/**
 * Reads a crontab.
 * @param hasUser the sixth field is a user, as in /etc/crontab and /etc/cron.d
 */
export function readCrontab(text: string, hasUser: boolean): CronEntry[] {
	const entries: CronEntry[] = [];
	let variables: Record<string, string> = {};
	for (const {text: whole, line, isJoined} of logicalLines(text)) {
		const trimmed = whole.trim();
		if (trimmed === '' || trimmed.startsWith('#')) continue;
		const setting = /^([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(trimmed);
		if (setting) {
			variables = {...variables, [setting[1]!]: setting[2]!.replace(/^(["'])(.*)\1$/, '$2')};
			continue;
		}

		const match = /^(?:@\w+|(?:\S+\s+){4}\S+)\s+(.*)$/s.exec(trimmed);
		if (!match) continue;
		const [, user, rest] = hasUser ? (/^(\S+)\s+(.*)$/s.exec(match[1]!) ?? []) : [undefined, undefined, match[1]];
		if (rest === undefined) continue;
		const [command = ''] = rest.split(/(?<!\\)%/);
		entries.push({command: command.replaceAll('\\%', '%'), user, line, text: trimmed, isJoined, variables});
	}

	return entries;
}
