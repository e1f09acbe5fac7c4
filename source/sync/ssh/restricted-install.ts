import {randomUUID} from 'node:crypto';
import type {Failure} from '../causes.js';
import type {SpokeConfig, TuiConfig} from '../config/types.js';
import {classify} from '../diagnosis/classify.js';
import {type Finished, type RunOptions, run} from '../process.js';
import {sshCommand} from './argv.js';
import type {Restriction} from './restricted.js';
import {wrapperScript} from './wrapper.js';

/** How a login is made. */
export interface LoginOptions extends Pick<RunOptions, 'signal' | 'env' | 'onCommand'> {
	readonly settings: TuiConfig['ssh'];
}

/** What a login may do. */
export type LoginKind =
	/** Runs what it is asked to. */
	| {readonly kind: 'shell'; readonly facts: SpokeFacts}
	/** Only pulls, through rrsync or our script. */
	| {readonly kind: 'restricted'}
	| {readonly kind: 'failed'; readonly failure: Failure};

/** What a shell on the spoke told of it. */
export interface SpokeFacts {
	/** Absolute path of rrsync; undefined: there is none. */
	readonly rrsync: string | undefined;
	/** The folder of sessions, absolute, links followed; undefined: it is not there. */
	readonly root: string | undefined;
	/** rsync, absolute; undefined: not in the PATH of a login without a terminal. */
	readonly rsync: string | undefined;
}

/**
 * What the login of a spoke's configuration may do, and what it finds there. One login.
 * @param root folder of sessions as `remotePath` gives it
 * @throws the signal's reason when it aborts
 */
export async function tryLogin(spoke: SpokeConfig, root: string, options: LoginOptions): Promise<LoginKind> {
	const mark = `PIB-${randomUUID()}`;
	const finished = await runScript(spoke, options, [
		`printf '%s\\n' ${mark}`,
		'r=$(command -v rrsync 2>/dev/null) || r=',
		'[ -n "$r" ] || [ ! -x /usr/share/rsync/scripts/rrsync ] || r=/usr/share/rsync/scripts/rrsync',
		`printf 'rrsync=%s\\nrsync=%s\\n' "$r" "$(command -v rsync 2>/dev/null)"`,
		`cd 2>/dev/null; cd -- ${quote(root)} 2>/dev/null && printf 'root=%s\\n' "$(pwd -P)"`,
		':',
	]);
	const told = finished.stdout.split('\n');
	const at = told.indexOf(mark);
	if (at < 0) {
		const failure = classify({...finished, program: 'ssh'});
		return failure.cause === 'FORCED_RRSYNC' ? {kind: 'restricted'} : {kind: 'failed', failure};
	}

	const value = (name: string) => {
		const line = told.slice(at).find(text => text.startsWith(`${name}=/`));
		return line?.slice(name.length + 1);
	};
	return {kind: 'shell', facts: {rrsync: value('rrsync'), root: value('root'), rsync: value('rsync')}};
}

/**
 * Adds the line of a restricted key to `~/.ssh/authorized_keys` of whoever logs in, and our script where the line names
 * it. A line that has the same key already is replaced; the file before stays as `authorized_keys.pi-brain-bak` then.
 * @param line as `authorizedLine` gives it
 * @returns undefined when it is in place, else how it failed
 * @throws the signal's reason when it aborts
 */
export async function installLine(
	spoke: SpokeConfig,
	{by}: Restriction,
	line: string,
	publicKey: string,
	options: LoginOptions,
): Promise<Failure | undefined> {
	const done = `PIB-${randomUUID()}`;
	const blob = publicKey.split(' ')[1] ?? publicKey;
	const finished = await runScript(spoke, options, [
		'set -eu',
		'umask 077',
		// In another locale grep takes a comment that is no text there for a binary file, and leaves out lines.
		'LC_ALL=C; export LC_ALL',
		'mkdir -p "$HOME/.ssh"',
		...(by === 'wrapper' ? placeScript() : []),
		'f=$HOME/.ssh/authorized_keys',
		'touch "$f"',
		// A rename would put a plain file in the place of a link.
		'if [ -L "$f" ]; then f=$(readlink -f "$f"); fi',
		`if grep -qxF -- ${quote(line)} "$f"; then :`,
		`elif grep -qF -- ${quote(blob)} "$f"; then`,
		'cp -p "$f" "$f.pi-brain-bak"',
		// 1: no other line is there; more: not all of them could be written, on a full disk.
		`grep -vF -- ${quote(blob)} "$f" > "$f.new" || [ $? -eq 1 ]`,
		`printf '%s\\n' ${quote(line)} >> "$f.new"`,
		'mv -f "$f.new" "$f"',
		'else',
		// A last line without its end would swallow ours.
		'[ -z "$(tail -c 1 "$f")" ] || printf "\\n" >> "$f"',
		`printf '%s\\n' ${quote(line)} >> "$f"`,
		'fi',
		`printf '%s\\n' ${done}`,
	]);
	return finished.stdout.split('\n').includes(done) ? undefined : classify({...finished, program: 'ssh'});
}

function placeScript(): string[] {
	const end = `PIB-${randomUUID()}`;
	return [
		`cat > "$HOME/.ssh/pi-brain-rrsync.new" <<'${end}'`,
		wrapperScript.trimEnd(),
		end,
		'chmod 700 "$HOME/.ssh/pi-brain-rrsync.new"',
		'mv -f "$HOME/.ssh/pi-brain-rrsync.new" "$HOME/.ssh/pi-brain-rrsync"',
	];
}

/**
 * Runs lines in a POSIX shell on the spoke, by a login of its own.
 * @throws the signal's reason when it aborts
 */
export async function runScript(
	spoke: SpokeConfig,
	{settings, ...options}: LoginOptions,
	lines: readonly string[],
): Promise<Finished> {
	const limitMs = settings.connectTimeoutSeconds * 2000 + 10_000;
	const argv = sshCommand(spoke, settings, {kind: 'none'}, 'sh -s');
	const finished = await run(argv, {...options, limitMs, maxOutput: 1_048_576, input: `${lines.join('\n')}\n`});
	if (finished.ended === 'cancelled') options.signal?.throwIfAborted();
	return finished;
}

function quote(word: string): string {
	return `'${word.replaceAll("'", `'\\''`)}'`;
}
