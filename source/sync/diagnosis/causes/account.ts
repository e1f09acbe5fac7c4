import {clean} from '../../../text/clean.js';
import type {FixNames} from '../names.js';
import {logIn} from './shared-fixes.js';
import type {CauseEntry} from './types.js';
import {bySystem, destination, onSpoke, saying, type Word} from './words.js';

/** The key is right, and the account behind it is not. */
export const accountCauses: readonly CauseEntry[] = [
	{
		cause: 'ACCOUNT_EXPIRED',
		scenario: 'G',
		title: 'The account has expired',
		plain: names => `The account ${userOf(names)} on the spoke has expired: it may not log in any more.`,
		why: 'The account has an end date, and it has passed. The key is fine.',
		signature: {
			program: 'ssh',
			stderr:
				'Your account has expired; please contact your system administrator.\nConnection closed by 10.0.0.9 port 22',
			exitCode: 255,
		},
		check: 'login',
		confirm: 'The spoke says so before it closes the connection.',
		fixes: names => [onSpoke('Take the end date away', ['sudo', 'chage', '-E', '-1', userWord(names)])],
		isRetryable: false,
	},
	{
		cause: 'PASSWORD_EXPIRED',
		scenario: 'G',
		title: 'The password has expired',
		plain: names =>
			`The password of ${userOf(names)} on the spoke has expired; until it is changed nothing may run there.`,
		why: 'The key was accepted, then the spoke demanded a new password, which only a terminal can give.',
		signature: {
			program: 'ssh',
			stderr: 'Password change required but no TTY available.',
			exitCode: 1,
		},
		check: 'login',
		confirm: 'The login works and ends at once with that text.',
		fixes: names => [
			logIn(names, 'Log in once and change the password'),
			onSpoke('Or let it never expire, for an account that only keys may use', [
				'sudo',
				'chage',
				'-M',
				'-1',
				userWord(names),
			]),
		],
		isRetryable: false,
	},
	{
		cause: 'LOGIN_CLOSED',
		scenario: 'G',
		title: 'The spoke lets nobody in just now',
		plain: names => `The spoke closes the door to logins${saying(names.facts.serverSays)}.`,
		why: 'The file /etc/nologin, a machine that is starting or shutting down, or a rule of its ssh server. What it says is shown; most of these end by themselves.',
		signature: {
			program: 'ssh',
			stderr:
				'System is booting up. Unprivileged users are not permitted to log in yet.\nConnection closed by 10.0.0.9 port 22',
			exitCode: 255,
		},
		check: 'login',
		confirm: 'The connection is closed after the spoke has said why.',
		fixes: names => [
			logIn(names, 'Wait a minute, then log in once by hand'),
			...bySystem(
				names,
				onSpoke(
					'If it stays: remove the note that forbids logins',
					['sudo', 'rm', '/etc/nologin'],
					'Only when the maintenance it stands for is over.',
				),
				onSpoke('macOS: see who may log in: System Settings, General, Sharing, Remote Login'),
			),
		],
		isRetryable: true,
	},
	{
		cause: 'NOLOGIN_SHELL',
		scenario: 'G',
		title: 'The account has no shell',
		plain: names => `The account ${userOf(names)} on the spoke may not run anything: its shell is nologin.`,
		why: 'A service account. Every command goes through its shell, which only prints a refusal. It needs a real shell; what the key may do is better limited by its line in authorized_keys.',
		signature: 'The spoke prints "This account is currently not available." and nothing else.',
		check: 'login',
		confirm: 'That line on stdout of a command that prints nothing.',
		fixes: names => [
			onSpoke('Give the account a shell', ['sudo', 'chsh', '-s', '/bin/sh', userWord(names)]),
			logIn(
				names,
				'Or use another user who may read the sessions: set user@ in the source of config.yaml, then log in once',
			),
		],
		isRetryable: false,
	},
];

function userOf(names: FixNames): string {
	return clean(names.ssh?.loginUser ?? destination(names), 128);
}

/** Without a known name: whoever runs the command there. */
function userWord({ssh}: FixNames): Word {
	return ssh?.loginUser ?? {raw: '"$USER"'};
}
