/**
 * What is done about an rsync option. `accepted` ones are harmless for a pull, and what of them reaches the spoke
 * (`-z`, `-c`, `--timeout`, `--bwlimit`) is accepted by GNU rsync, openrsync and rrsync alike; `needless` ones are
 * left out because the pull does it anyway or never wants it; `delete` asks for deletions on the hub.
 */
export interface Verdict {
	readonly kind: 'accepted' | 'needless' | 'delete' | 'refused';
	/** Why, to be read after the option; empty for accepted ones. */
	readonly reason: string;
}

const shortAndLong =
	'a archive, r recursive, t times, v verbose, q quiet, h human-readable, i itemize-changes, y fuzzy, 8 8-bit-output, ' +
	'l links, p perms, o owner, g group, D devices, H hard-links, A acls, X xattrs, E executability, S sparse, ' +
	'O omit-dir-times, J omit-link-times, U atimes, N crtimes, z compress, c checksum, 4 ipv4, 6 ipv6, P partial, ' +
	'e rsh, M remote-option, T temp-dir, b backup, R relative, L copy-links, k copy-dirlinks, K keep-dirlinks, ' +
	'W whole-file, u update, f filter, C cvs-exclude, m prune-empty-dirs, x one-file-system, d dirs, n dry-run, ' +
	'I ignore-times, s secluded-args, B block-size, @ modify-window, 0 from0, V version';

/** rsync's letters and what they stand for, `--` included; `-P` stands for its harmless half. */
export const longNames: ReadonlyMap<string, string> = new Map(
	shortAndLong.split(', ').map(pair => [pair[0]!, `--${pair.slice(2)}`] as const),
);

const valued = names(
	'bwlimit timeout max-size min-size exclude rsh remote-option temp-dir filter block-size modify-window partial-dir ' +
		'info debug out-format outbuf chmod chown usermap groupmap max-delete rsync-path config copy-as early-input dparam ' +
		'backup-dir suffix write-batch only-write-batch read-batch log-file log-file-format compare-dest copy-dest link-dest ' +
		'files-from exclude-from include-from password-file confine-root include contimeout address port sockopts iconv ' +
		'protocol checksum-seed compress-choice compress-level compress-threads skip-compress checksum-choice zc zl zt cc ' +
		'stop-after time-limit stop-at max-alloc stderr',
);

/** True when rsync takes the next word as the option's value. */
export function takesValue(option: string): boolean {
	return valued.has(option);
}

const accepted = names('bwlimit timeout max-size min-size exclude compress no-compress no-z checksum ipv4 ipv6');
const deleting = names(
	'delete del delete-before delete-during delete-delay delete-after delete-excluded delete-missing-args',
);
const ours = names(
	'archive recursive times verbose quiet human-readable itemize-changes fuzzy 8-bit-output stats progress partial ' +
		'partial-dir info debug out-format outbuf no-motd fsync mkpath inc-recursive',
);
const unwanted = names(
	'links perms owner group devices specials hard-links acls xattrs executability sparse preallocate omit-dir-times ' +
		'omit-link-times atimes crtimes chmod chown usermap groupmap numeric-ids safe-links munge-links ' +
		'max-delete ignore-errors force',
);

const refusals: ReadonlyArray<readonly [ReadonlySet<string>, string]> = [
	[names('rsh'), 'could run any command; write host, user, port, ssh_key or ssh_config on the spoke instead'],
	[
		names('remote-option daemon server sender config dparam copy-as early-input trust-sender old-args blocking-io'),
		'could run a command, or change what runs on the spoke',
	],
	[
		names(
			'temp-dir backup backup-dir suffix write-batch only-write-batch read-batch log-file log-file-format compare-dest ' +
				'copy-dest link-dest files-from exclude-from include-from from0 password-file relative no-implied-dirs ' +
				'confine-root insecure-links delay-updates',
		),
		'could read or write outside the folders of this spoke',
	],
	[
		names('copy-links copy-dirlinks keep-dirlinks copy-unsafe-links copy-devices write-devices super fake-super'),
		'could bring in files from outside the folder of sessions',
	],
	[
		names('inplace append append-verify whole-file'),
		'would change how bytes arrive; a pull never writes into the hub’s copy',
	],
	[
		names(
			'update size-only existing ignore-existing ignore-non-existing include filter cvs-exclude prune-empty-dirs dirs ' +
				'old-dirs one-file-system modify-window stop-after time-limit stop-at',
		),
		'would leave sessions or changes behind unseen; exclude_patterns under sync: is honoured everywhere',
	],
	[names('dry-run list-only'), 'would make every sync do nothing; `sync run --dry-run` shows what would come'],
	[names('remove-source-files remove-sent-files'), 'would delete on the spoke; nothing is ever written there'],
	[names('contimeout address sockopts'), 'is for rsync daemons and ends rsync when it goes through ssh'],
	[names('port'), 'is for rsync daemons; write port: on the spoke'],
	[
		names(
			'secluded-args protect-args compress-choice compress-level compress-threads skip-compress zc zl zt iconv protocol',
		),
		'is not understood by every rsync and refused by restricted keys',
	],
];

/**
 * What is to be done about a long option. What is on no list is refused: an allow-list stays safe when rsync grows.
 * @param option with its dashes, without a value
 */
export function verdictOf(option: string): Verdict {
	if (accepted.has(option)) return {kind: 'accepted', reason: ''};
	if (deleting.has(option)) {
		return {kind: 'delete', reason: 'is ignored: nothing the hub ever acknowledged is lost'};
	}

	const positive = positiveOf(option);
	if (ours.has(positive)) return {kind: 'needless', reason: 'is not needed and left out: the pull sees to it'};
	if (unwanted.has(positive)) return {kind: 'needless', reason: 'is left out: nothing of it is wanted from a spoke'};
	const refusal = refusals.find(([options]) => options.has(option));
	return {kind: 'refused', reason: refusal?.[1] ?? 'is not among the options known to be harmless for a pull'};
}

/** `--no-perms` and `--no-p` as `--perms`: leaving out is the same for both. */
function positiveOf(option: string): string {
	if (!option.startsWith('--no-')) return option;
	const name = option.slice('--no-'.length);
	return longNames.get(name) ?? `--${name}`;
}

function names(list: string): ReadonlySet<string> {
	return new Set(list.split(' ').map(name => `--${name}`));
}
