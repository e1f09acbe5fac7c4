import {clean} from '../../../text/clean.js';
import type {FixNames} from '../names.js';
import type {Fix} from '../types.js';
import {runAgain} from './shared-fixes.js';
import type {CauseEntry} from './types.js';
import {onHub, onSpoke, saying, shownPath, sshWords, type Word} from './words.js';

/** What is written on the hub: config.yaml, ssh's own configuration, the schedule. */
export const configCauses: readonly CauseEntry[] = [
	{
		cause: 'CONFIG_INVALID',
		scenario: 'H',
		title: 'The entry in config.yaml cannot be used',
		plain: names =>
			`The entry of ${clean(names.spoke)}${configPlace(names)} cannot be used${saying(names.facts.complaint)}.`,
		why: 'A spoke whose entry is wrong is shown and left alone; the others work. The check names the line and what is expected there.',
		signature: 'config.yaml is read before anything runs; the entry is reported with line and column.',
		check: 'config',
		confirm: 'config check reports the entry.',
		fixes: names => [
			onHub(names, 'See what is wrong and where', [...names.hub.program, 'config', 'check'], {
				note: 'A change to the file takes effect within two seconds where the dashboard or sync watch runs.',
			}),
		],
		isRetryable: false,
	},
	{
		cause: 'SSH_CONFIG_BAD',
		scenario: 'H',
		title: "ssh's own configuration is wrong",
		plain: names => `ssh does not accept its configuration${place(names)}${saying(names.facts.complaint)}.`,
		why: 'ssh reads its whole configuration before it does anything, and one line it does not know, or a file that others may write to, ends it. Every ssh of this user is affected, not only the sync.',
		signature: {
			program: 'ssh',
			stderr:
				'/home/will/.ssh/config: line 12: Bad configuration option: hostnam\n/home/will/.ssh/config: terminating, 1 bad configuration options',
			exitCode: 255,
		},
		check: 'ssh-config',
		confirm: 'ssh -G, which reads the configuration and connects to nothing, ends with the same complaint.',
		fixes: names => {
			const isOwner = /owner or permissions/i.test(names.facts.complaint ?? '');
			const file = sshConfigFile(names);
			const open = onHub(names, `Correct that line${place(names)}`, checkWords(names), {
				note: 'The command reads the configuration only; it prints no complaint when all is well.',
			});
			const shut = onHub(names, 'Let nobody else write to the file', ['chmod', '600', file]);
			return isOwner ? [shut, open] : [open];
		},
		isRetryable: false,
	},
	{
		cause: 'CFG_REMOTECOMMAND',
		scenario: 'H',
		title: "ssh's configuration forces a command",
		plain: names =>
			`ssh_config sets RemoteCommand for ${clean(names.ssh?.host ?? names.spoke, 255)}, so no other command can be sent.`,
		why: 'RemoteCommand is for logins by hand. The sync switches it off for itself; a wrapper or an older ssh may ignore that.',
		signature: {program: 'ssh', stderr: 'Cannot execute command-line and remote command.', exitCode: 255},
		check: 'ssh-config',
		confirm: 'ssh -G shows a RemoteCommand for this host.',
		fixes: names => [
			onHub(names, 'Give logins by hand an alias of their own, and take RemoteCommand away from this one', [
				...checkWords(names),
				{raw: '| grep -i remotecommand'},
			]),
		],
		isRetryable: false,
	},
	{
		cause: 'MUX_SOCKET',
		scenario: 'H',
		title: 'The shared ssh connection cannot be used',
		plain: () =>
			'ssh could not share one connection between probe and sync: the place of its socket, or the number of sessions the spoke allows.',
		why: 'The hub keeps one ssh connection per spoke, as a socket in its own folder. A path that is too long, a folder it may not write to, or MaxSessions on the spoke get in the way. Without sharing everything works, with a login more for each step.',
		signature: {
			program: 'ssh',
			stderr: 'unix_listener: path "/home/will/.pi-brain/run/cm-6f9a" too long for Unix domain socket',
			exitCode: 255,
		},
		check: 'login',
		confirm: 'A login without sharing works.',
		fixes: names => [
			...shutSocketFolder(names),
			runAgain(names, 'Sync again: a fresh connection is made'),
			onSpoke(
				'If it says "open refused by peer": allow more sessions there',
				[{raw: 'sudo sshd -T | grep -i maxsessions'}],
				'MaxSessions in /etc/ssh/sshd_config; 10 is usual.',
			),
			onHub(names, 'Or do without sharing: multiplex: false under tui.ssh in config.yaml'),
		],
		isRetryable: true,
	},
	{
		cause: 'SCHEDULE_NOBODY',
		scenario: 'H',
		title: 'Nobody runs the schedule',
		plain: names =>
			`${clean(names.spoke)} has a schedule, but nothing on this hub runs it: no timer, no cron line, no sync watch.`,
		why: 'A schedule in config.yaml runs only while something keeps it. The dashboard does while it is open; a timer or a cron line does always.',
		signature: 'No timer, cron line, service or dashboard that runs the schedule was found on the hub.',
		check: 'schedule',
		confirm: 'Crontab, systemd units and running processes are searched for this program.',
		fixes: names => {
			const kinds = names.hub.scheduler === undefined ? (['systemd', 'cron'] as const) : [names.hub.scheduler];
			return kinds.map(kind =>
				onHub(
					names,
					kind === 'systemd' ? 'Install a systemd timer for this user' : 'Install a line in the crontab',
					[...names.hub.program, 'schedule', `--${kind}`, '--install'],
					{
						note: 'It syncs every quarter of an hour, also while nobody looks.',
						action: {type: 'install-schedule', kind},
					},
				),
			);
		},
		isRetryable: false,
	},
	{
		cause: 'WRITER_FOREIGN',
		scenario: 'H',
		title: 'Something else writes into the same folder',
		plain: names =>
			`Another program writes into ${shownPath(names.hub.folder, names)}${saying(names.facts.complaint)}.`,
		why: "Two writers in one folder undo each other, and one that deletes (rsync --delete) empties the hub's copy when the spoke's folder is empty or not mounted.",
		signature: 'A crontab, unit, script or running process names the folder as its destination.',
		check: 'writers',
		confirm: 'Crontabs, systemd units, the scripts they start and running processes are read.',
		fixes: names => [
			onHub(names, `Remove it${place(names)}`, undefined, {note: 'Look first whether it serves other folders, too.'}),
			onHub(
				names,
				'Let this program run the schedule instead',
				[...names.hub.program, 'schedule', `--${names.hub.scheduler ?? 'cron'}`],
				{
					note: 'Prints what takes its place, and deletes nothing.',
				},
			),
		],
		isRetryable: false,
	},
	{
		cause: 'LEASE_HELD',
		scenario: 'H',
		title: 'Another run is at work',
		plain: names => `Another process is syncing ${clean(names.spoke)} now${saying(names.facts.holder)}.`,
		why: 'Only one run at a time may work on a spoke, whoever started it. The lease frees itself when that run ends, even if it is killed.',
		signature: "The spoke's lease, a lock in the run folder beside config.yaml, is held by another process.",
		check: 'writers',
		confirm: 'The lease is asked who holds it.',
		fixes: names => [
			onHub(names, 'Wait for it to end, then sync again', [...names.hub.program, 'sync', 'run', names.spoke]),
			onHub(names, 'See what it is doing', [...names.hub.program, 'sync', 'log', '--spoke', names.spoke]),
		],
		isRetryable: true,
	},
];

function configPlace(names: FixNames): string {
	const {configFile, configLine} = names.hub;
	if (configFile === undefined) return configLine === undefined ? '' : ` (config.yaml line ${configLine})`;
	return ` (${shownPath(configFile, names)}${configLine === undefined ? '' : `:${configLine}`})`;
}

/** ` (file:line)`. */
function place(names: FixNames): string {
	return names.facts.place === undefined ? '' : ` (${shownPath(names.facts.place, names)})`;
}

/** The engine refuses a folder of sockets that others may write to, or that is none. */
function shutSocketFolder(names: FixNames): readonly Fix[] {
	const {path} = names.facts;
	if (path === undefined) return [];
	return [
		onHub(names, 'Let nobody else write to the folder of the sockets', ['chmod', '700', {hub: path}], {
			note: 'Whoever may write there could put a socket of their own in the place of yours.',
			action: {type: 'chmod', path, mode: 0o700},
		}),
	];
}

function checkWords(names: FixNames): readonly Word[] {
	return ['ssh', '-G', ...sshWords(names).slice(1)];
}

function sshConfigFile({facts, ssh}: FixNames): Word {
	const file = facts.path ?? ssh?.configFile;
	return file === undefined ? {raw: '~/.ssh/config'} : {hub: file};
}
