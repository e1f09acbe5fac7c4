import {paint, type Shown} from './paint.js';
import {Screen} from './screen.js';
import {setBlocking, writeNow} from './write-now.js';

/** What a frame stream needs of a terminal's stream; `process.stdout` has it. */
export interface TerminalStream {
	readonly isTTY?: boolean;
	readonly columns?: number;
	readonly rows?: number;
	readonly fd?: number;
	/** Bytes that were written and have not reached the terminal yet. */
	readonly writableLength?: number;
	write(text: string, done?: () => void): boolean;
	on(event: 'resize', listener: () => void): unknown;
	off(event: 'resize', listener: () => void): unknown;
}

/** How much went to the terminal. */
export interface FrameCounts {
	readonly bytes: number;
	/** Writes that changed the picture. */
	readonly frames: number;
}

/** Stands between Ink and the terminal. */
export interface FrameStream {
	/** What Ink is to take for its stdout. */
	readonly stdout: NodeJS.WriteStream;
	readonly counts: FrameCounts;
	/** Writes what is not part of the picture (a title, a bell), never into the middle of a frame. */
	between(text: string): void;
	/** Sends the whole picture again: something else has written to the terminal. */
	repaint(): void;
	/** Gives the terminal's stream back as it was. */
	close(): void;
}

