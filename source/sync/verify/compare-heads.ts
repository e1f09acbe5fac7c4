import {isUtf8} from 'node:buffer';
import fs from 'node:fs';
import {fsPath} from '../../text/names.js';
import {breathe} from '../breathe.js';
import {parseObject, readHeaderLine, skipPadding} from '../sessions/folder-header.js';
import type {SessionHeader} from '../sessions/types.js';
import type {RememberedFile} from '../store/session-rows.js';
import type {VerifyContext} from './compare-context.js';
import type {Shelf} from './compare-folder.js';
import type {Shelved} from './shelved-files.js';

/** Bytes of a file's beginning that are read for its header: a header of pi has 150 to 500. */
const firstBytes = 4096;
/** Bytes of its end that are read for its last line: most have less than a thousand. */
const lastBytes = 8192;
const newline = 0x0a;
const first = Buffer.allocUnsafeSlow(firstBytes);
const last = Buffer.allocUnsafeSlow(lastBytes);

/** Both ends of a file. */
export interface Ends {
	/** The header in its first line; undefined when it is none, or longer than what is read. */
	readonly header: SessionHeader | undefined;
	/** It ends in a whole line; false: only a closer look tells. */
	readonly isWhole: boolean;
}

/** Reads both ends of a file in one go: of a hundred thousand files every call counts. */
function readEnds(file: string | Buffer, size: number): Ends {
	let fd: number | undefined;
	try {
		fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
		const bytes = first.subarray(0, fs.readSync(fd, first, 0, firstBytes, 0));
		const start = skipPadding(bytes);
		const end = bytes.indexOf(newline, start);
		const header = end === -1 ? undefined : readHeaderLine(bytes.toString('utf8', start, end)).header;
		if (size <= firstBytes) return {header, isWhole: bytes.length === size && isWholeLine(bytes)};
		const tail = last.subarray(0, fs.readSync(fd, last, 0, lastBytes, Math.max(0, size - lastBytes)));
		return {header, isWhole: isWholeLine(tail)};
	} catch {
		// Gone or not to be read: whoever reads all of it says why.
		return {header: undefined, isWhole: false};
	} finally {
		if (fd !== undefined) fs.closeSync(fd);
	}
}

/** The last line of these bytes ends in LF and is an object. */
function isWholeLine(bytes: Buffer): boolean {
	if (bytes.at(-1) !== newline) return false;
	const before = bytes.lastIndexOf(newline, bytes.length - 2);
	if (before === -1) return false;
	const line = bytes.subarray(before + 1, -1);
	return isUtf8(line) && parseObject(line.toString()) !== undefined;
}

/** Puts what is learned of first lines into the index, by which sessions that lie in two places are found. */
export class Heads {
	readonly #context: VerifyContext;
	#learned: RememberedFile[] = [];

	constructor(context: VerifyContext) {
		this.#context = context;
	}

	/** Reads both ends of one file. */
	read(path: string, stat: Shelved, kind: 'session' | 'conflict-copy' = 'session'): Ends {
		const {size, mtimeMs, inode} = stat;
		const ends = readEnds(fsPath(this.#context.root, path), size);
		const {header} = ends;
		if (header) this.#learned.push({path, size, mtimeMs, inode, kind, header, lastEntryAt: undefined});
		return ends;
	}

	/** Reads those that changed since a moment, milliseconds since the epoch. */
	async readSince(shelf: Shelf, since: number): Promise<void> {
		for (const {path, kind, stat} of shelf.odd) if (kind === 'conflict-copy') this.read(path, stat, kind);
		for (const [path, stat] of shelf.files) {
			if (stat.ctimeMs < since) continue;
			this.read(path, stat);
			await breathe();
		}
	}

	/** Writes down what was learned. */
	store(): void {
		const {store, root} = this.#context;
		const learned = this.#learned;
		this.#learned = [];
		if (learned.length > 0) store.later(() => store.sessions.put(root, learned));
		store.flush();
	}
}
