import {clean} from '../../../text/clean.js';
import type {FixNames} from '../names.js';
import {setKey} from './shared-fixes.js';
import type {CauseEntry} from './types.js';
import {bySystem, isMacHub, onHub, onSpoke, saying} from './words.js';

/** rsync itself, on either side. */
export const rsyncCauses: readonly CauseEntry[] = [
	{
		cause: 'RSYNC_MISSING',
		scenario: 'D',
		title: 'The spoke has no rsync',
		plain: names =>
			names.facts.rsyncFound === undefined
				? `The spoke's shell finds no ${clean(names.ssh?.rsyncPath ?? 'rsync')}.`
				: `The spoke's shell does not find rsync, though it is there: ${clean(names.facts.rsyncFound)}.`,
		why: 'rsync must be on both machines. A login without a terminal has a shorter PATH than yours, so an rsync of Homebrew is often there and not found; rsync_path names it.',
		signature: {
			program: 'rsync',
			stderr:
				'bash: line 1: rsync: command not found\nrsync: connection unexpectedly closed (0 bytes received so far) [Receiver]\nrsync error: remote command not found (code 127) at io.c(232) [Receiver=3.5.0]',
			exitCode: 127,
		},
		check: 'spoke',
		confirm: 'The spoke is asked where rsync is, in its PATH and in the usual other places.',
		fixes: names => [
			...(names.facts.rsyncFound === undefined
				? []
				: [setKey(names, 'Name the rsync that is there', 'rsync_path', names.facts.rsyncFound)]),
			...bySystem(
				names,
				onSpoke(
					'Install rsync on the spoke',
					['sudo', 'apt', 'install', 'rsync'],
					'Fedora: sudo dnf install rsync. Arch: sudo pacman -S rsync.',
				),
				onSpoke(
					'macOS: install rsync on the spoke',
					['brew', 'install', 'rsync'],
					'Then set rsync_path to /opt/homebrew/bin/rsync, or /usr/local/bin/rsync on Intel.',
				),
			),
		],
		isRetryable: false,
	},
	{
		cause: 'RSYNC_MISSING_HUB',
		scenario: 'D',
		title: 'The hub has no rsync or ssh that works',
		plain: names =>
			`${names.facts.missingProgram ?? 'rsync or ssh'} cannot be started on the hub, or is too old to pull sessions.`,
		why: 'The hub needs ssh and GNU rsync 3.1 or later. The rsync that comes with macOS is another program; as a sender on a spoke it is fine, on the hub it is not.',
		signature: 'The program cannot be started (ENOENT), or its --version is not that of a GNU rsync 3.1 or later.',
		check: 'tools',
		confirm: 'ssh -V and rsync --version are run on the hub.',
		fixes: names => [
			isMacHub(names)
				? onHub(names, 'Install GNU rsync on the hub', ['brew', 'install', 'rsync'])
				: onHub(names, 'Install rsync and ssh on the hub', ['sudo', 'apt', 'install', 'rsync', 'openssh-client']),
			onHub(names, 'When it works in your terminal only: see which PATH the schedule has', [
				...names.hub.program,
				'schedule',
				`--${names.hub.scheduler ?? 'cron'}`,
			]),
		],
		isRetryable: false,
	},
	{
		cause: 'RSYNC_VULNERABLE',
		scenario: 'D',
		title: "The hub's rsync has known holes",
		plain: names =>
			`The rsync on the hub is a version that a malicious spoke could attack${saying(names.facts.complaint)}.`,
		why: 'Versions before 3.4.0 let the other side read or write files they should not, before 3.4.3 crash a puller. Distributions repair older version numbers too: then an update is all that is needed, and the number may stay.',
		signature: 'rsync --version on the hub, compared with 3.4.0 and 3.4.3.',
		check: 'tools',
		confirm: "The version, and the package's own changes where the distribution names them.",
		fixes: names => [
			isMacHub(names)
				? onHub(names, 'Update rsync', ['brew', 'upgrade', 'rsync'])
				: onHub(names, 'Update rsync', [{raw: 'sudo apt update && sudo apt install --only-upgrade rsync'}]),
		],
		isRetryable: false,
	},
	{
		cause: 'OPTION_REJECTED',
		scenario: 'G',
		title: "The spoke's rsync does not know an option",
		plain: names => `The rsync on the spoke refuses an option it was given${saying(names.facts.complaint)}.`,
		why: 'What a sync itself sends, every rsync knows, that of macOS included. An option too many comes from rsync_options in config.yaml, or from a wrapper on the spoke.',
		signature: {
			program: 'rsync',
			stderr:
				'rsync: on remote machine: --append-verify: unknown option\nrsync error: syntax or usage error (code 1) at clientserver.c(1318) [server=2.6.9]',
			exitCode: 12,
		},
		check: 'dry-run',
		confirm: 'The version of rsync on the spoke, and a dry run.',
		fixes: names => [
			onHub(names, `Take the option out of rsync_options of ${clean(names.spoke)} in config.yaml`, [
				...names.hub.program,
				'config',
				'check',
			]),
			...newer(names),
		],
		isRetryable: false,
	},
	{
		cause: 'PROTO_TOO_OLD',
		scenario: 'G',
		title: "The spoke's rsync is too old",
		plain: names =>
			`The rsync on the spoke speaks an older protocol than an option needs${saying(names.facts.complaint)}.`,
		why: 'rsync 2.6.9, which old systems and macOS have, speaks protocol 29. A sync works with it; some options of rsync_options do not.',
		signature: {
			program: 'rsync',
			stderr:
				'--prune-empty-dirs requires protocol 30 or higher (negotiated 29).\nrsync error: protocol incompatibility (code 2) at compat.c(622) [Receiver=3.5.0]',
			exitCode: 2,
		},
		check: 'spoke',
		confirm: 'The version of rsync on the spoke.',
		fixes: names => [
			...newer(names),
			onHub(names, `Or take that option out of rsync_options of ${clean(names.spoke)} in config.yaml`, [
				...names.hub.program,
				'config',
				'check',
			]),
		],
		isRetryable: false,
	},
];

function newer(names: FixNames) {
	return bySystem(
		names,
		onSpoke('Install a newer rsync on the spoke', ['sudo', 'apt', 'install', 'rsync']),
		onSpoke('macOS: install a newer rsync on the spoke', ['brew', 'install', 'rsync'], 'Then set rsync_path to it.'),
	);
}
