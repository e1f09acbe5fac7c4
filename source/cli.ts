import {homedir, hostname} from 'node:os';
import type {Found, RunOptions} from './commands/table.js';
import {type CommandIo, exit} from './commands/types.js';
import {systemClock} from './sync/clock.js';
import {endAll} from './sync/process.js';
import {clean, cleanLines} from './text/clean.js';

/** Exit statuses of the signals that end a program. */
const signalExits = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const;

const interrupted = new AbortController();
let interruptedBy: keyof typeof signalExits | undefined;
let interruptedAt = 0;
/** Whoever read the output has left. */
let isUnread = false;
/** Milliseconds in which a second signal is the same wish: a terminal and a parent both pass on one ctrl-c. */
const sameWishMs = 1000;
const hangupListeners: Array<() => void> = [];

// A runtime warning on the terminal would shift the dashboard's frame; nobody acts on one.
process.removeAllListeners('warning');
process.on('warning', () => {});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		if (signal === 'SIGHUP' && hangupListeners.length > 0) {
			for (const listener of hangupListeners) listener();
			return;
		}

		if (interruptedBy !== undefined) {
			if (performance.now() - interruptedAt < sameWishMs) {
				// Two signals of one moment arrive in no order: the key that a person pressed names the wish.
				if (signal === 'SIGINT' && interruptedBy === 'SIGTERM') interruptedBy = signal;
				return;
			}

			// Asked again: leave at once, and leave nothing behind.
			endAll();
			process.exit(signalExits[signal]);
		}

		interruptedBy = signal;
		interruptedAt = performance.now();
		interrupted.abort(new DOMException(`ended by ${signal}`, 'AbortError'));
	});
}

// `sync list | head`: the reader left, there is nobody to complain to. What runs is ended as by a signal, so that no
// lease, child or connection is left behind; every further write fails the same way.
for (const stream of [process.stdout, process.stderr]) {
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (isUnread) return;
		// A terminal that is gone, without a signal to say so.
		if (error.code === 'EIO') interruptedBy ??= 'SIGHUP';
		else if (error.code !== 'EPIPE') throw error;
		isUnread = true;
		interrupted.abort(new DOMException('nobody reads the output', 'AbortError'));
	});
}

function terminalIo(): CommandIo {
	const {stdout, stderr, env} = process;
	const port = (stream: NodeJS.WriteStream) => ({
		write: (text: string) => void stream.write(text),
		isTerminal: stream.isTTY === true && env.TERM !== 'dumb',
		columns: stream.columns ?? 80,
	});
	return {
		stdout: port(stdout),
		stderr: port(stderr),
		hasColor: stdout.isTTY === true && env.TERM !== 'dumb' && !env.NO_COLOR,
		env,
		home: env.HOME || homedir(),
		hostname: hostname(),
		clock: systemClock,
		signal: interrupted.signal,
	};
}

// A crash must not leave transfers behind that nobody watches any more.
process.on('exit', () => endAll());

async function find(argv: readonly string[]): Promise<Found> {
	if (argv.length > 0) return (await import('./commands/table.js')).findCommand(argv);
	// The most frequent command line of all, and the one that is waited for: nothing to parse, nothing to load for it.
	const {openDashboard} = await import('./commands/open-dashboard.js');
	return {run: async (io, options) => openDashboard(io, {}, options)};
}

async function main(): Promise<number> {
	const io = terminalIo();
	const options: RunOptions = {
		onHangup: listener => hangupListeners.push(listener),
		// Opened by whoever reads it: for most commands nobody.
		get stdin() {
			return process.stdin;
		},
		stdout: process.stdout,
		stderr: process.stderr,
	};
	const found = await find(process.argv.slice(2));
	if ('help' in found) {
		io.stdout.write(found.help);
		return exit.ok;
	}

	if ('complaint' in found) {
		// Not the whole help: it would push the complaint off a small screen.
		io.stderr.write(`${clean(found.complaint)}\npi-brain-tui --help lists the commands\n`);
		return exit.usage;
	}

	try {
		return await found.run(io, options);
	} catch (error) {
		if (interruptedBy !== undefined) return signalExits[interruptedBy];
		if (isUnread) return exit.ok;
		const {name, message, stack} = error as Error;
		if (name === 'UsageError') {
			io.stderr.write(`${cleanLines(message)}\n`);
			return exit.usage;
		}

		io.stderr.write(`pi-brain-tui failed: ${cleanLines(name === 'HubError' ? message : (stack ?? message))}\n`);
		return exit.internal;
	}
}

const status = await main();
process.exitCode = interruptedBy !== undefined ? signalExits[interruptedBy] : isUnread ? exit.ok : status;
