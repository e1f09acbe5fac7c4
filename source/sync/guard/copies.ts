import fs from 'node:fs';
import {promisify} from 'node:util';
import {breathe} from '../breathe.js';
import type {Generation, LedgerEntry} from '../store/ledger-rows.js';
import type {Comparison} from './content.js';
import type {LedgerLine} from './ledger-file.js';

/** The ledger's line for a kept version. */
export type Keep = Extract<LedgerLine, {op: 'keep'}>;

/** The line that says a copy holds what was compared. */
export function toKeep(path: string, file: string, {size, sha256}: Comparison, at: number): Keep {
	return {op: 'keep', at, path, file, length: size, sha256, why: 'protected'};
}

/** True when nobody wrote into a file since it was compared. */
export function isSettled(file: string | Buffer, {stat}: Comparison): boolean {
	const now = fs.lstatSync(file, {bigint: true, throwIfNoEntry: false});
	return now !== undefined && now.ino === stat.ino && now.size === stat.size && now.ctimeNs === stat.ctimeNs;
}

/** Turns the copy of what the ledger answered for so far into a version of its own. */
export function freeze(copy: Generation, entry: Pick<LedgerEntry, 'length' | 'sha256'>): Keep {
	const {path, file, at} = copy;
	// A kill while the tail was appended can have left more than the ledger answers for.
	if (fs.statSync(file).size > entry.length) fs.truncateSync(file, entry.length);
	return {op: 'keep', at, path, file, length: entry.length, sha256: entry.sha256, why: 'rewritten'};
}

/**
 * Brings a copy up to a file that grew.
 * @param start bytes the two have in common
 * @param end size of the file when it was compared
 */
export async function appendTail(from: string | Buffer, to: string, start: number, end: number): Promise<void> {
	const source = fs.openSync(from, 'r');
	const target = fs.openSync(to, 'r+');
	try {
		const chunk = Buffer.allocUnsafe(1 << 20);
		for (let at = start; at < end; ) {
			const got = fs.readSync(source, chunk, 0, Math.min(chunk.length, end - at), at);
			if (got === 0) break;
			let written = 0;
			while (written < got) written += fs.writeSync(target, chunk, written, got - written, at + written);
			at += got;
			await breathe();
		}

		// What a killed run appended, and the writer took back since, must not follow.
		fs.ftruncateSync(target, end);
		await promisify(fs.fdatasync)(target);
	} finally {
		fs.closeSync(source);
		fs.closeSync(target);
	}
}
