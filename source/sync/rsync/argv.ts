import type {SpokeConfig} from '../config/types.js';
import {rshString} from '../ssh/argv.js';

/** Everything a pull's command line is made of. */
export interface PullPlan {
	readonly spoke: SpokeConfig;
	/** Absolute; without a slash at its end. */
	readonly staging: string;
	/** Absolute folders that exist, in the order they are asked. */
	readonly compare: readonly string[];
	/** `ssh` and its options up to `--`; undefined for a local source. */
	readonly rsh: readonly string[] | undefined;
	readonly isDryRun: boolean;
	/** Compare by checksum, whatever size and time say: both sides read every byte. */
	readonly isChecksummed?: boolean;
	readonly isCompressed: boolean;
	/** Only what every rsync since 2.6.9 and openrsync accept reaches the spoke: the second try after a refusal. */
	readonly isPlain: boolean;
	/** The hub's rsync hands the remote path to the spoke's shell as it is (before 3.2.4). */
	readonly isPathUnescaped?: boolean;
	/** File of further rules, NUL-separated, asked before all others. */
	readonly rulesFile?: string;
}

/** Seconds of `--timeout` unless `rsync_options` says otherwise; it only ends the spoke's side reliably. */
const timeoutSeconds = 60;

/** Seconds of silence that a side is granted for its checksums. */
export const checksumSeconds = 1800;

/** Never a session: where rsync, Syncthing and we work, and what they leave while they write. */
const neverTaken = [
	'.rsync-partial/',
	'.pi-brain-staging/',
	'.staging/',
	'.stversions/',
	'.stfolder',
	'.~tmp~/',
	'.syncthing.*',
	'~syncthing~*',
	'*.sync-conflict-*',
];

// What config.yaml's own check refuses as well: the second lock on the promises that nothing is written to a spoke, and
// that the hub's side is only ever staged.
const forbidden =
	/^--(?:remove-|del|append|inplace|write-|only-write|backup|force|super|rsh|rsync-path|temp-dir|link-dest|copy-dest)/;

/**
 * The command line of one pull into staging.
 * @throws TypeError for a spoke without a source
 */
export function pullCommand(plan: PullPlan): string[] {
	const {spoke} = plan;
	const {extraArgs, bwLimit} = spoke.rsyncOptions;
	return [
		'rsync',
		// First, so that ours win where the two disagree.
		...(plan.isPlain ? [] : extraArgs.filter(argument => !forbidden.test(argument))),
		'-rt',
		'--no-links',
		'--no-perms',
		'--chmod=D700,F600',
		'-ii',
		'--stats',
		'--no-h',
		'--info=progress2',
		// By blocks: thousands of lines would be thousands of writes and reads. Progress is flushed by rsync itself.
		'--outbuf=B',
		'--out-format=%i|%l|%M|%n',
		'--partial-dir=.rsync-partial',
		`--timeout=${timeoutOf(plan)}`,
		...(plan.isDryRun ? ['-n'] : []),
		...(plan.isChecksummed ? ['-c'] : []),
		...(plan.isCompressed && !plan.isPlain ? ['-z'] : []),
		...(bwLimit === undefined ? [] : [`--bwlimit=${bwLimit}`]),
		...(plan.rulesFile === undefined ? [] : ['--from0', `--exclude-from=${plan.rulesFile}`]),
		...spoke.excludePatterns.map(pattern => `--exclude=${pattern}`),
		...neverTaken.map(pattern => `--exclude=${pattern}`),
		'--include=*/',
		'--include=*.jsonl',
		'--exclude=*',
		...plan.compare.map(folder => `--compare-dest=${folder}`),
		...(spoke.rsyncPath === undefined ? [] : [`--rsync-path=${spoke.rsyncPath}`]),
		...(plan.rsh === undefined ? [] : ['-e', rshString(plan.rsh)]),
		'--',
		sourceArgument(spoke, plan.isPathUnescaped ?? false),
		`${plan.staging}/`,
	];
}

/** A side that reads gigabytes for their checksums says nothing meanwhile. */
function timeoutOf({spoke, isChecksummed}: PullPlan): number {
	const seconds = spoke.rsyncOptions.timeoutSeconds ?? timeoutSeconds;
	return isChecksummed ? Math.max(seconds, checksumSeconds) : seconds;
}

function sourceArgument({name, source}: SpokeConfig, isPathUnescaped: boolean): string {
	if (source === undefined) throw new TypeError(`${name} has no source`);
	if (source.kind === 'local') return withSlash(source.path);
	// Every login starts in the home folder, and a shell would only expand ~ where nothing is quoted.
	const path = withSlash(source.path === '~' ? '.' : source.path.replace(/^~\//, '') || '.');
	const host = source.host.includes(':') && !source.host.startsWith('[') ? `[${source.host}]` : source.host;
	return `${host}:${isPathUnescaped ? path.replaceAll(/[^\w@%+=:,./-]/g, String.raw`\$&`) : path}`;
}

function withSlash(path: string): string {
	return path.endsWith('/') ? path : `${path}/`;
}

/**
 * True for a remote path that an rsync before 3.2.4 would have the spoke's shell split or expand.
 */
export function needsEscape(spoke: SpokeConfig): boolean {
	return spoke.source?.kind === 'ssh' && /[^\w@%+=:,./~-]/.test(spoke.source.path);
}
