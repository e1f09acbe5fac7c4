import fs from 'node:fs';
import {appendFile, mkdir, rename, stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import {clean} from '../text/clean.js';
import type {LoggedEvent} from './store/runs.js';

/** Bytes after which the log is rotated, and how many old ones are kept. */
const maxBytes = 5 * 1024 * 1024;
const keptFiles = 3;

/** A line in the seed's form: `2026-11-21T14:00:12.041Z INFO  Sync: …`. */
export function logLine({at, level, text}: Omit<LoggedEvent, 'id'>): string {
	return `${new Date(at).toISOString()} ${level.padEnd(5)} Sync: ${clean(text, 4096)}`;
}

/** Appends to `sync.log`; several processes may do so at once, each line whole. */
export class LogFile {
	readonly #file: string;
	#waiting = '';
	#writing: Promise<void> = Promise.resolve();
	#size: number | undefined;
	/** The first reason why lines could not be written; undefined while all is well. */
	problem: string | undefined;

	/** @param file absolute path of `sync.log` */
	constructor(file: string) {
		this.#file = file;
	}

	/** Queues a line; never throws, never waits for the disk. */
	write(line: string): void {
		if (this.#waiting === '') this.#writing = this.#writing.then(async () => this.#drain());
		this.#waiting += `${line}\n`;
	}

	/** Everything queued so far is on its way to disk when this returns. */
	async flush(): Promise<void> {
		await this.#writing;
	}

	async #drain(): Promise<void> {
		const text = this.#waiting;
		this.#waiting = '';
		try {
			await mkdir(dirname(this.#file), {recursive: true, mode: 0o700});
			await this.#rotate(Buffer.byteLength(text));
			await appendFile(this.#file, text, {mode: 0o600});
		} catch (error) {
			this.problem ??= `${this.#file}: ${(error as Error).message}`;
		}
	}

	async #rotate(more: number): Promise<void> {
		this.#size ??= fs.existsSync(this.#file) ? (await stat(this.#file)).size : 0;
		this.#size += more;
		if (this.#size <= maxBytes) return;
		// Another process may have rotated since.
		const now = fs.existsSync(this.#file) ? (await stat(this.#file)).size : 0;
		this.#size = now + more;
		if (this.#size <= maxBytes) return;
		for (let age = keptFiles - 1; age >= 0; age--) {
			const from = age === 0 ? this.#file : `${this.#file}.${age}`;
			if (fs.existsSync(from)) await rename(from, `${this.#file}.${age + 1}`);
		}

		this.#size = more;
	}
}
