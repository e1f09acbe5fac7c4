import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {entryAt} from '../../../source/sync/sessions/tree.js';
import {makeSession, migrate} from '../../lab/sessions.js';
import type {World} from './world.js';

/** What may happen to a session on its spoke. */
export const onSpoke = [
	'create',
	'append',
	'torn-append',
	'truncate',
	'rewrite-same',
	'rewrite-longer',
	'rewrite-shorter',
	'migrate',
	'delete',
	'retype',
	'touch',
	'lying-append',
] as const;

/** What may happen to the hub's copy behind its back. */
export const onHub = ['hub-flip', 'hub-append', 'hub-truncate', 'hub-delete'] as const;

/** What concerns the whole spoke. */
export const onAll = [
	'truncate-many',
	'empty-root',
	'restore-root',
	'release',
	'forget-database',
	'garbled-database',
] as const;

type Done = (typeof onSpoke)[number] | (typeof onHub)[number] | (typeof onAll)[number] | 'sync' | 'sync-twice';

/** One step of a history; `to` is the session, `n` whatever number the step needs. */
export interface Step {
	readonly step: Done;
	readonly to: number;
	readonly n: number;
}

/** From ten sessions on the guard looks at the share that shrank. */
export const sessions = Array.from({length: 12}, (_, at) => `--home-will-p${at % 3}--/2026-01-24T0${at}_${at}.jsonl`);

/** Random steps; syncs and appends are what mostly happens. */
export function steps(): fc.Arbitrary<Step> {
	const of = (names: readonly Done[], weight: number) => ({arbitrary: fc.constantFrom(...names), weight});
	const parts = {
		step: fc.oneof(
			of(['sync'], 8),
			of(['sync-twice'], 2),
			of(['append', 'create'], 6),
			of(onSpoke, 12),
			of(onHub, 3),
			of(onAll, 2),
		),
		to: fc.nat(sessions.length - 1),
		n: fc.nat(500),
	};
	return fc.record(parts, {noNullPrototype: true});
}

/** A session as it stands when a history begins: v1, v2 and v3 in turn. */
export function firstContent(to: number, n: number): Buffer {
	const version = ([3, 1, 3, 2] as const)[to % 4];
	return Buffer.from(makeSession({seed: to + 1, version, bytes: 300 + n}).text);
}

let written = 0;

/** Every write has a second of its own: a rewrite within one, of the same size, is nothing a listing can tell. */
function stamp(file: string): void {
	written++;
	const seconds = 1_750_000_000.345_678 + written;
	fs.utimesSync(file, seconds, seconds);
}

function write(file: string, content: Buffer | string): void {
	fs.rmSync(file, {recursive: true, force: true});
	fs.mkdirSync(path.dirname(file), {recursive: true});
	fs.writeFileSync(file, content);
	stamp(file);
}

/** Every fourth session is longer than a chunk of the ledger, and grows and shrinks by whole ones. */
function scaled({to, n}: Step): number {
	return to % 4 === 3 ? n * 400 : n;
}

/** Text of that many bytes that no other call gives. */
function fresh(bytes: number): Buffer {
	written++;
	return Buffer.from(`{"n":${written}}\n`.padEnd(Math.max(12, bytes), `${written}-`));
}

/**
 * Does to the spoke's file what a step says; one that does not apply (an append to what is not there) does nothing.
 * @param file absolute path
 */
export async function touchSpoke(what: Step, file: string): Promise<void> {
	const {step, to, n} = what;
	const bytes = scaled(what);
	const isFile = fs.lstatSync(file, {throwIfNoEntry: false})?.isFile() ?? false;
	if (step === 'create') {
		if (!isFile) write(file, n % 2 === 0 ? firstContent(to, n) : fresh(bytes));
		return;
	}

	if (!isFile) return;
	const content = fs.readFileSync(file);
	if (step === 'append') fs.appendFileSync(file, fresh(bytes));
	else if (step === 'torn-append') fs.appendFileSync(file, fresh(n).subarray(0, 7));
	else if (step === 'truncate') fs.truncateSync(file, Math.floor((content.length * n) / 501));
	else if (step === 'rewrite-same') fs.writeFileSync(file, fresh(content.length).subarray(0, content.length));
	else if (step === 'rewrite-longer') fs.writeFileSync(file, fresh(content.length + 1 + bytes));
	else if (step === 'rewrite-shorter')
		fs.writeFileSync(file, fresh(content.length - bytes).subarray(0, content.length - 1));
	else if (step === 'migrate') {
		if (!content.toString('utf8', 0, 16).startsWith('{"type":"session')) return;
		await migrate(file, n);
	} else if (step === 'delete') fs.rmSync(file);
	else if (step === 'retype') {
		fs.rmSync(file);
		fs.mkdirSync(file);
		if (n % 2 === 0) write(path.join(file, 'inner.jsonl'), fresh(n));
	} else if (step === 'lying-append') {
		fs.appendFileSync(file, fresh(bytes));
		fs.utimesSync(file, 1_600_000_000, 1_600_000_000);
		return;
	}

	if (fs.lstatSync(file, {throwIfNoEntry: false})?.isFile()) stamp(file);
}

/** Damages the hub's copy; returns false when there is none. */
export function touchHub({step, n}: Step, file: string): boolean {
	const stat = fs.lstatSync(file, {throwIfNoEntry: false});
	if (!stat?.isFile()) return false;
	if (step === 'hub-delete') fs.rmSync(file);
	else if (step === 'hub-append') fs.appendFileSync(file, fresh(n));
	else if (step === 'hub-truncate') fs.truncateSync(file, Math.floor((stat.size * n) / 501));
	else if (stat.size > 0) {
		const content = fs.readFileSync(file);
		const at = n % content.length;
		content[at] = content[at]! ^ 1;
		fs.writeFileSync(file, content, {flag: 'r+'});
		// As rotten bits do: neither size nor time tells.
		fs.utimesSync(file, stat.atimeMs / 1000, stat.mtimeMs / 1000);
	}

	return true;
}

/** Takes everything out of the spoke's folder, or brings back what is not there again by now. */
export function moveRoot(world: World, isAway: boolean): void {
	const aside = path.join(world.root, 'aside');
	const [from, to] = isAway ? [world.source, aside] : [aside, world.source];
	if (!fs.existsSync(from)) return;
	for (const entry of fs.readdirSync(from, {recursive: true, withFileTypes: true})) {
		const file = path.join(entry.parentPath, entry.name);
		const target = path.join(to, path.relative(from, file));
		if (!entry.isFile() || entryAt(target) || entryAt(path.dirname(target))?.isFile()) continue;
		fs.mkdirSync(path.dirname(target), {recursive: true});
		fs.renameSync(file, target);
	}

	for (const name of fs.readdirSync(from)) fs.rmSync(path.join(from, name), {recursive: true});
}
