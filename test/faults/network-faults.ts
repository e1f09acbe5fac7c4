import {once} from 'node:events';
import {createConnection} from 'node:net';
import type {Scope} from '../lab/after.js';
import {waitFor} from '../lab/after.js';
import {limitsOf} from '../lab/faults-hub.js';
import {type LabNet, startNet} from '../lab/faults-net.js';
import {type ServerKind, startServer} from '../lab/servers.js';
import {broken, type Fault, type FaultRow, startFilled} from './fault.js';

/** What does not answer is waited for no longer than this. */
const impatient = limitsOf({connect: 2, stall: 60});
/** A server that is no sshd is only known once half of the limit, or all of it, has passed. */
const listening = limitsOf({connect: 4, stall: 60});

/** A host in a network that is broken; nothing of it is reached, so it needs no sshd. */
function hostIn(net: LabNet, host: string): Fault {
	const entry = {name: 'laptop', sync_method: 'rsync', source: `${host}:.pi/agent/sessions`, ssh_config: '/dev/null'};
	return {entry, prefix: net.prefix};
}

function inNet(of: {
	dns?: 'absent' | 'unknown';
	host: (net: LabNet) => string;
	settings?: Fault['settings'];
}): FaultRow['make'] {
	return async scope => {
		const net = await startNet(of.dns ?? 'unknown', scope);
		return {...hostIn(net, of.host(net)), settings: of.settings};
	};
}

/** Something that is no sshd stands on the spoke's port. */
function servedBy(kind: ServerKind, settings?: Fault['settings']): FaultRow['make'] {
	return async scope => {
		const spoke = await startFilled(scope);
		const {host, port} = await startServer(kind, scope);
		return {...broken(spoke, {source: `${host}:.pi/agent/sessions`, port}), settings};
	};
}

/** Somebody else keeps the only place there is for people who have not logged in yet. */
async function crowded(scope: Scope): Promise<Fault> {
	const spoke = await startFilled(scope, {sshdLines: ['MaxStartups 1:100:1']});
	// Whoever was there before may not have been missed yet.
	await waitFor(
		async () => {
			const socket = createConnection(spoke.port, spoke.host).on('error', () => {});
			scope.after(() => void socket.destroy());
			const [said] = await once(socket, 'data', {signal: AbortSignal.timeout(1000)}).catch(() => ['nothing']);
			if (String(said).startsWith('SSH-')) return true;
			// One that was let in too late to be heard would itself keep the place.
			socket.destroy();
			throw new Error(`sshd says ${said}`);
		},
		{message: 'a place at sshd'},
	);
	return broken(spoke);
}

/** Names, routes, ports and what answers there. */
export const networkFaults: readonly FaultRow[] = [
	{
		cause: 'DNS_NXDOMAIN',
		by: 'a name server that does not know the name',
		word: 'unreachable',
		firstFix: /host/i,
		needs: ['net'],
		make: inNet({host: () => 'gone.lab.test'}),
	},
	{
		cause: 'DNS_TEMPORARY',
		by: 'a name server that does not answer',
		word: 'unreachable',
		firstFix: /network/i,
		needs: ['net'],
		make: inNet({dns: 'absent', host: () => 'laptop.lab.test'}),
	},
	{
		cause: 'TCP_TIMEOUT',
		by: 'a host that swallows packets',
		word: 'unreachable',
		firstFix: /wake|awake|on|port/i,
		needs: ['net'],
		make: inNet({host: net => net.silent, settings: impatient}),
	},
	{
		cause: 'NO_ROUTE',
		by: 'a router that says nobody is there',
		word: 'unreachable',
		needs: ['net'],
		make: inNet({host: net => net.unrouted}),
	},
	{
		cause: 'NET_UNREACHABLE',
		by: 'a network without a way out',
		word: 'unreachable',
		firstFix: /network|VPN/i,
		needs: ['net'],
		make: inNet({host: net => net.beyond}),
	},
	{
		cause: 'TCP_BLOCKED',
		by: "the hub's own rules forbid the address",
		word: 'unreachable',
		firstFix: /firewall/i,
		needs: ['net'],
		make: inNet({host: net => net.prohibited}),
	},
	{
		cause: 'TCP_REFUSED',
		by: 'sshd does not run',
		word: 'unreachable',
		firstFix: /ssh/i,
		async make(scope) {
			const spoke = await startFilled(scope);
			await spoke.stop();
			return broken(spoke);
		},
	},
	{cause: 'BANNER_TIMEOUT', by: 'a server that says nothing', word: 'unreachable', make: servedBy('silent', impatient)},
	{
		cause: 'BANNER_TIMEOUT',
		by: 'a machine that froze',
		word: 'unreachable',
		async make(scope) {
			const spoke = await startFilled(scope);
			spoke.freeze();
			return {...broken(spoke), settings: impatient};
		},
	},
	{
		cause: 'NOT_SSH',
		by: 'a web server',
		word: 'unreachable',
		run: 'KEX_DROPPED',
		firstFix: /port/i,
		make: servedBy('http', listening),
	},
	{
		cause: 'NOT_SSH',
		by: 'a server that sends garbage',
		word: 'unreachable',
		make: servedBy('garbage', listening),
	},
	{cause: 'KEX_DROPPED', by: 'a server that hangs up', word: 'unreachable', make: servedBy('closing')},
	{cause: 'KEX_DROPPED', by: 'a server that resets', word: 'unreachable', make: servedBy('resetting')},
	{cause: 'KEX_DROPPED', by: 'sshd with MaxStartups used up', word: 'unreachable', make: crowded},
	{
		cause: 'ALGO_MISMATCH',
		by: 'a key exchange too old',
		word: 'remote-config',
		make: async scope => broken(await startFilled(scope, {sshdLines: ['KexAlgorithms diffie-hellman-group14-sha1']})),
	},
	{
		cause: 'ALGO_MISMATCH',
		by: 'ciphers too old',
		word: 'remote-config',
		make: async scope => broken(await startFilled(scope, {sshdLines: ['Ciphers aes128-cbc']})),
	},
];
