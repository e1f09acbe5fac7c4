import {stat} from 'node:fs/promises';
import {isIP} from 'node:net';
import {type Cause, SyncError} from '../causes.js';
import type {Clock} from '../clock.js';
import type {SpokeConfig, TuiConfig} from '../config/types.js';
import {needsEscape} from '../rsync/argv.js';
import {hubFlavour, isAtLeast} from '../rsync/flavour.js';
import {bringThrough, listThrough} from '../rsync/list.js';
import {lookThrough, type Reach} from '../rsync/look.js';
import type {PullContext} from '../rsync/pull.js';
import {sshOptions} from '../ssh/argv.js';
import {createConnections} from '../ssh/connection.js';
import type {Environment} from '../ssh/environment.js';
import {type ProbeTools, probeSpoke} from '../ssh/probe.js';
import {createResolver, isLoopback} from '../ssh/resolve.js';
import type {Contact, LookOptions, SyncMethod} from './types.js';

/** What the rsync method is made of. */
export interface RsyncMethodOptions {
	readonly config: Pick<TuiConfig, 'ssh' | 'compress'>;
	/** Absolute folder for control sockets, made when needed. */
	readonly runFolder: string;
	/** Environment of ssh and rsync. */
	readonly env: Environment;
	readonly clock: Clock;
}

/** What ends the commands of a pull, and who is told of them. */
type Telling = Pick<LookOptions, 'onCommand' | 'signal'>;

/** How a pull gets to its spoke. */
interface Way extends Omit<Reach, 'isPlain'> {
	/** The shared connection stood before. */
	readonly wasAlive: boolean;
	/** Ends the shared connection; undefined when none is used. */
	readonly release: (() => Promise<void>) | undefined;
}

/** A way that is being made. */
interface Prepared {
	readonly way: Promise<Way>;
	/** Resolves when a login has begun; never, when none is needed. */
	readonly login: Promise<void>;
}

/** The spoke's rsync may be older than what we say to it: say less. */
const plainCauses: ReadonlySet<Cause> = new Set(['OPTION_REJECTED', 'PROTO_TOO_OLD']);
/** What a shared connection that has died unnoticed looks like from behind. */
const staleCauses: ReadonlySet<Cause> = new Set(['LINK_DROPPED', 'SHELL_DIED', 'MUX_SOCKET']);
/** After these nobody must meet the same connection again. */
const brokenCauses: ReadonlySet<Cause> = new Set([...staleCauses, 'STALLED', 'TIMEOUT_30']);

