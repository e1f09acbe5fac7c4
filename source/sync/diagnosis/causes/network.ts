import {clean} from '../../../text/clean.js';
import type {FixNames} from '../names.js';
import type {Fix} from '../types.js';
import type {CauseEntry} from './types.js';
import {address, bySystem, isMacHub, onHub, onSpoke, sshWords, type Word} from './words.js';

/** The way to the spoke: from the hub's own network to the spoke's port. */
export const networkCauses: readonly CauseEntry[] = [
	{
		cause: 'TCP_REFUSED',
		scenario: 'C',
		title: 'Nothing listens on that port',
		plain: names => `${address(names)} refuses connections: the machine is up, but no ssh server listens there.`,
		why: 'A refusal comes at once and from the machine itself (or from a firewall that rejects). Either its ssh server is not running, or it listens on another port.',
		signature: {
			program: 'ssh',
			stderr: 'ssh: connect to host laptop.local port 2222: Connection refused',
			exitCode: 255,
		},
		check: 'tcp',
		confirm: 'A plain TCP connection to the resolved address and port is refused too.',
		fixes: names => [
			...startServer(names),
			onSpoke('See on which port its ssh server listens, and correct port in config.yaml or Port in ~/.ssh/config', [
				{raw: "sudo sshd -T | grep -i '^port '"},
			]),
		],
		isRetryable: true,
	},
	{
		cause: 'TCP_TIMEOUT',
		scenario: 'C',
		title: 'The spoke does not answer',
		plain: names =>
			names.facts.isPingAlive === true
				? `${address(names)} does not answer, although the machine answers a ping: a firewall drops connections to that port.`
				: `${address(names)} does not answer: the machine is asleep, switched off or elsewhere, or a firewall drops the connection.`,
		why: 'No answer at all, not even a refusal. A machine that was well before and is silent now is most often asleep; the next runs find it when it wakes. Many machines answer no ping, so a missing answer to one proves nothing.',
		signature: {
			program: 'ssh',
			stderr: 'ssh: connect to host laptop.local port 2222: Connection timed out',
			exitCode: 255,
		},
		check: 'tcp',
		confirm:
			'A plain TCP connection times out too; a ping that is answered points at a firewall instead of a sleeping machine.',
		fixes: names => {
			const wake = onSpoke('Wake the spoke, or switch it on');
			return names.facts.isPingAlive === true ? [...openPort(names), wake] : [wake, ...openPort(names), vpn(names)];
		},
		isRetryable: true,
	},
	{
		cause: 'NO_ROUTE',
		scenario: 'C',
		title: 'No way to the spoke',
		plain: names =>
			`The network knows no way to ${address(names)}: the machine is off, or in a network the hub is not in.`,
		why: 'The last router (or the hub itself, in the same network) got no answer when it asked who has that address. On macOS 15 and later a program that may not use the local network gets the same error.',
		signature: {program: 'ssh', stderr: 'ssh: connect to host 10.0.0.9 port 22: No route to host', exitCode: 255},
		check: 'tcp',
		confirm: 'A plain TCP connection ends with the same error.',
		fixes: names => [
			onSpoke('Wake the spoke, or connect it to the network'),
			vpn(names),
			...(isMacHub(names)
				? [
						onHub(
							names,
							'Allow this terminal to use the local network: System Settings, Privacy & Security, Local Network',
						),
					]
				: []),
		],
		isRetryable: true,
	},
	{
		cause: 'NET_UNREACHABLE',
		scenario: 'C',
		title: 'The hub is not in that network',
		plain: names => `The hub has no way out towards ${address(names)}: it is offline, or its VPN is down.`,
		why: 'The hub itself refused to send: its table of routes has nothing for that address. The spoke was not asked.',
		signature: {program: 'ssh', stderr: 'ssh: connect to host 10.0.0.9 port 22: Network is unreachable', exitCode: 255},
		check: 'tcp',
		confirm: 'A plain TCP connection ends at once with the same error.',
		fixes: names => [
			onHub(
				names,
				'Connect the hub to the network or the VPN',
				isMacHub(names) ? ['netstat', '-rn'] : ['ip', 'route'],
				{note: 'The command shows which networks the hub is in.'},
			),
		],
		isRetryable: true,
	},
	{
		cause: 'TCP_BLOCKED',
		scenario: 'C',
		title: 'The hub blocks the connection itself',
		plain: names => `A rule on the hub forbids connections to ${address(names)}. This is not about the spoke's keys.`,
		why: 'Permission denied while connecting comes from the hub: a firewall or a route that prohibits. A refused key reads differently.',
		signature: {program: 'ssh', stderr: 'ssh: connect to host 10.0.0.9 port 22: Permission denied', exitCode: 255},
		check: 'tcp',
		confirm: 'A plain TCP connection is refused by the hub with EACCES or EPERM, before anything leaves it.',
		fixes: names => [
			onHub(
				names,
				"Allow outgoing connections to the spoke in the hub's firewall",
				isMacHub(names) ? ['sudo', 'pfctl', '-sr'] : ['sudo', 'nft', 'list', 'ruleset'],
				{note: 'The command shows the rules; a route of type prohibit does the same (ip route).'},
			),
		],
		isRetryable: false,
	},
	{
		cause: 'JUMP_FAILED',
		scenario: 'C',
		title: 'The jump host does not let through',
		plain: names =>
			`The way to the spoke leads through ${clean(names.ssh?.jump ?? 'a jump host or proxy command', 255)}, and that way is broken.`,
		why: 'ssh reached no further than what stands between. The spoke itself was not asked: test the jump host on its own.',
		signature: {
			program: 'ssh',
			stderr: 'Connection closed by UNKNOWN port 65535',
			exitCode: 255,
		},
		check: 'login',
		confirm: 'ssh -G names a ProxyJump or ProxyCommand, and a login fails without a word of the spoke.',
		fixes: names => {
			const jump = names.ssh?.jump?.split(',')[0];
			return [
				onHub(
					names,
					'Log in to the jump host by hand: what it says is what to repair',
					jump === undefined ? [...sshWords(names, ['-v']), 'true'] : jumpWords(names, jump),
				),
			];
		},
		isRetryable: true,
	},
];

