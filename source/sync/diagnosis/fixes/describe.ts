import {clean} from '../../../text/clean.js';
import {shellQuote} from '../../process.js';
import type {FixAction} from '../types.js';
import {keygenArgv} from './keygen.js';
import {requestsOf} from './syncthing-requests.js';

/** What is said before a fix runs. */
export interface FixDescription {
	/** Exactly what will be done, to which file; neutralised. */
	readonly lines: readonly string[];
	/** What must be typed in full before it may run, where a `y` is not enough; undefined elsewhere. */
	readonly needsTyped: string | undefined;
}

/**
 * Says what running a fix would do.
 * @param spoke its name, which must be typed where something known is given up
 */
export function describeFix(action: FixAction, spoke: string): FixDescription {
	const lines = linesOf(action).map(line => clean(line, 4096));
	return {lines, needsTyped: action.type === 'replace-host-key' ? spoke : undefined};
}

function linesOf(action: FixAction): readonly string[] {
	switch (action.type) {
		case 'chmod':
			return [`set the mode of ${action.path} to ${action.mode.toString(8)}`];
		case 'mkdir':
			return [`create the folder ${action.path}, and those above it that are missing, for you alone (700)`];
		case 'keygen':
			return [
				`run on this hub: ${shellQuote(keygenArgv(action.path, action.comment))}`,
				`makes ${action.path} and ${action.path}.pub, without passphrase; a file that is there is not touched`,
			];
		case 'hand-over':
			return [`run on this hub, with the terminal: ${shellQuote(action.argv)}`];
		case 'trust-host-key':
			return [
				`append to ${action.file}:`,
				...action.lines.map(line => `  ${line}`),
				...action.fingerprints.map(text => `fingerprint ${text}`),
			];
		case 'replace-host-key':
			return [
				`run on this hub: ${shellQuote(['ssh-keygen', '-f', action.file, '-R', action.host])}`,
				`takes away what is known of ${action.host}${action.line === undefined ? '' : ` (line ${action.line})`}; the file before is kept as ${action.file}.old`,
				...action.before.map(text => `known until now: ${text}`),
				`then append to ${action.file}:`,
				...action.lines.map(line => `  ${line}`),
				...action.fingerprints.map(text => `trusted from now on: ${text}`),
			];
		case 'install-schedule':
			return [
				action.kind === 'systemd'
					? 'write a timer and a service to ~/.config/systemd/user, and enable the timer'
					: 'add a line to your crontab; the other lines stay',
			];
		case 'syncthing':
			return requestsOf(action);
	}
}
