import {execFileSync} from 'node:child_process';
import {mkdirSync, utimesSync, writeFileSync} from 'node:fs';
import {appendFile, mkdir, readFile, rm, stat, truncate, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {temporaryFolder} from './after.js';
import {
	type Draft,
	type EntryKind,
	entryLine,
	headerLine,
	type SessionVersion,
	sessionId,
	sessionPath,
} from './entries.js';
import {type Random, randomFrom} from './text.js';

/** One generated session. */
export interface LabSession {
	/** Below the session root. */
	readonly path: string;
	/** Absolute. */
	readonly file: string;
	readonly id: string;
	readonly version: SessionVersion;
	/** Bytes. */
	readonly size: number;
}

/** What a session is to be. */
export interface SessionOptions {
	/** The same seed gives the same bytes, 1 unless told. */
	readonly seed?: number;
	/** 3 unless told. */
	readonly version?: SessionVersion;
	/** Working folder on the spoke, `/home/will/api` unless told. */
	readonly cwd?: string;
	/** Milliseconds since the epoch of its start; in January 2026 unless told. */
	readonly startedAt?: number;
	/** Roughly its size, 4,000 unless told; at least the header and one entry are written. */
	readonly bytes?: number;
	/** Bytes of a base64 image in its second entry; none unless told. */
	readonly imageBytes?: number;
	/** Ends in the middle of a line, as a session does while pi writes or after a crash. */
	readonly isTorn?: boolean;
}

const january = Date.parse('2026-01-24T09:15:02.318Z');

/** The bytes of a session and where they belong. */
export function makeSession(options: SessionOptions = {}): {path: string; id: string; text: string; endedAt: number} {
	const {seed = 1, version = 3, cwd = '/home/will/api', bytes = 4000} = options;
	const random = randomFrom(seed * 7919);
	const startedAt = options.startedAt ?? january + seed * 61_000;
	const draft: Draft = {version, id: sessionId(random, startedAt), cwd, time: startedAt, parentId: null};
	const parts = [headerLine(draft)];
	let length = parts[0]!.length;
	const add = (size: number, kind?: EntryKind) => {
		const line = entryLine(draft, random, size, kind);
		parts.push(line);
		length += line.length;
	};

	add(Math.min(400, bytes), 'user');
	if (options.imageBytes) add(options.imageBytes, 'image');
	// Most entries are short and a few are long: the median is near 850 bytes, the longest near 50 KB.
	while (length < bytes) add(Math.min(48_000, 300 + 600 / (1.001 - random.next()) ** 0.9, bytes - length + 200));
	let text = parts.join('');
	if (options.isTorn) text = text.slice(0, -Math.ceil(parts.at(-1)!.length / 2));
	return {path: sessionPath(cwd, startedAt, draft.id), id: draft.id, text, endedAt: draft.time};
}

/** Writes a session below a root. */
export async function writeSession(root: string, options: SessionOptions = {}): Promise<LabSession> {
	const made = makeSession(options);
	const file = path.join(root, made.path);
	await mkdir(path.dirname(file), {recursive: true});
	await writeFile(file, made.text);
	return {path: made.path, file, id: made.id, version: options.version ?? 3, size: Buffer.byteLength(made.text)};
}

/** What a whole session root is to hold. */
export interface TreeOptions {
	readonly sessions: number;
	/** Of all together, roughly. */
	readonly bytes: number;
	readonly seed?: number;
	/** Project folders, a tenth of the sessions (at least 1, at most 500) unless told. */
	readonly projects?: number;
}

/**
 * Fills a session root: mostly v3, some v2 and v1, a few torn tails, a few images, sizes as uneven as real ones, times
 * of writing in the past. 2,000 sessions of 250 MB take a few seconds.
 * @returns how many bytes were written, and the paths below the root
 */
export function generateTree(root: string, options: TreeOptions): {bytes: number; paths: string[]} {
	const {sessions, seed = 1, projects = Math.min(500, Math.max(1, Math.round(sessions / 10)))} = options;
	const random = randomFrom(seed);
	const weights = Array.from({length: sessions}, () => (0.01 + random.next()) ** -1.3);
	const unit = options.bytes / weights.reduce((sum, weight) => sum + weight, 0);
	const paths: string[] = [];
	let bytes = 0;
	const folders = new Set<string>();
	for (const [index, weight] of weights.entries()) {
		const size = weight * unit;
		const made = makeSession({
			seed: seed * 1_000_003 + index,
			version: versionOf(random),
			cwd: `/home/will/project-${index % projects}`,
			startedAt: january - (sessions - index) * 600_000,
			bytes: size,
			isTorn: random.next() < 0.01,
			imageBytes: random.next() < 0.02 ? Math.min(200_000, size / 2) : undefined,
		});
		const file = path.join(root, made.path);
		const folder = path.dirname(file);
		if (!folders.has(folder)) mkdirSync(folder, {recursive: true});
		folders.add(folder);
		const content = Buffer.from(made.text);
		writeFileSync(file, content);
		utimesSync(file, made.endedAt / 1000, made.endedAt / 1000);
		bytes += content.length;
		paths.push(made.path);
	}

	return {bytes, paths};
}

function versionOf(random: Random): SessionVersion {
	const chance = random.next();
	if (chance < 0.03) return 1;
	return chance < 0.06 ? 2 : 3;
}

/**
 * Appends one entry, as a turn of pi does.
 * @param options `bytes` of the entry, 600 unless told; `isTorn` leaves its second half and its line end away
 * @returns the text that was appended
 */
export async function appendEntry(
	file: string,
	options: {readonly seed?: number; readonly bytes?: number; readonly isTorn?: boolean; readonly kind?: EntryKind} = {},
): Promise<string> {
	const random = randomFrom(options.seed ?? (await stat(file)).size);
	const draft: Draft = {version: 3, id: '', cwd: '', time: Date.now(), parentId: random.hex(8)};
	const line = entryLine(draft, random, options.bytes ?? 600, options.kind);
	const text = options.isTorn ? line.slice(0, Math.ceil(line.length / 2)) : line;
	await appendFile(file, text);
	return text;
}

/**
 * Migrates a v1 or v2 session to v3 as pi does when it opens one: truncated and written again in place (same inode),
 * new random entry ids, lines that are no JSON dropped, the session's own id kept.
 */
export async function migrate(file: string, seed = 1): Promise<void> {
	const random = randomFrom(seed);
	let parentId: string | null = null;
	const lines = (await readFile(file, 'utf8')).split('\n').flatMap(line => {
		const entry = parseLine(line);
		if (!entry) return [];
		if (entry.type === 'session') return [JSON.stringify({...entry, version: 3})];
		const id = random.hex(8);
		const migrated = JSON.stringify({...entry, id, parentId});
		parentId = id;
		return [migrated];
	});
	await writeFile(file, `${lines.join('\n')}\n`, {flag: 'r+'});
	await truncate(file, Buffer.byteLength(`${lines.join('\n')}\n`));
}

function parseLine(line: string): Record<string, unknown> | undefined {
	try {
		return JSON.parse(line) as Record<string, unknown>;
	} catch {
		return undefined;
	}
}

/** Cuts a file to a share of its size, in place. */
export async function shrink(file: string, share = 0.5): Promise<void> {
	await truncate(file, Math.floor((await stat(file)).size * share));
}

/** Replaces the content by another session's of roughly the same size, in place. */
export async function rewrite(file: string, seed: number): Promise<void> {
	await writeFile(file, makeSession({seed, bytes: (await stat(file)).size}).text);
}

/** Changes one byte in the middle and keeps size and time of writing: what only a checksum finds. */
export async function flipByte(file: string): Promise<void> {
	const content = await readFile(file);
	const middle = content.length >> 1;
	content[middle] = content[middle]! ^ 1;
	// A number of seconds is not exact to the nanosecond: another file keeps the time meanwhile.
	const aside = await temporaryFolder();
	const clock = path.join(aside.path, 'time');
	execFileSync('touch', ['-r', file, clock]);
	await writeFile(file, content, {flag: 'r+'});
	execFileSync('touch', ['-r', clock, file]);
	await aside.remove();
}

/** Puts an empty folder where the file was. */
export async function retype(file: string): Promise<void> {
	await rm(file);
	await mkdir(file);
}
