import type {ScreenConfig} from '../sync/config/types.js';
import type {Capabilities} from './capabilities.js';
import {type Copied, copyText} from './clipboard.js';
import type {FrameCounts, FrameStream} from './frame-stream.js';
import {runOnTerminal} from './hand-over.js';
import {suspendProcess} from './suspend.js';
import {createTitle} from './title.js';

/** Milliseconds the screen stays reversed for those who cannot hear a bell. */
const flashMs = 120;

/** Hands the terminal over while the callback runs, as Ink's `useApp().suspendTerminal` does. */
export type HandOver = (meanwhile: () => Promise<void>) => Promise<void>;

/** The terminal as the dashboard uses it beside drawing. Nothing here ever writes into a frame. */
export interface Terminal {
	readonly capabilities: Capabilities;
	/** Puts a text on the clipboard of the person's terminal. */
	copy(text: string): Copied;
	/** Sets the window's title; neutralised here, written only when it changed. */
	setTitle(text: string): void;
	/** Rings, or flashes, as `tui.bell` says. */
	bell(): void;
	/** Sends everything on the screen again. */
	redraw(): Promise<void>;
	/** Stops the program as ctrl-z does; resolves when it is back in the foreground and painted again. Jobs go on. */
	suspend(): Promise<void>;
	/**
	 * Gives the terminal to a program until it ends; resolves when everything is painted again.
	 * @returns its exit status; what a shell would report when a signal ended it or it could not be started
	 * @throws Error while the terminal is away already
	 */
	handOver(argv: readonly string[]): Promise<number>;
	/** How much was written so far. */
	readonly counts: FrameCounts;
}

/** The same for whoever opened it. */
export interface OpenedTerminal extends Terminal {
	/** Follows the settings of a configuration that was read again. */
	configure(screen: ScreenConfig): void;
	/** How suspending hands the terminal over; called once the screen is drawn. */
	attach(handOver: HandOver): void;
	/** Puts back what no drawing does: the title. Nothing but `close` may follow. */
	restore(): void;
	/** Gives the stream back. Call it when nothing is drawn any more. */
	close(): void;
}

/** What stands behind a terminal. */
export interface TerminalOptions {
	readonly stream: FrameStream;
	readonly capabilities: Capabilities;
	readonly screen: ScreenConfig;
	readonly env: Readonly<Record<string, string | undefined>>;
}

/** Makes the terminal of a dashboard. */
export function createTerminal({stream, capabilities, screen, env}: TerminalOptions): OpenedTerminal {
	let settings = screen;
	let handOver: HandOver | undefined;
	let title = '';
	let isAway = false;
	const leaving = new AbortController();
	const write = (bytes: string) => stream.between(bytes);
	const window = createTitle(write);
	// The console of Linux takes a title for text.
	const hasTitle = () => settings.title && env.TERM !== 'linux';
	const showTitle = () => {
		if (title !== '' && hasTitle() && !isAway) window.set(title);
	};

	const giveAway = async (meanwhile: () => Promise<void>) => {
		await handOver!(async () => {
			isAway = true;
			window.restore();
			await new Promise<void>(resolve => {
				stream.stdout.write('', () => resolve());
			});
			await meanwhile().finally(() => {
				isAway = false;
			});
		});
		// A size that changed meanwhile was told to whoever had the terminal: Node is to ask for it.
		process.kill(process.pid, 'SIGWINCH');
		showTitle();
	};

	const suspend = async () => {
		if (handOver && !isAway) await giveAway(suspendProcess);
	};
	const onStop = () => void suspend();
	process.on('SIGTSTP', onStop);

	return {
		capabilities,
		counts: stream.counts,
		copy: text => copyText(text, settings, capabilities, write),
		setTitle(text) {
			title = text;
			showTitle();
		},
		bell() {
			if (isAway || settings.bell === 'off') return;
			if (settings.bell === 'on') write('\u0007');
			else {
				write('\u001B[?5h');
				setTimeout(() => write('\u001B[?5l'), flashMs);
			}
		},
		async redraw() {
			stream.repaint();
		},
		suspend,
		async handOver(argv) {
			if (!handOver || isAway) throw new Error('the terminal is not free');
			let status = 0;
			await giveAway(async () => {
				status = await runOnTerminal(argv, env, leaving.signal);
			});
			return status;
		},
		configure(next) {
			settings = next;
			if (hasTitle()) showTitle();
			else window.restore();
		},
		attach(next) {
			handOver = next;
		},
		restore() {
			leaving.abort();
			process.off('SIGTSTP', onStop);
			title = '';
			window.restore();
		},
		close() {
			stream.close();
		},
	};
}
