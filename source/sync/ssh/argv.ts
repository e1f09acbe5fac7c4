import type {SpokeConfig, TuiConfig} from '../config/types.js';

/** How a command of ours uses the connection that probes and syncs share. */
export type Sharing =
	/** A connection of its own. */
	| {readonly kind: 'none'}
	/** Becomes the shared connection. */
	| {readonly kind: 'master'; readonly socket: string}
	/** Uses the shared connection when it lives, else one of its own. */
	| {readonly kind: 'attach'; readonly socket: string};

/** Seconds the shared connection lives after its last use (docs/architecture.md promises at most 60). */
const persistSeconds = 60;

/*
 * What a poller needs whatever the user's configuration says: never ask, never trust on first use, open nothing, forward
 * nothing, run nothing locally, no terminal; INFO, because at ERROR some failures print nothing at all.
 */
const always = [
	'BatchMode=yes',
	'StrictHostKeyChecking=yes',
	'ConnectionAttempts=1',
	'ServerAliveInterval=15',
	'ServerAliveCountMax=3',
	'ClearAllForwardings=yes',
	'PermitLocalCommand=no',
	'RemoteCommand=none',
	'RequestTTY=no',
	'VisualHostKey=no',
	'LogLevel=INFO',
	'SendEnv=LC_ALL',
];

/**
 * `ssh` and its options up to and including the `--` that must stand before the host.
 * @throws TypeError for a spoke without an ssh source
 */
export function sshOptions(spoke: SpokeConfig, settings: TuiConfig['ssh'], sharing: Sharing): string[] {
	const {user} = sshSource(spoke);
	const options = [...always, `ConnectTimeout=${settings.connectTimeoutSeconds}`];
	if (spoke.knownHosts !== undefined) options.push(`UserKnownHostsFile=${fileValue(spoke.knownHosts)}`);
	if (sharing.kind === 'none') options.push('ControlMaster=no', 'ControlPath=none');
	if (sharing.kind === 'attach') options.push('ControlMaster=no', `ControlPath=${fileValue(sharing.socket)}`);
	if (sharing.kind === 'master')
		options.push('ControlMaster=yes', `ControlPersist=${persistSeconds}`, `ControlPath=${fileValue(sharing.socket)}`);
	return [
		'ssh',
		...(spoke.sshConfig === undefined ? [] : ['-F', spoke.sshConfig]),
		'-T',
		'-x',
		'-a',
		...options.flatMap(option => ['-o', option]),
		...keyOptions(spoke.sshKey),
		...(spoke.port === undefined ? [] : ['-p', String(spoke.port)]),
		...(user === undefined ? [] : ['-l', user]),
		'--',
	];
}

/**
 * Argv of one command on the spoke.
 * @param command handed to the spoke's shell as it stands
 */
export function sshCommand(
	spoke: SpokeConfig,
	settings: TuiConfig['ssh'],
	sharing: Sharing,
	...command: readonly string[]
): string[] {
	return [...sshOptions(spoke, settings, sharing), sshSource(spoke).host, ...command];
}

/** Argv that only opens the shared connection: it returns when the login worked, and leaves the connection behind. */
export function masterCommand(spoke: SpokeConfig, settings: TuiConfig['ssh'], socket: string): string[] {
	const [program, ...options] = sshOptions(spoke, settings, {kind: 'master', socket});
	return [program!, '-n', '-N', '-f', ...options, sshSource(spoke).host];
}

/**
 * Argv that speaks to the shared connection's own process. No configuration is read and nothing is connected to.
 * @param order `check` tells its process id, `exit` ends it, `stop` lets it end with the last session it carries
 */
export function controlCommand(socket: string, order: 'check' | 'exit' | 'stop'): string[] {
	return ['ssh', '-F', '/dev/null', '-o', `ControlPath=${fileValue(socket)}`, '-O', order, '--', 'spoke'];
}

/**
 * Words as one string for rsync's `-e`. rsync splits at spaces, knows both quotes, no backslashes, and reads a doubled
 * quote inside the same quotes as one (rsync(1), `--rsh`).
 */
export function rshString(words: readonly string[]): string {
	return words.map(word => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`)).join(' ');
}

/**
 * The spoke's ssh source.
 * @throws TypeError when it has none
 */
export function sshSource(spoke: SpokeConfig): Extract<SpokeConfig['source'], {kind: 'ssh'}> {
	if (spoke.source?.kind !== 'ssh') throw new TypeError(`${spoke.name} has no ssh source`);
	return spoke.source;
}

function keyOptions(key: string | undefined): string[] {
	if (key === undefined) return [];
	// -i looks for the very name first but expands % when it reads the key, so such a name must go the other way.
	const name = key.includes('%') ? ['-o', `IdentityFile=${fileValue(key)}`] : ['-i', key];
	return ['-o', 'IdentitiesOnly=yes', ...name];
}

/** A file name as a value of ssh_config: `%` starts a token there, white space a second value. */
export function fileValue(file: string): string {
	const literal = file.replaceAll('%', '%%');
	return /^[\w@%+=:,./~-]+$/.test(literal) ? literal : `"${literal.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
