import {clean, cleanLines} from '../../text/clean.js';
import type {Cause, Failure} from '../causes.js';
import {
	afterBanner,
	afterUnfinished,
	connectedLines,
	headLines,
	idleSshLines,
	keyLines,
	rsyncLines,
	unfinished,
} from './line-marks.js';
import {remoteSignatures, type Signature, sshSignatures} from './signatures.js';

/** What a command that failed left behind. */
export interface Evidence {
	readonly stderr: string;
	/** Only where the spoke's own text goes there: `ssh`, never rsync's. */
	readonly stdout?: string;
	/** Undefined when a signal ended it. */
	readonly exitCode: number | undefined;
	readonly program: 'rsync' | 'ssh';
	/** `ENOENT` and the like when the program did not start. */
	readonly spawnError?: string;
}

/** Codes of an rsync whose connection held to the end: its ssh lines, if any, are a banner's. */
const connectedCodes = new Set([0, 3, 11, 23, 24, 25, 30]);

interface Match {
	readonly cause: Cause;
	readonly line: string;
}

/**
 * Says what kind of failure this is. Never guesses: what no signature fits is UNKNOWN with the text as it came.
 * @returns message: the line that says so, neutralised; detail: all of stderr, neutralised and bounded to 64 KiB
 */
export function classify(evidence: Evidence): Failure {
	const detail = cleanLines(evidence.stderr);
	if (evidence.spawnError !== undefined) {
		const reason = evidence.spawnError === 'ENOENT' ? 'it is not installed, or not in PATH' : evidence.spawnError;
		return {
			cause: 'RSYNC_MISSING_HUB',
			message: `${evidence.program} could not be started on the hub: ${reason}`,
			detail,
		};
	}

	const lines = evidence.stderr
		.slice(0, 65_536)
		.split('\n')
		.flatMap(line => line.replace(/\r+$/, '').split(afterUnfinished))
		.filter(line => line.trim() !== '' && !unfinished.test(line));
	const end = ending(lines);
	const atEnd = fromRemote(end, evidence);
	// That nothing came back says less than anything else, wherever that stands.
	const match =
		fromSsh(lines, evidence) ??
		(atEnd?.cause === 'SHELL_DIED' ? undefined : atEnd) ??
		fromStdout(evidence) ??
		idleSsh(end) ??
		fromRemote(lines, evidence);
	if (match) return {cause: match.cause, message: clean(match.line), detail};
	return {cause: 'UNKNOWN', message: clean(unknownLine(lines, evidence)), detail};
}

/** The last line that is not rsync's own decides: once ssh has given up, nothing of the spoke's can follow. */
function fromSsh(lines: readonly string[], evidence: Evidence): Match | undefined {
	if (evidence.program === 'rsync' && connectedCodes.has(evidence.exitCode ?? -1)) return undefined;
	const own = lines.filter(line => !rsyncLines.test(line) && !idleSshLines.some(pattern => pattern.test(line)));
	const last = own.at(-1);
	if (last === undefined) return undefined;
	const above = own.slice(0, -1);
	for (const line of [last, unglued(last)]) {
		const signature = sshSignatures.find(candidate => matches(candidate, line, evidence.exitCode));
		if (signature) return isPast(signature, last, lines) ? undefined : sshMatch(signature, line, above);
	}

	return undefined;
}

/** True when something came through the connection after that line: then it was no word of ssh's that ended it. */
function isPast({cause}: Signature, last: string, lines: readonly string[]): boolean {
	if (cause === 'LINK_DROPPED' || cause === 'LOGIN_CLOSED') return false;
	return lines.slice(lines.lastIndexOf(last) + 1).some(line => connectedLines.test(line));
}

function sshMatch(signature: Signature, last: string, above: readonly string[]): Match {
	const said = saidBySsh(above);
	const refined = refine(signature, said);
	if (refined) return refined;
	if (signature.cause === 'LOGIN_CLOSED') return closedLogin(above, last);
	if (signature.cause === 'JUMP_FAILED') return {cause: 'JUMP_FAILED', line: said.find(isSshLine) ?? last};
	return {cause: signature.cause, line: last};
}