/** Pulls over ssh, or from a folder of this machine (USB drive, NFS), with the rsync of the hub. */
export function createRsyncMethod({config, runFolder, env, clock}: RsyncMethodOptions): SyncMethod {
	const connections = createConnections(config.ssh, runFolder, env);
	const resolver = createResolver(config.ssh, env);
	const tools: ProbeTools = {settings: config.ssh, connections, resolver, env};
	const pulling = {env, clock, stallMs: config.ssh.stallTimeoutMs};

	async function isCompressed(spoke: SpokeConfig, {signal, onCommand}: Telling): Promise<boolean> {
		if (config.compress !== 'auto') return config.compress === 'on';
		if (spoke.source?.kind !== 'ssh') return false;
		const {host} = spoke.source;
		if (isLoopback(host)) return false;
		if (isIP(host) !== 0) return true;
		// Only an alias needs asking; what goes wrong there, the login tells better.
		const destination = await resolver.resolve(spoke, signal, onCommand).catch(() => undefined);
		return destination === undefined || destination.isProxied || !isLoopback(destination.hostname);
	}

	/** Asked only where the answer matters, because it costs a process: almost every hub has a fitting rsync. */
	async function isPathUnescaped(spoke: SpokeConfig, {signal, onCommand}: Telling): Promise<boolean> {
		if (process.platform !== 'darwin' && !needsEscape(spoke)) return false;
		return !isAtLeast((await hubFlavour(env, signal, onCommand)).version, '3.2.4');
	}

	function prepare(spoke: SpokeConfig, telling: Telling): Prepared {
		const login = Promise.withResolvers<void>();
		const way = reach(spoke, telling, login.resolve);
		// Whoever awaits it meets the failure; nobody may.
		way.catch(() => {});
		return {way, login: login.promise};
	}

	async function reach(spoke: SpokeConfig, telling: Telling, onLogin: () => void): Promise<Way> {
		const {signal, onCommand} = telling;
		if (spoke.source?.kind !== 'ssh') return {rsh: undefined, isCompressed: false, wasAlive: false, release: undefined};
		const underWay = Promise.withResolvers<void>();
		const mastering = connections
			.ensureMaster(spoke, signal, onCommand, () => {
				underWay.resolve();
				onLogin();
			})
			.finally(() => underWay.resolve());
		// Logging in takes longest: what else must be asked is asked while it goes on.
		const [{sharing, wasAlive}, isPacked, isUnescaped] = await Promise.all([
			mastering,
			underWay.promise.then(async () => isCompressed(spoke, telling)),
			isPathUnescaped(spoke, telling),
		]);
		const rsh = sshOptions(spoke, config.ssh, sharing);
		const release = sharing.kind === 'attach' ? async () => connections.closeMaster(spoke, onCommand) : undefined;
		return {rsh, isCompressed: isPacked, isPathUnescaped: isUnescaped, wasAlive, release};
	}

	/** Runs rsync over a way to the spoke: another way, or plainer words, where the first proves of no use. */
	async function through<Result>(
		spoke: SpokeConfig,
		options: Telling & Pick<LookOptions, 'prepared' | 'onStarted'>,
		go: (reach: Reach, context: Omit<PullContext, 'options' | 'filesTotal'>) => Promise<Result>,
	): Promise<Result> {
		await assertSource(spoke);
		let isPlain = false;
		let hasReconnected = false;
		let prepared = options.prepared as Prepared | undefined;
		for (;;) {
			const {login, way: reaching} = prepared ?? prepare(spoke, options);
			prepared = undefined;
			void login.then(options.onStarted);
			const {wasAlive, release, ...way} = await reaching;
			try {
				return await go({...way, isPlain}, {...pulling, release});
			} catch (error) {
				if (!(error instanceof SyncError)) throw error;
				const {cause} = error.failure;
				if (brokenCauses.has(cause)) await release?.();
				if (plainCauses.has(cause) && !isPlain) {
					// A hub's own rsync that is too old speaks the same words; that one is named instead.
					await hubFlavour(env, options.signal, options.onCommand);
					isPlain = true;
				} else if (staleCauses.has(cause) && wasAlive && !hasReconnected) {
					hasReconnected = true;
				} else {
					throw error;
				}
			}
		}
	}

	return {
		name: 'rsync',
		undriven: spoke => (spoke.source === undefined ? 'no source is configured' : undefined),
		prepare,
		look: async (spoke, options) =>
			through(spoke, options, async (reach, context) => lookThrough(spoke, reach, options, context)),
		list: async (spoke, options) =>
			through(spoke, options, async (reach, context) => listThrough(spoke, reach, options, context)),
		bring: async (spoke, paths, options) =>
			through(spoke, options, async (reach, context) => bringThrough(spoke, reach, {...options, paths}, context)),
		async probe(spoke, signal, onCommand) {
			return spoke.source?.kind === 'ssh' ? probeSpoke(spoke, tools, signal, onCommand) : probeFolder(spoke);
		},
	};
}

async function probeFolder(spoke: SpokeConfig): Promise<Contact> {
	const started = performance.now();
	const via = 'source folder';
	try {
		await assertSource(spoke);
		return {isConnected: true, via, failure: undefined, roundTripMs: performance.now() - started};
	} catch (error) {
		if (!(error instanceof SyncError)) throw error;
		return {isConnected: false, via, failure: error.failure, roundTripMs: undefined};
	}
}

/** @throws SyncError SOURCE_ABSENT for a local folder that is not there: a drive that is not plugged in is no empty one */
async function assertSource({name, source}: SpokeConfig): Promise<void> {
	if (source === undefined) {
		throw new SyncError({cause: 'CONFIG_INVALID', message: `${name} has no source to pull from`, detail: ''});
	}

	if (source.kind === 'ssh') return;
	const found = await stat(source.path).catch((error: NodeJS.ErrnoException) => error);
	if (!(found instanceof Error) && found.isDirectory()) return;
	const reason = found instanceof Error ? (found.code ?? found.message) : 'not a folder';
	throw new SyncError({
		cause: 'SOURCE_ABSENT',
		message: `the source folder ${source.path} is not there (${reason}); is the drive mounted?`,
		detail: '',
	});
}
