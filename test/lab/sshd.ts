import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {closeSync, openSync} from 'node:fs';
import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises';
import type {Socket} from 'node:net';
import path from 'node:path';
import {onExit, type Scope, temporaryFolder, waitFor} from './after.js';
import {freePort, loopbackAddress, readBanner} from './net.js';
import {endFamily, endFamilyNow, family, signalAll} from './processes.js';
import {
	type Access,
	keyPair,
	login,
	sshConfigText,
	sshdConfigText,
	sshdPath,
	wrapperText,
	writeWrapper,
} from './sshd-files.js';

/** What a spoke of the lab can be asked to be. */
export interface SpokeOptions extends Access {
	/** Ssh alias and name of the spoke, `laptop` unless told. */
	readonly name?: string;
	/** Ends the spoke and removes its folder when the scope ends. */
	readonly scope?: Scope;
	/** Text of the `Banner` every login is greeted with (on stderr). */
	readonly banner?: string;
	/** `MaxSessions` of sshd, 10 unless told: how many channels one shared connection may carry. */
	readonly maxSessions?: number;
	/** Further lines of sshd_config; they win over the lab's own. */
	readonly sshdLines?: readonly string[];
	/** Program and arguments that become sshd, in a namespace say: sshd's own command line is appended. */
	readonly launcher?: readonly string[];
	/** Where it listens instead of a free port of a loopback address; needed where the launcher changes the network. */
	readonly listen?: {readonly host: string; readonly port: number};
	/** Users other than the one who runs this may log in, as far as sshd and the launcher's files allow. */
	readonly isForOthers?: boolean;
}

/** A real sshd with a home folder and keys of its own. */
export interface LabSpoke {
	readonly name: string;
	/** A loopback address that no other spoke of this process has (127.0.0.1 on macOS). */
	readonly host: string;
	readonly port: number;
	readonly user: string;
	/** The spoke's home; commands run there, with HOME set to it. */
	readonly home: string;
	/** `<home>/.pi/agent/sessions`; exists. */
	readonly sessionsDir: string;
	/** The remote folder as rsync takes it: `laptop:.pi/agent/sessions`, or `laptop:./` with a restricted key. */
	readonly source: string;
	/** Ssh client configuration that knows the alias and nothing of the machine's own. */
	readonly sshConfig: string;
	readonly knownHosts: string;
	/** Private key that may log in. */
	readonly keyFile: string;
	/** Ends the listener and its connections; the port refuses until `start()`. */
	stop(): Promise<void>;
	/** Listens again, same address, port and host key. */
	start(): Promise<void>;
	/** SIGSTOP to the listener, its connections and their commands: connects, then silence. */
	freeze(): void;
	thaw(): void;
	/** Gives sshd another host key; known_hosts keeps the old one. */
	changeHostKey(): Promise<void>;
	/** Changes what the key may do, from the next login on. */
	setAccess(access: Access): Promise<void>;
	/** Everything sshd has logged so far. */
	sshdLog(): Promise<string>;
	/** Accepted logins so far. */
	logins(): Promise<number>;
	/** Command lines clients asked for, in order; an empty one was a login without a command. */
	commands(): Promise<string[]>;
	/** Processes of this spoke that live now. */
	processes(): number[];
	/** Stops it and removes its folder. */
	remove(): Promise<void>;
}

/**
 * Starts a spoke: sshd on a free port of a loopback address, as the user that runs this.
 * @throws Error when sshd is missing or does not listen within 10 s (its log is in the message)
 */
