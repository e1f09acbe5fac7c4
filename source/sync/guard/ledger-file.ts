import fs from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import type {GenerationWhy, Observation} from '../store/ledger-rows.js';
import type {ChunkLine} from './chunks.js';
import {syncFolder} from './durable.js';

/** The spoke's version of a session of which a person made another one current. */
export type Aside = Pick<Observation, 'size' | 'mtimeMs' | 'sha256'>;

/** A line of the plain ledger. Times are milliseconds since the epoch, sizes bytes, hashes lower-case hex SHA-256. */
export type LedgerLine =
	/** These bytes are the hub's to keep from now on. Written and synced before the file takes its place. */
	| {
			readonly op: 'take';
			readonly at: number;
			readonly path: string;
			readonly length: number;
			readonly sha256: string;
			readonly sourceSize?: number;
			readonly sourceMtimeMs?: number;
			/** Found on the hub, not pulled: proved only since then. */
			readonly since?: number;
			/** Hashes of its chunks that are not those of the version before; absent where it fits one chunk. */
			readonly chunks?: ChunkLine | undefined;
			/** A person brought this version back: what the spoke shows stays aside until it changes there. */
			readonly aside?: Aside;
	  }
	/** Chunks of the version that is current, which was taken before there were any. */
	| {
			readonly op: 'chunks';
			readonly at: number;
			readonly path: string;
			readonly length: number;
			readonly sha256: string;
			readonly chunks: ChunkLine;
	  }
	/** An earlier version was kept as a file of its own. */
	| {
			readonly op: 'keep';
			readonly at: number;
			readonly path: string;
			readonly file: string;
			readonly length: number;
			readonly sha256: string;
			readonly why: GenerationWhy;
	  }
	/** A person removed a kept version. */
	| {readonly op: 'pruned'; readonly at: number; readonly path: string; readonly file: string; readonly sha256: string}
	/** The `take` of that hash never became current: the run was killed and its staged bytes are gone. */
	| {readonly op: 'void'; readonly at: number; readonly path: string; readonly sha256: string}
	/** The spoke's path was changed: these bytes stay in the old folder, and the ledger answers for the new one. */
	| {readonly op: 'left'; readonly at: number; readonly path: string; readonly sha256: string; readonly folder: string}
	/** The hub's file was not on its disk any more when the spoke showed another version. */
	| {readonly op: 'lost'; readonly at: number; readonly path: string; readonly length: number; readonly sha256: string};

const fdatasync = promisify(fs.fdatasync);
const fsRead = promisify(fs.read);

/** Bytes read at a time. */
const pieceBytes = 1 << 20;
const lineEnd = 0x0a;

/** The plain, append-only copy of a spoke's ledger: one JSON object a line, synced before anything relies on it. */
export class LedgerFile {
	readonly file: string;
	readonly #fd: number;
	#size: number;

	private constructor(file: string, fd: number, size: number) {
		this.file = file;
		this.#fd = fd;
		this.#size = size;
	}

	/** Where a spoke's plain ledger is. */
	static path(databaseDir: string, spoke: string): string {
		return join(databaseDir, 'ledger', `${spoke}.jsonl`);
	}

	/**
	 * Opens or creates it. Only the holder of the spoke's lease may.
	 * @throws NodeJS.ErrnoException when it cannot be opened
	 */
	static async open(databaseDir: string, spoke: string): Promise<LedgerFile> {
		const file = LedgerFile.path(databaseDir, spoke);
		await mkdir(dirname(file), {recursive: true, mode: 0o700});
		const isNew = !fs.existsSync(file);
		const fd = fs.openSync(file, 'a+', 0o600);
		if (isNew) await syncFolder(dirname(file));
		const {size} = fs.fstatSync(fd);
		const ledger = new LedgerFile(file, fd, size);
		// A power cut can leave half a line: it is closed, so that the next one stands on its own.
		if (size > 0) {
			const last = Buffer.alloc(1);
			fs.readSync(fd, last, 0, 1, size - 1);
			if (last[0] !== lineEnd) ledger.#write('\n');
		}

		return ledger;
	}

	/** Bytes written so far. */
	get size(): number {
		return this.#size;
	}

	/** Appends lines and brings them to disk. */
	async append(lines: readonly LedgerLine[]): Promise<void> {
		if (lines.length === 0) return;
		this.#write(lines.map(line => `${JSON.stringify(line)}\n`).join(''));
		await fdatasync(this.#fd);
	}

	/**
	 * Reads lines from a byte offset on, in bounded memory. Lines that cannot be read (a torn one, a foreign edit) are passed
	 * over and counted.
	 * @param offset as `size` said earlier
	 * @returns how many lines could not be read
	 */
	async read(offset: number, onLine: (line: LedgerLine) => void): Promise<number> {
		let unreadable = 0;
		const take = (bytes: Buffer) => {
			if (bytes.length === 0) return;
			const line = parse(bytes);
			if (line) onLine(line);
			else unreadable++;
		};
		const piece = Buffer.allocUnsafeSlow(pieceBytes);
		let begun: Buffer[] = [];
		for (let at = offset; at < this.#size; ) {
			const {bytesRead} = await fsRead(this.#fd, piece, 0, Math.min(piece.length, this.#size - at), at);
			if (bytesRead === 0) break;
			at += bytesRead;
			const got = piece.subarray(0, bytesRead);
			let start = 0;
			let end = got.indexOf(lineEnd);
			while (end !== -1) {
				take(Buffer.concat([...begun, got.subarray(start, end)]));
				begun = [];
				start = end + 1;
				end = got.indexOf(lineEnd, start);
			}

			begun.push(Buffer.from(got.subarray(start)));
		}

		take(Buffer.concat(begun));
		return unreadable;
	}

	/** Closes the file. */
	close(): void {
		fs.closeSync(this.#fd);
	}

	#write(text: string): void {
		const bytes = Buffer.from(text);
		let written = 0;
		while (written < bytes.length) written += fs.writeSync(this.#fd, bytes, written);
		this.#size += bytes.length;
	}
}

/** What a line of each operation holds beside `op`, `at` and `path`. */
const fields: Readonly<Record<LedgerLine['op'], readonly string[]>> = {
	take: ['length', 'sha256'],
	chunks: ['length', 'sha256', 'chunks'],
	keep: ['file', 'length', 'sha256', 'why'],
	pruned: ['file', 'sha256'],
	void: ['sha256'],
	left: ['sha256'],
	lost: ['length', 'sha256'],
};

const types: Readonly<Record<string, string>> = {length: 'number', chunks: 'object'};
const text = new TextDecoder('utf-8', {fatal: true});

function parse(bytes: Buffer): LedgerLine | undefined {
	try {
		const line = JSON.parse(text.decode(bytes)) as LedgerLine & Record<string, unknown>;
		const isLine =
			typeof line.path === 'string' &&
			typeof line.at === 'number' &&
			Object.hasOwn(fields, line.op) &&
			fields[line.op].every(key => typeof line[key] === (types[key] ?? 'string'));
		return isLine ? line : undefined;
	} catch {
		return undefined;
	}
}
