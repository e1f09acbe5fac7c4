import fs from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import type {GenerationWhy, LedgerEntry} from '../store/ledger-rows.js';
import {syncFolder} from './durable.js';

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
	/** The `take` of that hash never became current: the run was killed and its staged bytes are gone. */
	| {readonly op: 'void'; readonly at: number; readonly path: string; readonly sha256: string}
	/** The spoke's path was changed: these bytes stay in the old folder, and the ledger answers for the new one. */
	| {readonly op: 'left'; readonly at: number; readonly path: string; readonly sha256: string; readonly folder: string}
	/** The hub's file was not on its disk any more when the spoke showed another version. */
	| {readonly op: 'lost'; readonly at: number; readonly path: string; readonly length: number; readonly sha256: string};

/**
 * The entry a `take` stands for.
 * @param known the entry of the same session before it
 * @param first the earliest `take` of the session that was read
 */
export function entryOf(
	take: Extract<LedgerLine, {op: 'take'}>,
	known: LedgerEntry | undefined,
	first: Pick<typeof take, 'at'> = take,
): LedgerEntry {
	return {
		path: take.path,
		length: take.length,
		sha256: take.sha256,
		firstAt: known?.firstAt ?? first.at,
		lastAt: take.at,
		sourceSize: take.sourceSize,
		sourceMtimeMs: take.sourceMtimeMs,
		since: take.since ?? known?.since,
	};
}

const fdatasync = promisify(fs.fdatasync);
const fsRead = promisify(fs.read);

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
			if (last[0] !== 0x0a) ledger.#write('\n');
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
	 * Lines from a byte offset on. Lines that cannot be read (a torn one, a foreign edit) are passed over and counted.
	 * @param offset as `size` said earlier
	 */
	async read(offset: number): Promise<{readonly lines: LedgerLine[]; readonly unreadable: number}> {
		const buffer = Buffer.alloc(Math.max(0, this.#size - offset));
		let filled = 0;
		while (filled < buffer.length) {
			const {bytesRead} = await fsRead(this.#fd, buffer, filled, buffer.length - filled, offset + filled);
			if (bytesRead === 0) break;
			filled += bytesRead;
		}

		const lines: LedgerLine[] = [];
		let unreadable = 0;
		for (const text of buffer.subarray(0, filled).toString().split('\n')) {
			if (text === '') continue;
			try {
				lines.push(JSON.parse(text) as LedgerLine);
			} catch {
				unreadable++;
			}
		}

		return {lines, unreadable};
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
