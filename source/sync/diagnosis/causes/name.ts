import {clean} from '../../../text/clean.js';
import type {FixNames} from '../names.js';
import type {Fix} from '../types.js';
import {setKey} from './shared-fixes.js';
import type {CauseEntry} from './types.js';
import {isMacHub, onHub, onSpoke, type Word} from './words.js';

/** The spoke's name does not lead to an address. */
export const nameCauses: readonly CauseEntry[] = [
	{
		cause: 'DNS_NXDOMAIN',
		scenario: 'C',
		title: "The spoke's name is not known",
		plain: names => `The hub finds no address for the name ${hostOf(names)}.${lastKnown(names)}`,
		why: 'The name is asked for as ssh does it (the hosts file, DNS, mDNS for names in .local): a misspelt name, a missing HostName in ssh_config, or a network that does not carry that name. nslookup asks DNS alone and would mislead here.',
		signature: {
			program: 'ssh',
			stderr: 'ssh: Could not resolve hostname laptop.local: Name or service not known',
			exitCode: 255,
		},
		check: 'name',
		confirm: 'The resolved host name is looked up the way ssh does it (getaddrinfo), while another name is found.',
		fixes: names => [
			...atLastAddress(names),
			onHub(names, "Correct the host's name in config.yaml or in ~/.ssh/config, or use its address", lookUp(names), {
				note: 'The command shows what this machine makes of the name; it prints nothing when it knows none.',
			}),
			...announced(names),
		],
		isRetryable: false,
	},
	{
		cause: 'DNS_TEMPORARY',
		scenario: 'C',
		title: 'Names cannot be looked up just now',
		plain: names => `The hub could not ask for the address of ${hostOf(names)}: its name server does not answer.`,
		why: 'When a well-known name is not found either, it is the hub that is offline, and nothing about the spoke has to change. The next runs try again by themselves.',
		signature: {
			program: 'ssh',
			stderr: 'ssh: Could not resolve hostname laptop.local: Temporary failure in name resolution',
			exitCode: 255,
		},
		check: 'name',
		confirm: 'A second, well-known name is looked up too: when that fails as well, the hub is offline.',
		fixes: names => [
			onHub(
				names,
				"Check the hub's own network and its name server",
				isMacHub(names) ? ['scutil', '--dns'] : ['cat', '/etc/resolv.conf'],
			),
			...atLastAddress(names),
		],
		isRetryable: true,
	},
];

function hostOf({ssh, spoke}: FixNames): string {
	return clean(ssh?.hostname ?? spoke, 255);
}

function lastKnown({facts: {lastAddress}}: FixNames): string {
	return lastAddress === undefined ? '' : ` The last address that worked was ${clean(lastAddress, 255)}.`;
}

function lookUp(names: FixNames): readonly Word[] {
	const host = names.ssh?.hostname ?? names.spoke;
	return isMacHub(names) ? ['dscacheutil', '-q', 'host', '-a', 'name', host] : ['getent', 'hosts', host];
}

/** Only where the entry names the host itself: behind an alias, ssh_config is the place to change. */
function atLastAddress(names: FixNames): readonly Fix[] {
	const {ssh, facts} = names;
	if (ssh === undefined || facts.lastAddress === undefined || ssh.host !== ssh.hostname) return [];
	const host = facts.lastAddress.includes(':') ? `[${facts.lastAddress}]` : facts.lastAddress;
	const user = ssh.user === undefined ? '' : `${ssh.user}@`;
	const source = `${user}${host}:${ssh.root}`;
	return [
		setKey(
			names,
			'Use the last address that worked',
			'source',
			source,
			'Addresses may change: a name is better once it works again. The host key of that address may have to be trusted first.',
		),
	];
}

/** Names in .local are announced by the machine that has them. */
function announced(names: FixNames): readonly Fix[] {
	if (!/\.local\.?$/i.test(names.ssh?.hostname ?? '')) return [];
	const spoke = onSpoke(
		'Wake the spoke: names in .local are only known while it is up',
		undefined,
		'On Linux it needs avahi-daemon running.',
	);
	if (isMacHub(names)) return [spoke];
	return [
		spoke,
		onHub(names, 'Teach the hub names in .local', ['sudo', 'apt', 'install', 'avahi-daemon', 'libnss-mdns']),
	];
}
