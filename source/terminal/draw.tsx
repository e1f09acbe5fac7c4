import {type Instance, render, useApp} from 'ink';
import {type ReactNode, useEffect} from 'react';
import type {FrameStream} from './frame-stream.js';
import type {OpenedTerminal} from './terminal.js';

/** What drawing takes. */
export interface DrawOptions {
	readonly terminal: OpenedTerminal;
	readonly stream: FrameStream;
	readonly stdin: NodeJS.ReadStream;
}

/** What is drawn. */
export interface Drawing {
	/** Draws something else in its place. */
	show(tree: ReactNode): void;
	/** Ends it; the terminal is as it was before when this resolves. */
	end(): Promise<void>;
	/** Rejects with what a component threw; resolves at the end. */
	readonly ended: Promise<unknown>;
}

/** Milliseconds a terminal is given to take the last bytes. */
const lastMs = 1000;

/** Draws a tree over the whole terminal. */
export function draw(tree: ReactNode, {terminal, stream, stdin}: DrawOptions): Drawing {
	const {isScreenReader, maxFps} = terminal.capabilities;
	// Ink does this behind the first frame: until then the terminal would write what is typed into that frame, whose last
	// line it may scroll away with, and take a ctrl-c for itself.
	stdin.setRawMode?.(true);
	const app: Instance = render(<Attached terminal={terminal}>{tree}</Attached>, {
		stdout: stream.stdout,
		stdin,
		// What is said in sentences is to be found above the prompt afterwards.
		alternateScreen: !isScreenReader,
		isScreenReaderEnabled: isScreenReader,
		incrementalRendering: true,
		maxFps,
		patchConsole: false,
		exitOnCtrlC: false,
		// With CI in the environment Ink would take a terminal for none.
		interactive: true,
	});
	const ended = app.waitUntilExit();
	return {
		ended,
		show: next => app.rerender(<Attached terminal={terminal}>{next}</Attached>),
		async end() {
			app.unmount();
			const limit = new Promise(resolve => setTimeout(resolve, lastMs).unref());
			await Promise.race([ended.catch(() => {}), limit]);
			// What crashed before it read keys does not give them back.
			stdin.setRawMode?.(false);
		},
	};
}

/** Lets the terminal be handed over, which only Ink can do. */
function Attached({terminal, children}: {readonly terminal: OpenedTerminal; readonly children: ReactNode}): ReactNode {
	const {suspendTerminal} = useApp();
	useEffect(() => terminal.attach(async meanwhile => suspendTerminal(meanwhile)), [terminal, suspendTerminal]);
	return children;
}
