import type {ChildProcess} from 'node:child_process';
import type {ResultPromise} from 'execa';
import {cleanLines} from '../text/clean.js';
import {SyncError} from './causes.js';

/** How an external command ended. */
export interface Finished {
	/** Exit status; undefined when a signal ended it or it never started. */
	readonly exitCode: number | undefined;
	readonly signal: string | undefined;
	/** Bounded to `maxOutput`; not neutralised: callers parse it, and clean what they show. */
	readonly stdout: string;
	readonly stderr: string;
	readonly tookMs: number;
	/** Why we ended it ourselves; undefined when it ended by itself. */
	readonly ended: 'cancelled' | 'time limit' | 'stalled' | undefined;
	/** `ENOENT` and the like when the program could not be started. */
	readonly spawnError: string | undefined;
}

/** What `run` takes beside the argv. */
export interface RunOptions {
	readonly signal?: AbortSignal;
	/** Milliseconds after which the whole process group is ended. */
	readonly limitMs: number;
	/** Milliseconds without a byte on stdout or stderr (or a `touch()`) after which it is ended as stalled. */
	readonly stallMs?: number;
	/** Says whether something moved since the last call, where bytes do not show it (a growing file). */
	readonly isMoving?: () => boolean;
	readonly env?: Readonly<Record<string, string | undefined>>;
	readonly cwd?: string;
	/** Bytes written to stdin; without it stdin is closed. */
	readonly input?: string;
	/** Called with raw chunks of stdout; then stdout is not collected. */
	readonly onStdout?: (chunk: Buffer) => void;
	/** Told the command as a person would type it when it starts, and in a second line how it ended. */
	readonly onCommand?: (line: string) => void;
	/** Called once with the process group's id, right after the start. */
	readonly onStart?: (pid: number) => void;
	/**
	 * Called when the program has ended but something still holds its pipes: may make that let go of them. Afterwards they
	 * are closed from this side.
	 */
	readonly onHeld?: () => Promise<void>;
	/** Most bytes kept of each stream, 1 MiB unless told; the rest is read and dropped. */
	readonly maxOutput?: number;
}

/** Milliseconds a process group is given between SIGTERM and SIGKILL. */
const graceMs = 3000;

/** Milliseconds without a byte that what still holds the pipes of a program is given once the program has ended. */
const heldMs = 500;

/** Process groups that run now; `endAll` ends them when the program must leave at once. */
const running = new Set<number>();

/**
 * Runs a program without a shell, in a session of its own (so that ssh cannot ask questions on the terminal), and ends
 * its whole process group on abort, at the time limit, or when it stalls. Never throws for a program that failed: the
 * result says how.
 * @param argv program and arguments
 */
export async function run(argv: readonly string[], options: RunOptions): Promise<Finished> {
	// Loaded with the first command: what asks nobody (status, list) starts 15 ms sooner.
	const {execa} = await import('execa');
	options.signal?.throwIfAborted();
	const [file, ...rest] = argv as [string, ...string[]];
	const started = performance.now();
	options.onCommand?.(shellQuote(argv));
	const subprocess = execa(file, rest, {
		detached: true,
		cleanup: false,
		stdin: options.input === undefined ? 'ignore' : 'pipe',
		stdout: 'pipe',
		stderr: 'pipe',
		buffer: false,
		reject: false,
		encoding: 'buffer',
		extendEnv: true,
		env: {LC_ALL: 'C', LANGUAGE: '', TZ: 'UTC', ...options.env},
		cwd: options.cwd,
		...(options.input === undefined ? {} : {input: options.input}),
	});
	const {pid} = subprocess;
	if (pid !== undefined) {
		running.add(pid);
		options.onStart?.(pid);
	}

	const collected = collect(subprocess, options);
	const watch = supervise(subprocess, options, collected);
	const child = subprocess.nodeChildProcess;
	const letGo = letGoOfPipes(child, options, collected, watch.reason);
	const result = await subprocess;
	letGo.stop();
	await watch.stop();
	if (pid !== undefined) running.delete(pid);
	const finished: Finished = {
		exitCode: pid === undefined ? result.exitCode : (child.exitCode ?? undefined),
		signal: child.signalCode ?? undefined,
		stdout: collected.stdout(),
		stderr: collected.stderr(),
		tookMs: performance.now() - started,
		ended: watch.reason(),
		spawnError: pid === undefined ? ((result as {code?: string}).code ?? 'could not be started') : undefined,
	};
	options.onCommand?.(endOf(file, finished));
	return finished;
}

/** `rsync ended (code 23) after 1.20 s`. */
function endOf(program: string, {ended, spawnError, exitCode, signal, tookMs}: Finished): string {
	const end = ended ?? spawnError ?? `code ${exitCode ?? signal}`;
	return `${program} ended (${end}) after ${(tookMs / 1000).toFixed(2)} s`;
}