/** What starts the ssh server, by system. */
function startServer(names: FixNames): readonly Fix[] {
	return bySystem(
		names,
		onSpoke(
			'Start the ssh server',
			['sudo', 'systemctl', 'enable', '--now', 'ssh'],
			'Debian and Ubuntu: sudo apt install openssh-server when it is missing. Fedora and Arch call it sshd.',
		),
		onSpoke(
			'macOS: switch on Remote Login',
			['sudo', 'systemsetup', '-setremotelogin', 'on'],
			'Or System Settings, General, Sharing, Remote Login.',
		),
	);
}

function openPort(names: FixNames): readonly Fix[] {
	const port = names.ssh?.port ?? 22;
	return bySystem(
		names,
		onSpoke(
			"Open the port in the spoke's firewall",
			['sudo', 'ufw', 'allow', `${port}/tcp`],
			'With firewalld: sudo firewall-cmd --add-service=ssh --permanent, then --reload.',
		),
		onSpoke('macOS: allow incoming connections for Remote Login in the firewall settings'),
	);
}

function vpn(names: FixNames): Fix {
	return onHub(names, 'Join the network or VPN the spoke is in');
}

function jumpWords(names: FixNames, jump: string): readonly Word[] {
	const text = jump.replace(/^ssh:\/\//, '');
	const [, user = '', host = text, port] =
		/^(.*@)?\[(.*)](?::(\d+))?$/.exec(text) ?? /^(.*@)?([^:]*)(?::(\d+))?$/.exec(text) ?? [];
	// ssh passes -F on to the jump host, and nothing else of what the command line says.
	const file = names.ssh?.configFile;
	const place: readonly Word[] = file === undefined ? [] : ['-F', {hub: file}];
	return ['ssh', ...place, ...(port === undefined ? [] : ['-p', port]), `${user}${host}`, 'true'];
}