export async function startSpoke(options: SpokeOptions = {}): Promise<LabSpoke> {
	const {name = 'laptop'} = options;
	const folder = await temporaryFolder();
	const at = (...names: string[]) => path.join(folder.path, ...names);
	const home = at('home');
	const sessionsDir = path.join(home, '.pi', 'agent', 'sessions');
	await mkdir(sessionsDir, {recursive: true});
	const host = options.listen?.host ?? loopbackAddress();
	const port = options.listen?.port ?? (await freePort(host));
	const mark = `PI_LAB_SPOKE=${randomUUID()}`;
	const [publicKey, hostKey] = [keyPair(at('key')), keyPair(at('host-key'))];
	const files = {record: at('commands'), wrapper: at('login'), authorized: at('authorized-keys'), home, sessionsDir};
	const address = port === 22 ? host : `[${host}]:${port}`;
	await writeFile(at('known_hosts'), `${address} ${hostKey}\n`);
	const client = {name, host, port, user: login(), keyFile: at('key'), knownHosts: at('known_hosts')};
	await writeFile(at('ssh_config'), sshConfigText(client));
	await writeFile(at('banner'), options.banner ?? '');
	await writeFile(files.record, '');
	if (options.isForOthers) {
		await chmod(folder.path, 0o711);
		await chmod(files.record, 0o666);
	}

	await writeFile(
		at('sshd_config'),
		await sshdConfigText({
			...{host, port, home, mark, folder: folder.path, authorized: files.authorized},
			banner: options.banner === undefined ? undefined : at('banner'),
			maxSessions: options.maxSessions ?? 10,
			lines: options.sshdLines ?? [],
		}),
	);

	let access: Access = options;
	const setAccess = async (changed: Access) => {
		access = changed;
		await writeWrapper(files.wrapper, wrapperText(files, access));
		const limits = access.isRestricted ? 'restrict,' : '';
		// sshd reads it as the user who logs in.
		const mode = options.isForOthers ? 0o644 : 0o600;
		await writeFile(files.authorized, `${limits}command="${files.wrapper}" ${publicKey}\n`, {mode});
	};

	await setAccess(options);
	const {launcher = []} = options;
	const isElsewhere = options.listen !== undefined;
	const place = {host, port, launcher, isElsewhere};
	const listener = makeListener({config: at('sshd_config'), log: at('sshd.log'), mark, ...place});
	const readLog = async () => readFile(at('sshd.log'), 'utf8');
	const spoke: LabSpoke = {
		...client,
		home,
		sessionsDir,
		get source() {
			return access.isRestricted ? `${name}:./` : `${name}:.pi/agent/sessions`;
		},
		sshConfig: at('ssh_config'),
		...listener,
		async changeHostKey() {
			await listener.stop();
			execFileSync('rm', ['-f', at('host-key'), at('host-key.pub')]);
			keyPair(at('host-key'));
			await listener.start();
		},
		setAccess,
		sshdLog: readLog,
		logins: async () => (await readLog()).match(/^Accepted publickey for /gm)?.length ?? 0,
		commands: async () => (await readFile(files.record, 'utf8')).split('\0').slice(0, -1),
		async remove() {
			await listener.stop();
			await folder.remove();
		},
	};
	options.scope?.after(async () => spoke.remove());
	try {
		await listener.start();
	} catch (error) {
		const log = await readLog().catch(() => '');
		await spoke.remove();
		throw new Error(`sshd of ${name} did not start on ${address}: ${log}`, {cause: error});
	}

	return spoke;
}

/** The part of a spoke that comes and goes: the listening sshd and whatever it forked. */
function makeListener(of: {
	readonly config: string;
	readonly log: string;
	readonly mark: string;
	readonly host: string;
	readonly port: number;
	readonly launcher: readonly string[];
	/** In a network that cannot be reached from here, so that only the log tells when it listens. */
	readonly isElsewhere: boolean;
}) {
	let sshd: ChildProcess | undefined;
	let keeper: ChildProcess | undefined;
	let forget: (() => void) | undefined;
	const members = () => (sshd?.pid === undefined ? [] : family(sshd.pid, of.mark));
	return {
		async start() {
			if (sshd) throw new Error('This spoke runs already');
			const log = openSync(of.log, 'a');
			const [program, ...words] = [...of.launcher, sshdPath(), '-D', '-e', '-f', of.config];
			const child = spawn(program!, words, {stdio: ['ignore', 'ignore', log]});
			closeSync(log);
			sshd = child;
			forget = onExit(() => endFamilyNow(child.pid!, of.mark));
			// Its standard input ends with this process, however that ends: no sshd is left listening.
			const order = ['-c', 'read -r _; kill -KILL "$0"', String(child.pid)];
			keeper = spawn('/bin/sh', order, {stdio: ['pipe', 'ignore', 'ignore']});
			child.unref();
			keeper.unref();
			(keeper.stdin as Socket).unref();
			await waitFor(
				async () => {
					if (child.exitCode !== null) return 'gone';
					if (of.isElsewhere)
						return (await readFile(of.log, 'utf8')).includes(`Server listening on ${of.host}`) && 'up';
					return (await readBanner(of.host, of.port)).startsWith('SSH-2.0') && 'up';
				},
				{message: 'the banner of sshd'},
			);
			if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}`);
		},
		async stop() {
			if (!sshd) return;
			keeper?.kill('SIGKILL');
			await endFamily(sshd.pid!, of.mark);
			sshd = undefined;
			forget?.();
		},
		freeze() {
			// One that forks while the others are being stopped has a child that no list held yet.
			const stopped = new Set<number>();
			for (;;) {
				const running = members().filter(pid => !stopped.has(pid));
				if (running.length === 0) return;
				signalAll(running, 'SIGSTOP');
				for (const pid of running) stopped.add(pid);
			}
		},
		thaw: () => signalAll(members(), 'SIGCONT'),
		processes: members,
	};
}
