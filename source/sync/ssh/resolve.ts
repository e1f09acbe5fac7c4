import {isIP} from 'node:net';
import {SyncError} from '../causes.js';
import type {SpokeConfig, TuiConfig} from '../config/types.js';
import {classify} from '../diagnosis/classify.js';
import {assertRan, type RunOptions, run} from '../process.js';
import {sshCommand} from './argv.js';
import {childEnvironment, type Environment} from './environment.js';

/** Where ssh's configuration leads to. */
export interface Destination {
	readonly hostname: string;
	readonly port: number;
	/** True when something stands between (ProxyJump, ProxyCommand): the port cannot be tried directly. */
	readonly isProxied: boolean;
}

/**
 * Asks `ssh -G` where a spoke's host leads to. It costs a process and runs the user's `Match exec` commands, so each
 * answer is kept for as long as the spoke's configuration object is.
 */
export function createResolver(settings: TuiConfig['ssh'], env: Environment) {
	const known = new WeakMap<SpokeConfig, Promise<Destination>>();
	return {
		/** @throws SyncError SSH_CONFIG_BAD and the like; the signal's reason when it aborts */
		async resolve(spoke: SpokeConfig, signal: AbortSignal, onCommand?: (line: string) => void): Promise<Destination> {
			const pending = known.get(spoke) ?? ask(spoke, settings, env, {signal, onCommand});
			known.set(spoke, pending);
			pending.catch(() => known.delete(spoke));
			return pending;
		},
	};
}

async function ask(
	spoke: SpokeConfig,
	settings: TuiConfig['ssh'],
	env: Environment,
	options: Pick<RunOptions, 'signal' | 'onCommand'>,
): Promise<Destination> {
	const [program, ...rest] = sshCommand(spoke, settings, {kind: 'none'});
	const finished = await run([program!, '-G', ...rest], {...options, limitMs: 5000, env: childEnvironment(env)});
	assertRan({...finished, spawnError: undefined}, 'ssh', options.signal);
	if (finished.exitCode !== 0) throw new SyncError(classify({...finished, program: 'ssh'}));
	return parseDestination(finished.stdout);
}

/** Reads what `ssh -G` printed. */
export function parseDestination(text: string): Destination {
	const values = new Map<string, string>();
	for (const line of text.split('\n')) {
		const space = line.indexOf(' ');
		if (space > 0) values.set(line.slice(0, space), line.slice(space + 1));
	}

	const isSet = (name: string) => !['', 'none'].includes(values.get(name) ?? '');
	return {
		hostname: values.get('hostname') ?? '',
		port: Number(values.get('port') ?? 22),
		isProxied: isSet('proxyjump') || isSet('proxycommand'),
	};
}

/** True for this machine itself, by name or address: 127/8, ::1, localhost. */
export function isLoopback(hostname: string): boolean {
	const host = hostname.replace(/^\[(.*)]$/, '$1').toLowerCase();
	if (isIP(host) === 4) return host.startsWith('127.');
	return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host.startsWith('::ffff:127.');
}
