import type {FixNames} from '../names.js';
import {logIn} from './shared-fixes.js';
import type {CauseEntry} from './types.js';
import {address, bySystem, isMacHub, onHub, onSpoke, saying, sshWords, type Word} from './words.js';

/** Something answers on the port, and does not get as far as a login. */
export const sshServerCauses: readonly CauseEntry[] = [
	{
		cause: 'BANNER_TIMEOUT',
		scenario: 'C',
		title: 'It accepts connections and says nothing',
		plain: names => `${address(names)} accepts connections, but no ssh server greets there.`,
		why: 'The kernel accepts for a program that does not come to answer: an overloaded machine, a suspended virtual machine, a router that accepts for machines that are gone, or another service.',
		signature: {program: 'ssh', stderr: 'Connection timed out during banner exchange', exitCode: 255},
		check: 'tcp',
		confirm: 'A TCP connection is accepted, and no line that begins with SSH- comes within the time limit.',
		fixes: names => [onSpoke('See whether the machine is alive and not overloaded', ['uptime']), checkPort(names)],
		isRetryable: true,
	},
	{
		cause: 'NOT_SSH',
		scenario: 'C',
		title: 'That is no ssh server',
		plain: names => `${address(names)} answers, but not as an ssh server${saying(names.facts.serverSays)}.`,
		why: 'An ssh server begins with SSH-. Whatever else answers is another service: the port is wrong, or a proxy or a captive network answers for the spoke.',
		signature: {
			program: 'ssh',
			stderr:
				'kex_exchange_identification: banner line contains invalid characters\nbanner exchange: Connection to 127.0.0.1 port 80: invalid format',
			exitCode: 255,
		},
		check: 'tcp',
		confirm: 'The first bytes of the connection are read and shown.',
		fixes: names => [checkPort(names)],
		isRetryable: false,
	},
	{
		cause: 'KEX_DROPPED',
		scenario: 'C',
		title: 'The ssh server turns connections away',
		plain: names => `The ssh server at ${address(names)} ends the connection before the login begins.`,
		why: 'Its limits are reached: PerSourcePenalties (OpenSSH 9.8 and later shut out an address whose logins fail), MaxStartups, hosts.deny or a proxy. Trying again soon makes a penalty longer, so the hub waits by the hour; repair failing logins first.',
		signature: {
			program: 'ssh',
			stderr: 'kex_exchange_identification: Connection closed by remote host\nConnection closed by 10.0.0.9 port 22',
			exitCode: 255,
		},
		check: 'tcp',
		confirm:
			'The connection is closed before or right after the greeting; ssh -v shows "Not allowed at this time" or "Exceeded MaxStartups" where the server says so.',
		fixes: names => [
			onHub(names, 'Wait some minutes, then log in once by hand', [...sshWords(names, ['-v']), 'true']),
			...sshdLog(names, "Read why, in the spoke's log"),
		],
		isRetryable: true,
	},
	{
		cause: 'ALGO_MISMATCH',
		scenario: 'G',
		title: 'No common algorithm',
		plain: names =>
			`The ssh of the hub and the ssh server at ${address(names)} have no algorithm in common${saying(names.facts.serverSays)}.`,
		why: 'One of the two is much older than the other. The newer one has dropped what the older one offers, for good reasons: bring the older one up to date.',
		signature: {
			program: 'ssh',
			stderr: 'Unable to negotiate with 10.0.0.9 port 22: no matching host key type found. Their offer: ssh-rsa',
			exitCode: 255,
		},
		check: 'login',
		confirm: 'ssh names what the server offers; ssh -Q lists what the hub knows.',
		fixes: names => [
			...bySystem(
				names,
				onSpoke('Update the ssh server', ['sudo', 'apt', 'install', '--only-upgrade', 'openssh-server']),
				onSpoke('macOS: install the system updates'),
			),
			onHub(names, 'Compare what the hub knows with the offer', ['ssh', '-Q', 'HostKeyAlgorithms']),
			logIn(
				names,
				'Last resort, for this host only: allow the old algorithm in ~/.ssh/config (HostKeyAlgorithms +… or KexAlgorithms +…), then try',
				'Old algorithms can be broken by whoever sits on the line.',
			),
		],
		isRetryable: false,
	},
];

/** Where sshd says what it does not tell the client. */
export function sshdLog(names: FixNames, title: string) {
	return bySystem(
		names,
		onSpoke(title, [{raw: "sudo journalctl -u ssh -u sshd --since '1 hour ago'"}]),
		onSpoke(`macOS: ${title[0]!.toLowerCase()}${title.slice(1)}`, [
			{raw: `log show --last 1h --predicate 'process == "sshd"'`},
		]),
	);
}

function checkPort(names: FixNames) {
	const host = names.ssh?.hostname ?? names.spoke;
	const port = String(names.ssh?.port ?? 22);
	const words: readonly Word[] = isMacHub(names)
		? ['nc', '-G', '5', '-v', host, port]
		: ['nc', '-w', '5', '-v', host, port];
	return onHub(names, 'Correct the port: port in config.yaml, or Port in ~/.ssh/config', words, {
		note: 'The command shows what answers there; an ssh server says SSH-2.0 at once.',
	});
}
