import path from 'node:path';
import {clean} from '../../text/clean.js';
import type {ConfigDocument, Place} from './document.js';
import type {Problem} from './types.js';

/** Collects what is wrong while a file is read. */
export interface Report {
	readonly problems: Problem[];
	/**
	 * @param place keys and indices down to what is to blame; the nearest that exists gives line and column
	 * @param about which entry, and the spoke's name where there is one
	 */
	add(severity: Problem['severity'], place: Place, message: string, about?: About): void;
}

/** Which entry a problem is about. */
export interface About {
	readonly where: string;
	readonly spoke: string | undefined;
}

/** A report on one file; without a document (unreadable file) problems have no place. */
export function createReport(file: string, document: ConfigDocument | undefined): Report {
	const problems: Problem[] = [];
	return {
		problems,
		add(severity, place, message, about) {
			const position = place.length === 0 ? undefined : document?.position(place);
			problems.push({
				severity,
				file,
				line: position?.line,
				column: position?.column,
				where: about?.where ?? '',
				message,
				spoke: about?.spoke,
			});
		},
	};
}

/**
 * One line for people, in the form editors can jump to:
 * `config.yaml:12:5 spokes[1] "server": sync_method must be one of …`. What is not an error says so.
 */
export function formatProblem(problem: Problem): string {
	const place = problem.line === undefined ? '' : `:${problem.line}:${problem.column ?? 1}`;
	const where = problem.where === '' ? '' : ` ${problem.where}`;
	const severity = {error: '', warning: 'warning: ', info: 'note: '}[problem.severity];
	return clean(`${path.basename(problem.file)}${place}${where}: ${severity}${problem.message}`);
}

/** Problems in the order of the file, those without a place first. */
export function inFileOrder(problems: readonly Problem[]): Problem[] {
	return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** An entry together with its line, for messages that point at a second place: `spokes[0] (line 5)`. */
export function atLine(where: string, line: number | undefined): string {
	return line === undefined ? where : `${where} (line ${line})`;
}
