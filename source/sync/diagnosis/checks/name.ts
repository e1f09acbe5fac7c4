import {lookup} from 'node:dns/promises';
import {isIP} from 'node:net';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';

/** A name that IANA keeps for everybody: tells a hub without network from a name that nobody knows. */
const secondName = 'example.com';

/** Whether the hub finds the spoke's address, the way ssh looks for it: hosts file, mDNS and resolver alike. */
export async function checkName({findings, hub, spoke}: CheckContext, trace: Trace): Promise<Found> {
	const {hostname, isProxied} = findings['ssh-config']!;
	if (isProxied) return {status: 'skip', summary: 'behind a jump host, which looks the name up itself'};
	const {lastAddress} = hub.store.facts.get(spoke.name);
	if (isIP(hostname) !== 0) {
		findings.name = [hostname];
		return {status: 'pass', summary: `${hostname} is an address`};
	}

	const answer = await find(hostname);
	if (Array.isArray(answer)) {
		findings.name = answer;
		trace.say(...answer.map(address => `${hostname} is ${address}`));
		const isOther = lastAddress !== undefined && !answer.includes(lastAddress);
		return {
			status: 'pass',
			summary: `${hostname} is ${answer.join(', ')}${isOther ? ` (it last answered at ${lastAddress})` : ''}`,
			facts: lastAddress === undefined ? {} : {lastAddress},
		};
	}

	trace.say(`getaddrinfo ${hostname}: ${answer.code}`);
	const second = await find(secondName);
	trace.say(`getaddrinfo ${secondName}: ${Array.isArray(second) ? second.join(', ') : second.code}`);
	const isOffline = !Array.isArray(second);
	const last = lastAddress === undefined ? '' : `; it last answered at ${lastAddress}`;
	const isTemporary = answer.code === 'EAI_AGAIN';
	const what = isTemporary ? 'cannot be looked up just now' : 'is no name that the hub knows';
	const other = isOffline ? ' (nor any other name: is the hub offline?)' : '';
	return {
		status: 'fail',
		summary: `${hostname} ${what}${other}${last}`,
		cause: isTemporary ? 'DNS_TEMPORARY' : 'DNS_NXDOMAIN',
		facts: lastAddress === undefined ? {} : {lastAddress},
	};
}

async function find(name: string): Promise<string[] | {readonly code: string}> {
	try {
		return (await lookup(name, {all: true})).map(({address}) => address);
	} catch (error) {
		return {code: (error as NodeJS.ErrnoException).code ?? String(error)};
	}
}
