import {logIn, setKey} from './shared-fixes.js';
import type {CauseEntry} from './types.js';
import {onHub, onSpoke, saying, sshWords} from './words.js';

/** The login works, and what answers behind it is not the plain shell or rsync that was expected. */
export const shellCauses: readonly CauseEntry[] = [
	{
		cause: 'FORCED_RRSYNC',
		scenario: 'G',
		title: "The key's restriction refuses this",
		plain: names =>
			`The key may only pull one folder (rrsync), and what was asked for is not allowed${saying(names.facts.forcedSays)}.`,
		why: 'A key restricted with rrsync is a good thing: it can read the sessions and do nothing else. The folder stands in its line in authorized_keys, so the source here must be ./ below that folder. Checks that need a shell are left out with such a key.',
		signature: {
			program: 'rsync',
			stderr:
				'/usr/bin/rrsync error: option -s has been disabled on this server.\nrsync error: error in rsync protocol data stream (code 12) at io.c(232) [Receiver=3.5.0]',
			exitCode: 12,
		},
		check: 'spoke',
		confirm: 'The answer begins with "rrsync error"; the dry run then shows whether pulling works.',
		fixes: names => {
			const {ssh} = names;
			const user = ssh?.user === undefined ? '' : `${ssh.user}@`;
			const host = ssh?.host.includes(':') ? `[${ssh.host}]` : (ssh?.host ?? names.spoke);
			return [
				...(ssh?.root === './'
					? []
					: [
							setKey(
								names,
								'Write the source as ./, the folder the key is restricted to',
								'source',
								`${user}${host}:./`,
							),
						]),
				onSpoke(
					'Compare the line in ~/.ssh/authorized_keys',
					[{raw: 'grep -n rrsync ~/.ssh/authorized_keys'}],
					'The folder named there must exist, and be the one with the sessions.',
				),
				onHub(names, 'Print the line as it should be', [...names.hub.program, 'spoke', 'key', names.spoke]),
			];
		},
		isRetryable: false,
	},
	{
		cause: 'FORCED_OTHER',
		scenario: 'G',
		title: 'The spoke runs something else',
		plain: names =>
			`Whatever is asked of the spoke, it runs another command instead${saying(names.facts.forcedSays ?? names.facts.serverSays)}.`,
		why: 'A command= in authorized_keys, a ForceCommand in sshd_config, or a shell that ignores what it is given. rsync needs the spoke to run what it is asked, or rrsync.',
		signature: 'The answer to a command that only prints a mark does not hold the mark.',
		check: 'spoke',
		confirm: 'A mark that no text can hold by chance is asked for and does not come back.',
		fixes: names => [
			onSpoke(
				'Look at what the key is bound to',
				[{raw: 'grep -n command= ~/.ssh/authorized_keys'}],
				'ForceCommand in /etc/ssh/sshd_config does the same for everybody.',
			),
			onHub(names, 'Print a line that restricts the key to reading sessions', [
				...names.hub.program,
				'spoke',
				'key',
				names.spoke,
			]),
		],
		isRetryable: false,
	},
	{
		cause: 'SHELL_NOISE',
		scenario: 'G',
		title: "The spoke's shell prints text",
		plain: names =>
			`A start-up file of the spoke's shell prints text before every command${saying(names.facts.shellNoise)}, and rsync takes that for an answer.`,
		why: 'rsync speaks with the spoke over what its shell prints. A greeting in .bashrc, .zshenv or a file of /etc/profile.d is in the way; it belongs where only a person sees it.',
		signature: {
			program: 'rsync',
			stderr:
				'protocol version mismatch -- is your shell clean?\n(see the rsync manpage for an explanation)\nrsync error: protocol incompatibility (code 2) at compat.c(622) [Receiver=3.5.0]',
			exitCode: 2,
		},
		check: 'spoke',
		confirm:
			'The output of the round trip is looked at: whatever comes before our own first line is noise, and is shown.',
		fixes: names => [
			onSpoke(
				'Put this at the top of ~/.bashrc (zsh: of ~/.zshenv), before anything that prints',
				['case $- in *i*) ;; *) return ;; esac'].map(raw => ({raw})),
				'It leaves the file when nobody sits in front of the shell.',
			),
			onHub(names, 'Then this must print 0', [...sshWords(names, ['-T']), 'true', {raw: '| wc -c'}]),
		],
		isRetryable: false,
	},
	{
		cause: 'SHELL_DIED',
		scenario: 'G',
		title: "The spoke's shell ends at once",
		plain: names =>
			`The login worked, but the shell on the spoke ended before it ran anything${saying(names.facts.serverSays)}.`,
		why: 'A start-up file that ends the shell (exit, exec of a program that is not there), a shell that crashes, or a process limit.',
		signature: {
			program: 'rsync',
			stderr:
				'bash: line 1: exec: fish: not found\nrsync: connection unexpectedly closed (0 bytes received so far) [Receiver]\nrsync error: unexplained error (code 255) at io.c(232) [Receiver=3.5.0]',
			exitCode: 255,
		},
		check: 'spoke',
		confirm: 'A command that does nothing does not come back with 0 either.',
		fixes: names => [
			logIn(names, 'Log in by hand: what is said there is what to repair'),
			onSpoke('Look for exit and exec in the start-up files', [
				{raw: "grep -nE '^[[:space:]]*(exit|exec)' ~/.bashrc ~/.profile ~/.zshenv"},
			]),
		],
		isRetryable: false,
	},
];
