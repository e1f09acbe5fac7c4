import {decodeName} from '../../text/names.js';

/** A line of `--out-format='%i|%l|%M|%n'`. */
export interface Item {
	/** Below the root, spelled as in `text/names.ts`; a folder's without its slash. */
	readonly path: string;
	readonly isFolder: boolean;
	/** True when its bytes are (or, in a dry run, would be) brought. */
	readonly isTransfer: boolean;
	/** Bytes. */
	readonly size: number;
	/** Milliseconds since the epoch, whole seconds. */
	readonly mtimeMs: number;
}

/** A line of `--info=progress2`. */
export interface ProgressLine {
	readonly bytes: number;
	/** 0 to 100, of everything listed so far. */
	readonly percent: number;
	/** Bytes per second. */
	readonly rate: number;
	/** Files brought; undefined while one is under way. */
	readonly transferred: number | undefined;
}

/** What `--stats` said; undefined where it did not. */
export interface Stats {
	/** Regular files listed; only rsync 3.1 and later tell. */
	readonly regular: number | undefined;
	readonly transferred: number | undefined;
	/** Bytes of the files that were brought. */
	readonly transferredBytes: number | undefined;
	readonly sent: number | undefined;
	readonly received: number | undefined;
}

/** What is told while it comes in. */
export interface ParserEvents {
	readonly onItem?: (item: Item) => void;
	readonly onProgress?: (progress: ProgressLine) => void;
	/** Name of something that is no regular file (link, pipe, device). */
	readonly onSkipped?: (path: string) => void;
}

// Both wordings: GNU rsync and openrsync.
const statPatterns: ReadonlyArray<readonly [keyof Stats, RegExp]> = [
	['regular', /^Number of files: .*\breg: ([\d,]+)/],
	['transferred', /^Number of (?:regular )?files transferred: ([\d,]+)/],
	['transferredBytes', /^Total transferred file size: ([\d,]+)/],
	['sent', /^Total bytes sent: ([\d,]+)/],
	['received', /^Total bytes received: ([\d,]+)/],
	['sent', /^sent ([\d,]+) bytes +received/],
	['received', /^sent [\d,]+ bytes +received ([\d,]+) bytes/],
];

const itemLine = /^([<>ch.][fdLDS][^|]{0,10})\|([\d,]*)\|(\d+)\/(\d\d)\/(\d\d)-(\d\d):(\d\d):(\d\d)\|(.+)$/;
const progressLine = /^\s+([\d,]+)\s+(\d+)%\s+([\d.]+)([kMGT]?)B\/s\s+\S+(?:\s+\(xfr#(\d+), (?:ir|to)-chk=\d+\/\d+\))?/;
const units: Readonly<Record<string, number>> = {k: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4};

/** Reads rsync's stdout as it comes, cut anywhere. Runs in rsync's `LC_ALL=C` and `TZ=UTC`. */
export function createParser(events: ParserEvents) {
	const stats: {-readonly [name in keyof Stats]: Stats[name]} = {
		...{regular: undefined, transferred: undefined, transferredBytes: undefined, sent: undefined, received: undefined},
	};
	let rest = '';

	function readLine(line: string): void {
		if (line === '') return;
		const item = itemLine.exec(line);
		if (item) {
			events.onItem?.(toItem(item));
			return;
		}

		const progress = progressLine.exec(line);
		if (progress) {
			events.onProgress?.(toProgress(progress));
			return;
		}

		const skipped = /^skipping non-regular file "(.*)"$/.exec(line);
		if (skipped) {
			events.onSkipped?.(unescapeName(skipped[1]!));
			return;
		}

		for (const [name, pattern] of statPatterns) {
			const value = pattern.exec(line)?.[1];
			if (value !== undefined) stats[name] ??= toNumber(value);
		}
	}

	return {
		push(chunk: Buffer): void {
			// One character per byte, so that a name may be cut anywhere and need not be UTF-8.
			const lines = (rest + chunk.toString('latin1')).split(/[\r\n]/);
			rest = lines.pop()!;
			for (const line of lines) readLine(line);
		},
		/** Reads what no line end followed, and tells what `--stats` said. */
		end(): Stats {
			readLine(rest);
			rest = '';
			return stats;
		},
	};
}

function toItem(match: RegExpExecArray): Item {
	const [, flags, size, year, month, day, hour, minute, second, name] = match as unknown as string[];
	const isFolder = flags![1] === 'd';
	const path = unescapeName(name!);
	return {
		path: isFolder ? path.replace(/\/$/, '') : path,
		isFolder,
		isTransfer: flags!.startsWith('>') || flags!.startsWith('c'),
		size: toNumber(size!),
		mtimeMs: Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +second!),
	};
}

function toProgress([, bytes, percent, rate, unit, transferred]: RegExpExecArray): ProgressLine {
	return {
		bytes: toNumber(bytes!),
		percent: Number(percent),
		rate: Math.round(Number(rate) * (units[unit!] ?? 1)),
		transferred: transferred === undefined ? undefined : Number(transferred),
	};
}

function toNumber(digits: string): number {
	return Number(digits.replaceAll(',', ''));
}

/**
 * The name behind rsync's spelling, in which every byte it would not print is `\#` and three octal digits, a `\` that
 * stands before such a thing included.
 * @param text one character per byte
 */
export function unescapeName(text: string): string {
	const bytes = text.includes('\\#')
		? text.replaceAll(/\\#([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
		: text;
	return decodeName(Buffer.from(bytes, 'latin1'));
}
