import {EventEmitter} from 'node:events';
import {PassThrough} from 'node:stream';
import {setTimeout as delay, setImmediate as turn} from 'node:timers/promises';
import {type Instance, type RenderOptions, render} from 'ink';
import type {ReactNode} from 'react';
import {patienceMs, type Scope, waitFor} from './after.js';
import {type Picture, readPicture} from './cells.js';
import {createEmulator, keys} from './pty.js';

/** What a tree is drawn on. */
export interface ScreenOptions {
	/** Unmounts when it ends. */
	readonly scope?: Scope;
	/** Cells, 80 by 24 unless told. */
	readonly columns?: number;
	readonly rows?: number;
	/** What stands between Ink and the terminal, as the dashboard's own stream does; nothing unless told. */
	readonly wrap?: (stdout: NodeJS.WriteStream) => NodeJS.WriteStream;
	/** On top of what the dashboard hands to Ink: alternate buffer, incremental, no console of Ink's own, ctrl-c a key. */
	readonly render?: RenderOptions;
}

/** What something cost the line to the terminal. */
export interface Cost {
	readonly bytes: number;
	readonly writes: number;
}

/** A tree drawn by Ink itself into a terminal emulator: real frames, keys and sizes, without a process. */
export interface Screen {
	/** What a person sees once everything is drawn: a line per row, without the blanks at their ends. */
	frame(): Promise<string>;
	/** The same with colours. */
	picture(): Promise<Picture>;
	/** Presses keys one after the other and waits for what they draw: names of `keys`, or text as it is. */
	press(...names: readonly string[]): Promise<void>;
	/** Sends bytes in one piece, as a slow line does with several keys. */
	send(text: string): Promise<void>;
	/** Pastes as terminals do that mark a paste. */
	paste(text: string): Promise<void>;
	resize(columns: number, rows: number): Promise<void>;
	/**
	 * Waits for something to be on the screen.
	 * @param condition a part of the frame, a pattern it must match, or a look at it
	 * @returns the frame that held it
	 * @throws Error with the last frame in its message
	 */
	waitFor(condition: string | RegExp | ((frame: string) => boolean), timeoutMs?: number): Promise<string>;
	/** What a piece of work writes, from its start until everything is drawn. */
	cost(work: () => unknown): Promise<Cost>;
	rerender(tree: ReactNode): Promise<void>;
	/** Resolves with what `exit()` was handed when the tree ends; rejects with what it threw. */
	readonly ended: Promise<unknown>;
	unmount(): Promise<void>;
	/** Written so far. */
	readonly bytes: number;
	readonly writes: number;
	/** Everything written so far, escape sequences and all. */
	output(): string;
	/** Drops what `output` keeps, for tests that count what piles up. */
	forget(): void;
	readonly isAlternate: boolean;
	readonly isCursorShown: boolean;
	/** The tree reads keys one by one. */
	readonly isRaw: boolean;
	/** A paste would be marked as one. */
	readonly isBracketedPaste: boolean;
}

/** Milliseconds that Ink keeps a lone escape, in case it is the beginning of a longer key; and a little more. */
const escapeMs = 25;

/** Draws a tree the way the dashboard is drawn. */
export function openScreen(tree: ReactNode, options: ScreenOptions = {}): Screen {
	const {columns = 80, rows = 24, wrap = stream => stream} = options;
	const seen = createEmulator(columns, rows);
	const {emulator, facts} = seen;
	// As the line discipline of a terminal does, which is not counted as written.
	emulator.options.convertEol = true;
	const stdout = Object.assign(new EventEmitter(), {
		isTTY: true,
		writable: true,
		write(data: string | Uint8Array, encodingOrDone?: unknown, done?: unknown): boolean {
			// Ink asks to be told when everything is out by writing nothing.
			if (data.length > 0) seen.write(typeof data === 'string' ? data : Buffer.from(data).toString());
			for (const callback of [encodingOrDone, done]) if (typeof callback === 'function') callback();
			return true;
		},
	});
	Object.defineProperties(stdout, {columns: {get: () => emulator.cols}, rows: {get: () => emulator.rows}});
	let isRaw = false;
	const stdin = Object.assign(new PassThrough(), {
		isTTY: true,
		ref() {},
		unref() {},
		setRawMode(isWanted: boolean) {
			isRaw = isWanted;
		},
	});
	const app: Instance = render(tree, {
		alternateScreen: true,
		incrementalRendering: true,
		patchConsole: false,
		exitOnCtrlC: false,
		interactive: true,
		...options.render,
		stdout: wrap(stdout as unknown as NodeJS.WriteStream),
		stdin: stdin as unknown as NodeJS.ReadStream,
		stderr: stdout as unknown as NodeJS.WriteStream,
	});
	const ended = app.waitUntilExit().finally(async () => seen.screen());
	// Whoever cares waits for it; a test that does not must not die of it.
	ended.catch(() => {});
	// The emulator reads what was written in its own time, and only then is it on the screen.
	const settle = async () => {
		await turn();
		await app.waitUntilRenderFlush();
		return seen.screen();
	};
	const send = async (text: string) => {
		stdin.write(text);
		// Ink begins to wait for the rest of an escape only once it has read it; the longer wait must not begin before.
		await turn();
		if (text.endsWith('\u001B')) await delay(escapeMs);
		await settle();
	};
	const unmount = async () => {
		app.unmount();
		await ended.catch(() => {});
		stdin.destroy();
	};
	options.scope?.after(async () => {
		await unmount();
		emulator.dispose();
	});

	return {
		frame: settle,
		async picture() {
			await settle();
			return readPicture(emulator);
		},
		async press(...names) {
			for (const name of names) await send(keys[name] ?? name);
		},
		send,
		paste: async text => send(`\u001B[200~${text}\u001B[201~`),
		async resize(wide, high) {
			emulator.resize(wide, high);
			stdout.emit('resize');
			await settle();
		},
		async waitFor(condition, timeoutMs = patienceMs) {
			let last = '';
			const look = async () => {
				last = await settle();
				return holds(condition, last) ? {frame: last} : undefined;
			};
			const message = `${String(condition)} on the screen`;
			const found = await waitFor(look, {timeoutMs, message}).catch((error: Error) => {
				throw new Error(`${error.message}; it shows:\n${last}`, {cause: error});
			});
			return found.frame;
		},
		async cost(work) {
			await settle();
			const before = {bytes: facts.bytes, writes: facts.chunks};
			await work();
			await settle();
			return {bytes: facts.bytes - before.bytes, writes: facts.chunks - before.writes};
		},
		async rerender(next) {
			app.rerender(next);
			await settle();
		},
		ended,
		unmount,
		output: () => facts.output,
		forget: seen.forget,
		get bytes() {
			return facts.bytes;
		},
		get writes() {
			return facts.chunks;
		},
		get isAlternate() {
			return emulator.buffer.active.type === 'alternate';
		},
		get isCursorShown() {
			return facts.isCursorShown;
		},
		get isRaw() {
			return isRaw;
		},
		get isBracketedPaste() {
			return emulator.modes.bracketedPasteMode;
		},
	};
}

function holds(condition: string | RegExp | ((frame: string) => boolean), text: string): boolean {
	if (typeof condition === 'string') return text.includes(condition);
	return typeof condition === 'function' ? condition(text) : condition.test(text);
}
