import {readTime} from '../sessions/folder-header.js';
import {essence, type JsonMember, JsonTextError, jsonMembers} from './json-text.js';

/** An analysis node as its text tells it. */
export interface NodeText {
	readonly text: string;
	readonly id: string;
	/** 1 when it names none. */
	readonly version: number;
	readonly previousVersions: readonly string[];
	/** When it was made, milliseconds since the epoch; undefined when it names no time. */
	readonly at: number | undefined;
	/** The same for two nodes that differ in nothing but version and previousVersions. */
	readonly essence: string;
	readonly members: readonly JsonMember[];
}

/** What an id may be: it becomes part of a file's name. */
const idPattern = /^[A-Za-z0-9._-]{1,200}$/;
const strict = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});
const versioning: ReadonlySet<string> = new Set(['version', 'previousVersions']);

/**
 * Reads a node.
 * @param bytes of its file
 * @throws JsonTextError when it is no JSON object, or its id, version or previousVersions are not what they must be
 */
export function readNode(bytes: Uint8Array): NodeText {
	const text = decode(bytes);
	const members = jsonMembers(text);
	const find = (key: string) => member(text, members, key);
	const value = (found: JsonMember | undefined): unknown =>
		found && JSON.parse(text.slice(found.valueStart, found.valueEnd));
	const wrong = (message: string, at: JsonMember | undefined) =>
		new JsonTextError(message, text, at?.valueStart ?? (text.startsWith('\uFEFF') ? 1 : 0));

	const idMember = find('id');
	const id = value(idMember);
	if (typeof id !== 'string') throw wrong('a node needs an "id", a text', idMember);
	if (!idPattern.test(id)) throw wrong('its "id" may hold letters, digits, . _ and - only, 200 at most', idMember);
	const versionMember = find('version');
	const version = value(versionMember) ?? 1;
	if (!isVersion(version)) throw wrong('its "version" must be a whole number from 1 on', versionMember);
	const previousMember = find('previousVersions');
	const previousVersions = value(previousMember) ?? [];
	if (!isTexts(previousVersions)) throw wrong('its "previousVersions" must be a list of texts', previousMember);
	return {
		text,
		id,
		version,
		previousVersions,
		at: timeOf(new Map(members.map(one => [one.key, value(one)]))),
		essence: essence(text, members, versioning),
		members,
	};
}

/**
 * The text of a node with another version and other previousVersions. These two values are replaced, or put behind the
 * id where they are missing; every other character stays.
 */
export function withVersion(node: NodeText, version: number, previousVersions: readonly string[]): string {
	const {text, members} = node;
	const id = members.find(({key}) => key === 'id')!;
	const edits: Array<{from: number; to: number; by: string}> = [];
	for (const [key, value] of [
		['version', version],
		['previousVersions', previousVersions],
	] as const) {
		const found = members.find(one => one.key === key);
		const isSame =
			found && JSON.stringify(JSON.parse(text.slice(found.valueStart, found.valueEnd))) === JSON.stringify(value);
		if (isSame) continue;
		if (found) {
			edits.push({from: found.valueStart, to: found.valueEnd, by: written(value, text, found)});
		} else {
			const pair = `${JSON.stringify(key)}:${gapBehindColon(text, id)}${JSON.stringify(value)}`;
			edits.push({from: id.valueEnd, to: id.valueEnd, by: `,${indentOf(text, id) ?? ''}${pair}`});
		}
	}

	// From the end on, so that the places before stay where they are; of two at one place the later comes behind.
	edits.sort((one, other) => one.from - other.from);
	let result = '';
	let at = 0;
	for (const {from, to, by} of edits) {
		result += text.slice(at, from) + by;
		at = to;
	}

	return result + text.slice(at);
}

/** A list that stood on several lines stands on several lines again. */
function written(value: number | readonly string[], text: string, found: JsonMember): string {
	const old = text.slice(found.valueStart, found.valueEnd);
	const indent = indentOf(text, found);
	if (typeof value === 'number' || value.length === 0 || indent === undefined) return JSON.stringify(value);
	// pi-brain writes an empty list as [] and a filled one a line for each.
	if (!old.includes('\n') && old !== '[]') return `[${value.map(one => JSON.stringify(one)).join(', ')}]`;
	// The outermost keys stand one step in.
	const step = indent.replace(/^\r?\n/, '');
	return `[${value.map(one => `${indent}${step}${JSON.stringify(one)}`).join(',')}${indent}]`;
}

/** The line break and blanks in front of a key; undefined where it does not begin a line. */
function indentOf(text: string, {keyStart}: JsonMember): string | undefined {
	return /\r?\n[ \t]*$/.exec(text.slice(Math.max(0, keyStart - 200), keyStart))?.[0];
}

function gapBehindColon(text: string, {keyStart, valueStart}: JsonMember): string {
	return /:([ \t]*)$/.exec(text.slice(keyStart, valueStart))?.[1] ?? '';
}

function decode(bytes: Uint8Array): string {
	try {
		return strict.decode(bytes);
	} catch {
		const loose = new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes);
		const again = Buffer.from(loose);
		const at = again.findIndex((byte, index) => byte !== bytes[index]);
		throw new JsonTextError('this is not UTF-8', loose, again.toString('utf8', 0, Math.max(0, at)).length);
	}
}

function member(text: string, members: readonly JsonMember[], key: string): JsonMember | undefined {
	const [first, second] = members.filter(one => one.key === key);
	if (second) throw new JsonTextError(`it names "${key}" twice`, text, second.keyStart);
	return first;
}

function isVersion(value: unknown): value is number {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isTexts(value: unknown): value is readonly string[] {
	return Array.isArray(value) && value.every(one => typeof one === 'string');
}

/** pi-brain sorts its nodes by `metadata.timestamp`; others call it what they like. */
function timeOf(values: ReadonlyMap<string, unknown>): number | undefined {
	const inside = (key: string, name: string) => {
		const object = values.get(key);
		return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined;
	};

	const named = [
		inside('metadata', 'timestamp'),
		values.get('timestamp'),
		values.get('createdAt'),
		inside('source', 'timestamp'),
		inside('metadata', 'createdAt'),
		inside('metadata', 'analyzedAt'),
	];
	return named.map(readTime).find(at => at !== undefined);
}
