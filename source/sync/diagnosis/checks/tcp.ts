import {clean} from '../../../text/clean.js';
import {greet} from '../../ssh/probe.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';

/** Whether an ssh server greets at the spoke's port. */
export async function checkTcp(context: CheckContext, trace: Trace): Promise<Found> {
	const {findings, config, hub, spoke} = context;
	const {hostname, port, isProxied} = findings['ssh-config']!;
	if (isProxied) return {status: 'skip', summary: 'behind a jump host: the login tells whether it can be reached'};
	const limitMs = config.tui.ssh.connectTimeoutSeconds * 1000;
	const {failure, greeting, address, roundTripMs} = await greet(hostname, port, limitMs, trace.signal);
	if (greeting !== undefined) trace.say(greeting);
	const facts = hub.store.facts.get(spoke.name);
	if (failure === undefined) {
		if (address !== undefined && address !== facts.lastAddress) hub.learn(spoke.name, {lastAddress: address});
		const time = roundTripMs === undefined ? '' : ` in ${Math.round(roundTripMs)} ms`;
		return {status: 'pass', summary: `port ${port} answers ${clean(greeting ?? '', 80)}${time}`};
	}

	const isAlive = findings.ping;
	const hints: Readonly<Record<string, string>> = {
		TCP_TIMEOUT: isAlive === true ? '; it answers a ping, so something drops ssh: a firewall?' : '; asleep or off?',
	};
	return {
		status: 'fail',
		summary: `${failure.message}${hints[failure.cause] ?? ''}`,
		cause: failure.cause,
		facts: {
			...(isAlive === undefined ? {} : {isPingAlive: isAlive}),
			...(facts.lastAddress === undefined ? {} : {lastAddress: facts.lastAddress}),
			...(greeting === undefined ? {} : {serverSays: greeting}),
		},
	};
}