// Everything Ink puts around frames: synchronized output, the cursor, and the switches of the terminal.
const mark = /\u001B\[\?(\d+)([hl])/g;
/** A frame longer than this many bytes may reach a terminal in pieces, so it is asked to show it at once. */
const longFrame = 1000;

/**
 * Makes one write of each frame, with nothing in it that the terminal shows already: Ink's own frames walk over every
 * line and repaint each changed one to its end. A terminal that does not keep up (a slow line) is sent no frame until
 * it has taken the last one, and then the difference to the newest: what lies between is never sent, and nothing piles
 * up. While something is on the alternate screen that is not understood, it is passed on as it is.
 */
export function createFrameStream(stdout: TerminalStream): FrameStream {
	const screen = new Screen(sizeOf(stdout.columns, 80), sizeOf(stdout.rows, 24));
	let shown: Shown = [];
	/** Only a screen that began empty is known. */
	let isKnown = false;
	let isInFrame = false;
	let isCursorWanted = true;
	let isCursorShown = true;
	/** Where a shown cursor stands; nothing while it is hidden. */
	let cursor = '';
	/** What must be sent before anything of the picture. */
	let ahead = '';
	let isBusy = false;
	let isLeaving = false;
	let isQueued = false;
	let waiting: Array<() => void> = [];
	const counts = {bytes: 0, frames: 0};
	setBlocking(stdout, false);

	function send(text: string, done: () => void): void {
		counts.bytes += Buffer.byteLength(text);
		if (isLeaving && writeNow(stdout, text)) {
			done();
			return;
		}

		let isDone = false;
		const hasRoom = stdout.write(text, () => {
			isDone = true;
			done();
			if (!isBusy) return;
			isBusy = false;
			flush();
		});
		// A stream of a test may have neither: then it is as quick as it says.
		isBusy = !isDone && (!hasRoom || (stdout.writableLength ?? 0) > 0);
	}

	function picture(): string {
		if (!isKnown) return '';
		let text = paint(screen, shown);
		const place = isCursorWanted ? `\u001B[${screen.y + 1};${Math.min(screen.x, screen.columns - 1) + 1}H` : '';
		if (text !== '' && isCursorShown) text = `\u001B[?25l${text}`;
		if (isCursorWanted && (text !== '' || place !== cursor || !isCursorShown)) text += `${place}\u001B[?25h`;
		else if (isCursorShown && !isCursorWanted && text === '') text = '\u001B[?25l';
		isCursorShown = isCursorWanted;
		cursor = place;
		if (text !== '') counts.frames++;
		return text.length > longFrame ? `\u001B[?2026h${text}\u001B[?2026l` : text;
	}

	function flush(): void {
		if (isBusy && !isLeaving) return;
		const text = takeAhead() + picture();
		const done = waiting;
		waiting = [];
		const finish = () => {
			for (const call of done) call();
		};
		if (text !== '') send(text, finish);
		else if (done.length > 0) stdout.write('', finish);
	}

	function takeAhead(): string {
		const text = ahead;
		ahead = '';
		return text;
	}

	function flushSoon(): void {
		if (isQueued) return;
		isQueued = true;
		setImmediate(() => {
			isQueued = false;
			if (!isInFrame) flush();
		});
	}

	/** From here on bytes are passed on as they are: the terminal is brought to where Ink believes it to be. */
	function giveUp(rest: string): void {
		ahead += `${picture()}\u001B[${screen.y + 1};${Math.min(screen.x, screen.columns - 1) + 1}H${rest}`;
		isKnown = false;
	}

	function enter(isAlternate: boolean): void {
		isKnown = isAlternate;
		screen.clear();
		if (!isAlternate) {
			if (isCursorWanted !== isCursorShown) ahead += isCursorWanted ? '\u001B[?25h' : '\u001B[?25l';
			isCursorShown = isCursorWanted;
			return;
		}

		// The cursor comes along from the other screen; frames begin at the top.
		ahead += '\u001B[H\u001B[2J';
		shown = [...screen.rows];
		screen.seen();
	}

	function readText(text: string): void {
		if (text === '') return;
		const understood = isKnown ? screen.read(text) : 0;
		if (understood === text.length) return;
		if (isKnown) giveUp(text.slice(understood));
		else ahead += text;
	}

	function readMark(whole: string, number: string, isSet: boolean): void {
		if (number === '2026') {
			isInFrame = isSet;
			if (!isKnown) ahead += whole;
			if (!isSet) flush();
		} else if (number === '25' && isKnown) {
			isCursorWanted = isSet;
		} else {
			if (number === '25') [isCursorWanted, isCursorShown] = [isSet, isSet];
			ahead += whole;
			if (number === '1049') enter(isSet);
		}
	}

	function write(chunk: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean {
		const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
		const done = typeof encoding === 'function' ? encoding : callback;
		if (typeof done === 'function') waiting.push(done as () => void);
		let at = 0;
		for (const match of text.matchAll(mark)) {
			readText(text.slice(at, match.index));
			at = match.index + match[0].length;
			readMark(match[0], match[1]!, match[2] === 'h');
		}

		readText(text.slice(at));
		// An empty write is how Ink waits for what it has written.
		if (isLeaving || text === '') flush();
		else if (!isInFrame) flushSoon();
		return true;
	}

	const onResize = () => {
		screen.resize(sizeOf(stdout.columns, screen.columns), sizeOf(stdout.rows, screen.rows.length));
		// Terminals differ in what they keep.
		shown = [];
		flushSoon();
	};
	const onExit = () => {
		isLeaving = true;
		flush();
	};
	stdout.on('resize', onResize);
	process.on('exit', onExit);

	return {
		stdout: new Proxy(stdout as unknown as NodeJS.WriteStream, {
			get(target, key) {
				if (key === 'write') return write;
				const value = Reflect.get(target, key, target) as unknown;
				return typeof value === 'function' ? (value as (...values: unknown[]) => unknown).bind(target) : value;
			},
		}),
		counts,
		between(text) {
			ahead += text;
			// What has happened also changes the picture: both go out together.
			if (isLeaving) flush();
			else if (!isInFrame) flushSoon();
		},
		repaint() {
			shown = [];
			flush();
		},
		close() {
			flush();
			stdout.off('resize', onResize);
			process.off('exit', onExit);
			// Else the rest would be waited for after all.
			if ((stdout.writableLength ?? 0) === 0) setBlocking(stdout, true);
		},
	};
}

/** A terminal that does not know its size says 0. */
function sizeOf(cells: number | undefined, otherwise: number): number {
	return cells && cells > 0 ? cells : otherwise;
}