function collect(subprocess: ResultPromise, options: RunOptions) {
	const limit = options.maxOutput ?? 1 << 20;
	const parts = {stdout: [] as Buffer[], stderr: [] as Buffer[]};
	const sizes = {stdout: 0, stderr: 0};
	let lastByte = performance.now();
	const keep = (stream: 'stdout' | 'stderr', chunk: Buffer) => {
		lastByte = performance.now();
		if (stream === 'stdout' && options.onStdout) {
			options.onStdout(chunk);
			return;
		}

		if (sizes[stream] < limit) parts[stream].push(chunk.subarray(0, limit - sizes[stream]));
		sizes[stream] += chunk.length;
	};

	subprocess.stdout?.on('data', (chunk: Buffer) => keep('stdout', chunk));
	subprocess.stderr?.on('data', (chunk: Buffer) => keep('stderr', chunk));
	return {
		stdout: () => Buffer.concat(parts.stdout).toString(),
		stderr: () => Buffer.concat(parts.stderr).toString(),
		silentMs: () => performance.now() - lastByte,
		touch() {
			lastByte = performance.now();
		},
	};
}

function supervise(subprocess: ResultPromise, options: RunOptions, collected: ReturnType<typeof collect>) {
	let reason: Finished['ended'];
	let ending: Promise<void> | undefined;
	let isOver = false;
	const end = (why: NonNullable<Finished['ended']>) => {
		reason ??= why;
		ending ??= endGroup(subprocess.pid);
	};

	// What the pipes hold is read before, however long this program itself was busy.
	const lookForStall = (stallMs: number) => {
		if (options.isMoving?.()) collected.touch();
		if (!isOver && collected.silentMs() > stallMs) end('stalled');
	};

	const onAbort = () => end('cancelled');
	options.signal?.addEventListener('abort', onAbort, {once: true});
	const limit = setTimeout(() => end('time limit'), options.limitMs);
	const {stallMs} = options;
	const stall =
		stallMs === undefined
			? undefined
			: setInterval(() => setImmediate(lookForStall, stallMs), Math.min(1000, stallMs / 4));
	return {
		reason: () => reason,
		async stop() {
			isOver = true;
			options.signal?.removeEventListener('abort', onAbort);
			clearTimeout(limit);
			clearInterval(stall);
			await ending;
		},
	};
}

/**
 * A grandchild in a session of its own outlives the program, its limits and our signals, and keeps the pipes open:
 * nobody waits for that one.
 */
function letGoOfPipes(
	child: ChildProcess,
	{onHeld}: RunOptions,
	collected: ReturnType<typeof collect>,
	reason: () => Finished['ended'],
) {
	let timer: NodeJS.Timeout | undefined;
	let isOver = false;
	const close = async () => {
		await onHeld?.().catch(() => {});
		child.stdout?.destroy();
		child.stderr?.destroy();
	};

	const look = () => {
		if (isOver) return;
		// What is still being said is heard to its end, unless we ended the program ourselves.
		if (reason() !== undefined || collected.silentMs() >= heldMs) void close();
		else later();
	};

	// Whatever the pipes hold is read before the silence is measured, however long this program itself was busy.
	const later = () => {
		timer = setTimeout(() => setImmediate(look), heldMs);
	};
	child.once('exit', later);
	return {
		stop() {
			isOver = true;
			clearTimeout(timer);
		},
	};
}

/**
 * Ends a process group: SIGTERM, three seconds, SIGKILL. Returns when nothing of it is left.
 * @param pid id of the group's leader; undefined does nothing
 */
export async function endGroup(pid: number | undefined): Promise<void> {
	if (pid === undefined) return;
	for (const [signal, waitMs] of [
		['SIGTERM', graceMs],
		['SIGKILL', graceMs],
	] as const) {
		if (!signalGroup(pid, signal)) return;
		const until = performance.now() + waitMs;
		while (performance.now() < until) {
			await new Promise(resolve => setTimeout(resolve, 20));
			if (!signalGroup(pid, 0)) return;
		}
	}
}

/** Ends every process group at once, for the moment before the program itself must go. */
export function endAll(): void {
	for (const pid of running) signalGroup(pid, 'SIGKILL');
	running.clear();
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
	try {
		process.kill(-pid, signal);
		return true;
	} catch {
		return false;
	}
}

/** Argv as a person would type it into a POSIX shell: for logs and reports only, nothing ever runs it. */
export function shellQuote(argv: readonly string[]): string {
	return argv.map(word => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/**
 * Throws for a command that we ended ourselves or that never started; returns it otherwise.
 * @throws SyncError STALLED or RSYNC_MISSING_HUB; the signal's reason when it was cancelled
 */
export function assertRan(finished: Finished, program: string, signal?: AbortSignal): Finished {
	if (finished.ended === 'cancelled') signal?.throwIfAborted();
	if (finished.ended) {
		const seconds = Math.round(finished.tookMs / 1000);
		throw new SyncError({
			cause: 'STALLED',
			message:
				finished.ended === 'stalled'
					? `${program} received nothing for too long and was ended after ${seconds} s`
					: `${program} was ended at its time limit, after ${seconds} s`,
			detail: cleanLines(finished.stderr),
		});
	}

	if (finished.spawnError !== undefined) {
		throw new SyncError({
			cause: 'RSYNC_MISSING_HUB',
			message: `${program} could not be started on the hub (${finished.spawnError})`,
			detail: '',
		});
	}

	return finished;
}
