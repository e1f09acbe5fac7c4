import {clean, cleanLines} from '../../text/clean.js';
import type {Cause, Failure} from '../causes.js';
import {idleSshLines, remoteSignatures, rsyncLines, type Signature, sshSignatures} from './signatures.js';

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
		.map(line => line.replace(/\r+$/, ''))
		.filter(line => line.trim() !== '');
	const remote = fromRemote(lines, evidence);
	// That nothing came back says less than that the shared connection refused.
	const match =
		fromSsh(lines, evidence) ??
		(remote?.cause === 'SHELL_DIED' ? undefined : remote) ??
		fromStdout(evidence) ??
		idleSsh(lines) ??
		remote;
	if (match) return {cause: match.cause, message: clean(match.line), detail};
	return {cause: 'UNKNOWN', message: clean(unknownLine(lines, evidence)), detail};
}

/** The last line that is not rsync's own decides: once ssh has given up, nothing of the spoke's can follow. */
function fromSsh(lines: readonly string[], evidence: Evidence): Match | undefined {
	if (evidence.program === 'rsync' && connectedCodes.has(evidence.exitCode ?? -1)) return undefined;
	const own = lines.filter(line => !rsyncLines.test(line) && !idleSshLines.some(pattern => pattern.test(line)));
	const last = own.at(-1);
	if (last === undefined) return undefined;
	const signature = sshSignatures.find(candidate => matches(candidate, last, evidence.exitCode));
	if (!signature) return undefined;
	const above = own.slice(0, -1);
	const refined = refine(signature, above);
	if (refined) return refined;
	if (signature.cause === 'LOGIN_CLOSED') return closedLogin(above, last);
	if (signature.cause === 'JUMP_FAILED') return {cause: 'JUMP_FAILED', line: above.find(isSshLine) ?? last};
	return {cause: signature.cause, line: last};
}

function refine(signature: Signature, above: readonly string[]): Match | undefined {
	for (const cause of signature.refinedBy ?? []) {
		const patterns = sshSignatures.filter(({cause: of}) => of === cause).flatMap(({patterns}) => patterns);
		const line = above.findLast(text => patterns.some(pattern => pattern.test(text)));
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