/**
 * What ssh itself said above its last line: what stands right above without a gap, and what it says before it connects.
 * A banner comes in between, and what it quotes is not believed.
 */
function saidBySsh(above: readonly string[]): string[] {
	const said: string[] = [];
	for (const line of above.toReversed()) {
		const word = [line, unglued(line)].find(text => isSshLine(text) || keyLines.test(text));
		if (word === undefined) break;
		said.unshift(word);
	}

	const gap = above.findIndex(line => !headLines.test(line));
	return [...above.slice(0, gap === -1 ? undefined : gap), ...said];
}

/** A line without the end of a banner that it was written behind. */
function unglued(line: string): string {
	return line.slice(Math.max(0, line.search(afterBanner)));
}

function refine(signature: Signature, said: readonly string[]): Match | undefined {
	for (const cause of signature.refinedBy ?? []) {
		const patterns = sshSignatures.filter(({cause: of}) => of === cause).flatMap(({patterns}) => patterns);
		const line = said.findLast(text => patterns.some(pattern => pattern.test(text)));
		if (line !== undefined) return {cause, line};
	}

	return undefined;
}

/** A spoke that closes the door usually says why just before (`/etc/nologin`, "booting up"); without it the line broke. */
function closedLogin(above: readonly string[], last: string): Match {
	const reason = above.findLast(line => !isSshLine(line));
	return reason === undefined ? {cause: 'LINK_DROPPED', line: last} : {cause: 'LOGIN_CLOSED', line: reason};
}

function isSshLine(line: string): boolean {
	return sshSignatures.some(({patterns}) => patterns.some(pattern => pattern.test(line)));
}

/**
 * The lines from the last foreign one on: what rsync and the spoke's shell say of a failure stands together at the end,
 * what a banner quotes of it stands above.
 */
function ending(lines: readonly string[]): readonly string[] {
	const isOfFailure = (line: string) =>
		rsyncLines.test(line) ||
		idleSshLines.some(pattern => pattern.test(line)) ||
		/^(?:usage:|\s)/.test(line) ||
		remoteSignatures.some(({patterns}) => patterns.some(pattern => pattern.test(line)));
	return lines.slice(lines.findLastIndex(line => !isOfFailure(line)) + 1);
}

function fromRemote(lines: readonly string[], evidence: Evidence): Match | undefined {
	for (const signature of remoteSignatures) {
		const line = lines.findLast(text => matches(signature, text, evidence.exitCode));
		if (line === undefined) continue;
		// A shell that died has said why, if it said anything; rsync's own line only says that it did.
		const said = signature.cause === 'SHELL_DIED' ? lines.findLast(text => !rsyncLines.test(text)) : undefined;
		return {cause: signature.cause, line: said ?? line};
	}

	if (evidence.exitCode === 127) return {cause: 'RSYNC_MISSING', line: lines.at(0) ?? 'the command was not found'};
	return undefined;
}

function fromStdout(evidence: Evidence): Match | undefined {
	const line = evidence.stdout?.split('\n').find(text => /^This account is currently not available\.\r?$/.test(text));
	return line === undefined ? undefined : {cause: 'NOLOGIN_SHELL', line: line.trimEnd()};
}

/** A refused channel is a reason only when nothing else is: ssh goes on with a connection of its own. */
function idleSsh(lines: readonly string[]): Match | undefined {
	const patterns = sshSignatures.filter(({cause}) => cause === 'MUX_SOCKET').flatMap(({patterns: of}) => of);
	const line = lines.findLast(text => patterns.some(pattern => pattern.test(text)));
	return line === undefined ? undefined : {cause: 'MUX_SOCKET', line};
}

function matches(signature: Signature, line: string, exitCode: number | undefined): boolean {
	if (signature.codes && exitCode !== undefined && !signature.codes.includes(exitCode)) return false;
	return signature.patterns.some(pattern => pattern.test(line));
}

function unknownLine(lines: readonly string[], {program, exitCode}: Evidence): string {
	const line = lines.find(text => !/^rsync (?:error|warning): /.test(text)) ?? lines[0];
	const end = exitCode === undefined ? 'was ended by a signal' : `ended with code ${exitCode}`;
	return line ?? `${program} ${end} and said nothing`;
}
