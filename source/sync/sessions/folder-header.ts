import type {FileKind, SessionHeader} from './types.js';

/** What a first line says. */
export interface HeaderReading {
	/** `session`, `other`, or `empty` while there is no complete first line. */
	readonly kind: Extract<FileKind, 'session' | 'other' | 'empty'>;
	/** Undefined unless `kind` is `session`. */
	readonly header: SessionHeader | undefined;
}

export const emptyReading: HeaderReading = {kind: 'empty', header: undefined};
export const otherReading: HeaderReading = {kind: 'other', header: undefined};

/** True for what pads a line without saying anything: NUL (left by a power loss), blanks, CR, LF. */
export function isPadding(byte: number): boolean {
	return byte === 0 || byte === 0x20 || byte === 0x0d || byte === 0x0a || byte === 0x09;
}

/** Offset of the first byte that is not padding and not a byte order mark; the length when there is none. */
export function skipPadding(bytes: Uint8Array, from = 0): number {
	let at = from;
	while (at < bytes.length) {
		if (isPadding(bytes[at]!)) at++;
		else if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
		else break;
	}

	return at;
}

/** Parses one line; undefined when it is not a JSON object. */
export function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
	if (!line.startsWith('{')) return undefined;
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Reads a time as pi and its relatives write it.
 * @param value ISO 8601 text, or milliseconds since the epoch
 * @returns milliseconds since the epoch; undefined when it is neither
 */
export function readTime(value: unknown): number | undefined {
	if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) <= 8.64e15 ? value : undefined;
	if (typeof value !== 'string') return undefined;
	const ms = Date.parse(value);
	return Number.isNaN(ms) ? undefined : ms;
}

/**
 * Judges a complete first line. pi's own headers (v1 names no version) and the v4 of pi-agent-core are sessions.
 * @param line without padding in front
 */
export function readHeaderLine(line: string): HeaderReading {
	const object = parseObject(line);
	if (!object || typeof object.id !== 'string') return otherReading;
	const isNewer = object.kind === 'header' && typeof object.version === 'number';
	if (object.type !== 'session' && !isNewer) return otherReading;
	return {
		kind: 'session',
		header: {
			id: object.id,
			version: typeof object.version === 'number' ? object.version : 1,
			cwd: typeof object.cwd === 'string' ? object.cwd : undefined,
			startedAt: readTime(isNewer ? (object.createdAt ?? object.timestamp) : object.timestamp),
		},
	};
}
