import {clean} from '../../text/clean.js';
import {parseObject, readTime, skipPadding} from '../sessions/folder-header.js';
import {lineBytes, type SessionLine} from './session-lines.js';

/** An entry of a session as a list shows it. */
export interface EntryRef {
	/** Undefined in v1 sessions, whose entries have none, and where the line cannot be read. */
	readonly id: string | undefined;
	/** `message`, `compaction`, …; `session` for the header; `unreadable` for a line that is no JSON object. */
	readonly type: string;
	/** Of a message: `user`, `assistant`, `toolResult`, … */
	readonly role?: string;
	/** Milliseconds since the epoch. */
	readonly timestamp: number | undefined;
	/** From 1. */
	readonly line: number;
	/** How it begins, neutralised, 80 characters at most; empty where there is nothing to read. */
	readonly preview: string;
}

/** A place in a file. */
export interface Span {
	readonly offset: number;
	/** Bytes. */
	readonly length: number;
	/** From 1. */
	readonly line: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Lines up to this are read as a whole where their beginning does not say enough; pi's longest hold images. */
const parsedBytes = 4 * 1024 * 1024;
const previewLength = 80;

/**
 * What tells an entry from the others of its session: its id; the header by the session's; the bytes of what has none.
 * @param line with its hash
 */
export function keyOf(fd: number, line: SessionLine): string {
	const {type, kind, id} = beginning(fd, line) ?? {};
	if (typeof id !== 'string') return `line ${line.hash}`;
	return type === 'session' || kind === 'header' ? `header ${id}` : `entry ${id}`;
}

/** The entry that stands in a place. */
export function entryAtSpan(fd: number, {offset, length, line}: Span): EntryRef {
	const whole = length <= parsedBytes ? parse(lineBytes(fd, offset, length)) : undefined;
	const object = whole ?? parseHead(lineBytes(fd, offset, Math.min(length, 4096)));
	if (!object) {
		const preview = clean(lineBytes(fd, offset, Math.min(length, 4 * previewLength)).toString(), previewLength);
		return {id: undefined, type: 'unreadable', timestamp: undefined, line, preview};
	}

	const {type, kind, id, timestamp, createdAt, message} = object;
	const role = isObject(message) && typeof message.role === 'string' ? clean(message.role, previewLength) : undefined;
	return {
		id: typeof id === 'string' ? clean(id, previewLength) : undefined,
		type: typeof type === 'string' ? clean(type, previewLength) : kind === 'header' ? 'session' : '',
		...(role === undefined ? {} : {role}),
		timestamp: readTime(timestamp ?? createdAt),
		line,
		preview: previewOf(object),
	};
}

/** The object of a line as far as it takes to know whose it is. */
function beginning(fd: number, {head, offset, length}: SessionLine): JsonObject | undefined {
	if (length <= head.length) return parse(head);
	const object = parseHead(head);
	if (typeof object?.id === 'string' || length > parsedBytes) return object;
	return parse(lineBytes(fd, offset, length)) ?? object;
}

function parse(bytes: Buffer): JsonObject | undefined {
	return parseObject(bytes.toString('utf8', skipPadding(bytes)));
}

/** The plain values in front of the first nested one, which is all that can be had of a line of megabytes. */
function parseHead(head: Buffer): JsonObject | undefined {
	const text = head.toString('utf8', skipPadding(head));
	const plain = /^\{(?:"(?:[^"\\]|\\.)*":(?:"(?:[^"\\]|\\.)*"|[-\w.+]+),)*/.exec(text)?.[0];
	return plain?.endsWith(',') ? parseObject(`${plain.slice(0, -1)}}`) : undefined;
}

function previewOf(object: JsonObject): string {
	const {message} = object;
	const text = isObject(message) ? messageText(message) : plainText(object);
	return clean(
		text
			.slice(0, 16 * previewLength)
			.replaceAll(/\s+/g, ' ')
			.trim(),
		previewLength,
	);
}

/** What an entry that is no message has to say, whichever key its kind says it in. */
function plainText(object: JsonObject): string {
	const keys = ['summary', 'name', 'label', 'content', 'text', 'modelId', 'thinkingLevel', 'customType', 'cwd'];
	for (const key of keys) {
		const value = object[key];
		if (typeof value === 'string' && value.trim() !== '') return value;
		if (Array.isArray(value)) return messageText({content: value});
	}

	return '';
}

function messageText({content, command, output, summary}: JsonObject): string {
	for (const value of [content, command, output, summary]) {
		if (typeof value === 'string' && value.trim() !== '') return value;
	}

	if (!Array.isArray(content)) return '';
	const parts = content.filter(isObject);
	for (const {text, thinking} of parts) {
		if (typeof text === 'string' && text.trim() !== '') return text;
		if (typeof thinking === 'string' && thinking.trim() !== '') return thinking;
	}

	const [first] = parts;
	if (typeof first?.name === 'string') return `${first.name} ${JSON.stringify(first.arguments ?? {}).slice(0, 1000)}`;
	return typeof first?.type === 'string' ? first.type : '';
}

function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null;
}
