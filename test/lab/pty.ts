import {existsSync} from 'node:fs';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {onExit, type Scope, waitFor} from './after.js';
import {bin, type LabHub} from './hub.js';

/** What is started on which terminal. */
export interface TerminalOptions {
	readonly scope?: Scope;
	/** Whose home the program gets. */
	readonly hub?: LabHub;
	/** Arguments of the built program, none unless told. */
	readonly args?: readonly string[];
	/** Another program with its arguments, as a shell. */
	readonly argv?: readonly string[];
	/** Cells, 80 by 24 unless told. */
	readonly columns?: number;
	readonly rows?: number;
	/** On top of PATH, HOME, LANG and TERM, which are all there is; undefined takes a variable away. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	readonly cwd?: string;
}

/** How a program on a terminal ended. */
export interface TerminalExit {
	/** Undefined when a signal ended it. */
	readonly exitCode: number | undefined;
	/** Number of the signal. */
	readonly signal: number | undefined;
}

/** A program on a real pseudo-terminal, with a terminal emulator that reads what it writes. */
export interface LabTerminal {
	readonly pid: number;
	/** What a person sees: a line per row, without the blanks at their ends. */
	screen(): Promise<string>;
	/** One row of it, from 0. */
	line(row: number): Promise<string>;
	/**
	 * Waits for something to be on the screen.
	 * @param condition a pattern that the whole screen must match, or a look at it
	 * @returns the screen that held it
	 * @throws Error with the last screen in its message
	 */
	waitFor(condition: RegExp | ((screen: string) => boolean)): Promise<string>;
	/** Presses keys one after the other, each in a write of its own: names of `keys`, or text as it is. */
	press(...names: readonly string[]): void;
	/** Sends bytes in one write, as a paste or a slow line does. */
	send(text: string): void;
	resize(columns: number, rows: number): void;
	kill(signal: NodeJS.Signals): void;
	/** Takes nothing more of what is written, as a line that stalls; `goOn` ends that. */
	stall(): void;
	goOn(): void;
	/** Closes the terminal, as an ssh connection that drops does. */
	hangUp(): void;
	/** Fulfilled when it has ended and everything it wrote has been read. */
	readonly exited: Promise<TerminalExit>;
	/** Bytes that arrived so far, and in how many pieces. */
	readonly bytes: number;
	readonly chunks: number;
	/** Everything that arrived, escape sequences and all. */
	output(): string;
	/** The alternate buffer is on the screen. */
	readonly isAlternate: boolean;
	readonly isCursorShown: boolean;
	/** A paste would be marked as one. */
	readonly isBracketedPaste: boolean;
	/** Titles in the order they were set. */
	readonly titles: readonly string[];
	readonly bells: number;
	/** Texts put on the clipboard by OSC 52, decoded. */
	readonly clipboard: readonly string[];
	/** The emulator itself, for what is not here (colours). */
	readonly emulator: xterm.Terminal;
	/** Ends the program and forgets the terminal. */
	remove(): Promise<void>;
}

/** Bytes of keys that have no character. */
export const keys: Readonly<Record<string, string>> = {
	enter: '\r',
	escape: '\u001B',
	tab: '\t',
	'shift-tab': '\u001B[Z',
	space: ' ',
	backspace: '\u007F',
	delete: '\u001B[3~',
	up: '\u001B[A',
	down: '\u001B[B',
	right: '\u001B[C',
	left: '\u001B[D',
	home: '\u001B[H',
	end: '\u001B[F',
	'page-up': '\u001B[5~',
	'page-down': '\u001B[6~',
	...Object.fromEntries(
		[...'abcdefghijklmnopqrstuvwxyz'].map(letter => [`ctrl-${letter}`, String.fromCharCode(letter.charCodeAt(0) - 96)]),
	),
};

/** Starts the built program, or another, on a terminal of its own. */
export function openTerminal(options: TerminalOptions = {}): LabTerminal {
	const {hub, columns = 80, rows = 24} = options;
	if (!options.argv && !existsSync(bin)) throw new Error(`${bin} does not exist; build it first: npm run build`);
	const argv = options.argv ?? [process.execPath, bin, ...(options.args ?? [])];
	const env = definedOnly({
		PATH: process.env.PATH,
		HOME: hub?.home ?? process.env.HOME,
		LANG: 'C.UTF-8',
		TERM: 'xterm-256color',
		...options.env,
	});
	const child = pty.spawn(argv[0]!, argv.slice(1), {
		name: env.TERM,
		cols: columns,
		rows,
		cwd: options.cwd ?? hub?.home ?? process.cwd(),
		env,
	});
	const seen = createEmulator(columns, rows, text => child.write(text));
	child.onData(text => seen.write(text));
	let isOver = false;
	const exited = new Promise<TerminalExit>(resolve => {
		child.onExit(({exitCode, signal}) => {
			isOver = true;
			forget();
			// A signal of 0 is node-pty's word for none.
			const exit = signal ? {exitCode: undefined, signal} : {exitCode, signal: undefined};
			void seen.screen().then(() => resolve(exit));
		});
	});
	const kill = (signal: NodeJS.Signals) => {
		if (!isOver) child.kill(signal);
	};
	const forget = onExit(() => kill('SIGKILL'));
	const remove = async () => {
		kill('SIGKILL');
		await exited;
		seen.emulator.dispose();
	};
	options.scope?.after(remove);

	return {
		pid: child.pid,
		emulator: seen.emulator,
		exited,
		screen: seen.screen,
		line: async row => (await seen.screen()).split('\n')[row] ?? '',
		async waitFor(condition) {
			const holds = typeof condition === 'function' ? condition : (text: string) => condition.test(text);
			const look = async () => {
				const text = await seen.screen();
				return holds(text) ? text : undefined;
			};
			return waitFor(look, {message: `${condition} on the screen`}).catch(async (error: Error) => {
				throw new Error(`${error.message}; it shows:\n${await seen.screen()}`, {cause: error});
			});
		},
		press(...names) {
			for (const name of names) child.write(keys[name] ?? name);
		},
		send: text => child.write(text),
		resize(wide, high) {
			seen.emulator.resize(wide, high);
			child.resize(wide, high);
		},
		kill,
		stall: () => child.pause(),
		goOn: () => child.resume(),
		// Not in the typings; it closes the master's descriptor.
		hangUp: () => (child as unknown as {destroy(): void}).destroy(),
		output: () => seen.facts.output,
		remove,
		get bytes() {
			return seen.facts.bytes;
		},
		get chunks() {
			return seen.facts.chunks;
		},
		get isAlternate() {
			return seen.emulator.buffer.active.type === 'alternate';
		},
		get isCursorShown() {
			return seen.facts.isCursorShown;
		},
		get isBracketedPaste() {
			return seen.emulator.modes.bracketedPasteMode;
		},
		get titles() {
			return seen.facts.titles;
		},
		get bells() {
			return seen.facts.bells;
		},
		get clipboard() {
			return seen.facts.clipboard;
		},
	};
}

/** A terminal emulator of its own, for tests that have bytes but no program. */
export interface Emulator {
	readonly emulator: xterm.Terminal;
	readonly facts: {
		bytes: number;
		chunks: number;
		output: string;
		isCursorShown: boolean;
		bells: number;
		readonly titles: string[];
		readonly clipboard: string[];
	};
	write(text: string): void;
	/** After everything written so far has been read. */
	screen(): Promise<string>;
	/** Drops the output kept so far; what is on the screen and the counts stay. */
	forget(): void;
}

/**
 * Reads bytes as a terminal does.
 * @param reply gets what the terminal answers to questions
 */
export function createEmulator(columns: number, rows: number, reply: (text: string) => void = () => {}): Emulator {
	const emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 1000});
	const facts = {
		bytes: 0,
		chunks: 0,
		output: '',
		isCursorShown: true,
		bells: 0,
		titles: [] as string[],
		clipboard: [] as string[],
	};
	let flushed = Promise.resolve();
	for (const [final, isShown] of [
		['h', true],
		['l', false],
	] as const) {
		emulator.parser.registerCsiHandler({prefix: '?', final}, parameters => {
			if (parameters.includes(25)) facts.isCursorShown = isShown;
			return false;
		});
	}

	emulator.parser.registerOscHandler(52, data => {
		facts.clipboard.push(Buffer.from(data.slice(data.indexOf(';') + 1), 'base64').toString());
		return true;
	});
	emulator.onTitleChange(title => facts.titles.push(title));
	emulator.onBell(() => facts.bells++);
	emulator.onData(reply);
	return {
		emulator,
		facts,
		forget() {
			facts.output = '';
			facts.titles.length = 0;
		},
		write(text) {
			facts.bytes += Buffer.byteLength(text);
			facts.chunks++;
			facts.output += text;
			flushed = new Promise(resolve => {
				emulator.write(text, resolve);
			});
		},
		async screen() {
			await flushed;
			const {active} = emulator.buffer;
			return Array.from({length: emulator.rows}, (_, row) =>
				// A line that was wider before keeps its cells.
				(active.getLine(active.baseY + row)?.translateToString(true, 0, emulator.cols) ?? '').trimEnd(),
			).join('\n');
		},
	};
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
	return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
