import {constants} from 'node:os';
import {setImmediate as turn} from 'node:timers/promises';
import {shellQuote} from '../sync/process.js';
import {clean} from '../text/clean.js';

/** What a shell says of a program that is not there, and of one that may not be run. */
const notFound = 127;
const notRunnable = 126;

/** Signals that the keyboard sends to everything on the terminal: now they are for the program. */
const keyboard = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Runs a program on the terminal this process has, which must not read or write there meanwhile: the one place where a
 * program gets the terminal itself. What went wrong stays on the screen until enter.
 * @param signal ends the program: who gave it the terminal is leaving
 * @returns its exit status, as a shell reports it
 */
export async function runOnTerminal(
	argv: readonly string[],
	env: Readonly<Record<string, string | undefined>>,
	signal: AbortSignal,
): Promise<number> {
	const takeBack = giveKeyboard();
	try {
		await stopReading(process.stdin);
		process.stdout.write(`$ ${clean(shellQuote(argv), 4096)}\n`);
		const status = await runInherited(argv, env, signal);
		if (status !== 0 && !signal.aborted) {
			process.stdout.write(`It ended with ${status}. Enter goes back to the dashboard. `);
			await runInherited(['sh', '-c', 'read -r _'], env, signal);
		}

		return status;
	} finally {
		takeBack();
	}
}

async function runInherited(
	[program, ...words]: readonly string[],
	env: Readonly<Record<string, string | undefined>>,
	signal: AbortSignal,
): Promise<number> {
	// Before the first frame nobody needs it.
	const {spawn} = await import('node:child_process');
	return new Promise(resolve => {
		// Not detached: only who belongs to the terminal's foreground may read from it.
		const child = spawn(program!, words, {stdio: 'inherit', env: {...env}, signal});
		child.once('error', (error: NodeJS.ErrnoException) => {
			if (!signal.aborted) process.stdout.write(`${clean(error.message)}\n`);
			resolve(error.code === 'ENOENT' ? notFound : notRunnable);
		});
		child.once('close', (code, signal) => {
			resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
		});
	});
}

/** A program that shares the terminal with one that still reads gets half of what is typed. */
async function stopReading(stdin: NodeJS.ReadStream): Promise<void> {
	// Only a stream that flows tells the system when it is paused.
	stdin.resume();
	await turn();
	stdin.pause();
}

/** Ignores what the keyboard sends; ctrl-z stops this process together with the program, and `fg` continues both. */
function giveKeyboard(): () => void {
	const ignore = () => {};
	const before = [...keyboard, 'SIGTSTP' as const].map(signal => ({signal, listeners: process.listeners(signal)}));
	for (const {signal} of before) process.removeAllListeners(signal);
	for (const signal of keyboard) process.on(signal, ignore);
	return () => {
		for (const signal of keyboard) process.off(signal, ignore);
		for (const {signal, listeners} of before) for (const listener of listeners) process.on(signal, listener);
	};
}
