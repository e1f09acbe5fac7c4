import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type {LedgerLine} from '../../../source/sync/guard/ledger-file.js';
import {entryAt} from '../../../source/sync/sessions/tree.js';
import type {World} from './world.js';

/** Remembers what the hub acknowledged, independently of the hub, and says after each run whether every promise held. */
export class Witness {
	readonly #world: World;
	/** By session: every byte string the ledger ever answered for. */
	readonly #acknowledged = new Map<string, Buffer[]>();
	/** Acknowledged, and then damaged on the hub by the test itself. */
	readonly #endangered = new Map<string, Buffer[]>();
	/** Sessions whose hub copy the test has touched. */
	readonly #damaged = new Set<string>();
	#current = new Map<string, Buffer>();

	constructor(world: World) {
		this.#world = world;
	}

	/** True once the test has touched any of the hub's copies. */
	get hasDamage(): boolean {
		return this.#damaged.size > 0;
	}

	/** Call after the hub's copy was damaged. */
	damaged(session: string): void {
		this.#damaged.add(session);
		this.#current.delete(session);
		const held = this.#acknowledged.get(session) ?? [];
		const safe = held.filter(bytes => this.#isRetrievable(session, bytes));
		this.#acknowledged.set(session, safe);
		const lost = held.filter(bytes => !safe.includes(bytes));
		this.#endangered.set(session, [...(this.#endangered.get(session) ?? []), ...lost]);
	}

	/** What a repair must bring back: acknowledged, endangered, on the spoke, and plainly different on the hub. */
	mustRepair(): Map<string, Buffer[]> {
		const {source, current} = this.#world;
		const due = new Map<string, Buffer[]>();
		for (const [session, strings] of this.#endangered) {
			const [there, here] = [path.join(source, session), path.join(current, session)];
			const [theirs, ours] = [there, here].map(file => fs.lstatSync(file, {throwIfNoEntry: false}));
			const entry = this.#world.ledger().get(session);
			if (!theirs?.isFile() || !entry) continue;
			if (ours?.size === theirs.size && Math.abs(ours.mtimeMs - theirs.mtimeMs) < 1000) continue;
			const content = fs.readFileSync(there);
			if (sha256(content.subarray(0, entry.length)) !== entry.sha256 || content.length < entry.length) continue;
			due.set(
				session,
				strings.filter(bytes => startsWith(content, bytes)),
			);
		}

		return due;
	}

	/**
	 * Call after every run.
	 * @param due what `mustRepair` said before it
	 */
	async check(due: ReadonlyMap<string, readonly Buffer[]>, isHalted: boolean): Promise<void> {
		const {current} = this.#world;
		const now = await this.#world.contents(current);
		for (const [session, strings] of this.#acknowledged) {
			for (const bytes of strings) {
				assert.ok(this.#isRetrievable(session, bytes), `${session}: ${bytes.length} acknowledged bytes are gone`);
			}
		}

		for (const [session, strings] of this.#endangered) {
			const back = strings.filter(bytes => this.#isRetrievable(session, bytes));
			this.#acknowledged.set(session, [...(this.#acknowledged.get(session) ?? []), ...back]);
			const missing = isHalted ? undefined : due.get(session)?.find(bytes => !back.includes(bytes));
			assert.equal(missing, undefined, `${session}: damaged on the hub, whole on the spoke, and not repaired`);
		}

		this.#endangered.clear();
		this.#checkGrowth(now);
		this.#acknowledge(now);
		if (!isHalted) await this.#checkNothingDiffersSilently(now);
		checkPlainLedger(this.#world);
		checkChunks(this.#world, now);
		checkKept(this.#world);
		this.#checkPlaces();
	}

	#checkGrowth(now: ReadonlyMap<string, Buffer>): void {
		for (const [session, before] of this.#current) {
			const after = now.get(session);
			assert.ok(after, `${session}: the current file disappeared from the hub`);
			const isShorter = after.length < before.length;
			assert.ok(!isShorter || isMigrated(before, after), `${session}: a shrink became current`);
			if (!startsWith(after, before)) {
				const isKept = this.#world.versions(session).some(kept => kept.equals(before));
				assert.ok(isKept, `${session}: replaced without a generation of the earlier bytes`);
			}
		}
	}

	#acknowledge(now: ReadonlyMap<string, Buffer>): void {
		this.#current = new Map();
		for (const [session, {length, sha256: hash}] of this.#world.ledger()) {
			const content = now.get(session);
			if (content?.length !== length || sha256(content) !== hash) {
				assert.ok(this.#damaged.has(session), `${session}: the ledger and the hub's file disagree`);
				continue;
			}

			this.#current.set(session, content);
			const known = this.#acknowledged.get(session) ?? [];
			if (!known.some(bytes => bytes.equals(content))) this.#acknowledged.set(session, [...known, content]);
		}
	}

	async #checkNothingDiffersSilently(now: ReadonlyMap<string, Buffer>): Promise<void> {
		const seen = this.#world.store.ledger.observations('laptop');
		const source = await this.#world.contents(this.#world.source);
		for (const [session, content] of source) {
			const kind = seen.get(session)?.kind;
			const [here, above] = [session, path.dirname(session)].map(name => entryAt(path.join(this.#world.current, name)));
			const isLie = kind === 'gone' || (kind === 'retyped' && (!here || here.isFile()));
			assert.ok(!isLie, `${session}: said to be ${kind}, and is on the spoke`);
			const isBlocked = above?.isFile();
			if (now.get(session)?.equals(content) || kind !== undefined || this.#damaged.has(session) || isBlocked) continue;
			assert.fail(
				`${session}: ${content.length} bytes on the spoke, ${now.get(session)?.length} here, and nothing said`,
			);
		}

		for (const session of now.keys()) {
			const kind = seen.get(session)?.kind;
			assert.ok(source.has(session) || kind === 'gone' || kind === 'retyped', `${session}: away, and nothing said`);
		}
	}

	/** Nothing is written but where the hub keeps things. */
	#checkPlaces(): void {
		const {root} = this.#world;
		const places = ['', 'hub', 'hub/synced', 'hub/data'].flatMap(folder => fs.readdirSync(path.join(root, folder)));
		const known =
			/^(hub|spoke|aside|synced|data|run|laptop|laptop2|\.staging|generations|ledger|sync\.db(\.damaged-\w+)?(-wal|-shm)?)$/;
		assert.deepEqual(
			places.filter(name => !known.test(name)),
			[],
		);
	}

	#isRetrievable(session: string, bytes: Buffer): boolean {
		const file = path.join(this.#world.current, session);
		if (fs.lstatSync(file, {throwIfNoEntry: false})?.isFile() && startsWith(fs.readFileSync(file), bytes)) return true;
		return this.#world.versions(session).some(kept => startsWith(kept, bytes));
	}
}

/** The one way to become shorter: the same session in a higher version of the format. */
function isMigrated(before: Buffer, after: Buffer): boolean {
	const [old, now] = [before, after].map(content => {
		try {
			return JSON.parse(content.toString().split('\n', 1)[0]!) as {id?: string; version?: number};
		} catch {
			return {};
		}
	});
	return now?.id !== undefined && now.id === old?.id && (now.version ?? 1) > (old.version ?? 1);
}

export function startsWith(whole: Buffer, start: Buffer): boolean {
	return whole.length >= start.length && whole.subarray(0, start.length).equals(start);
}

export function sha256(content: Buffer): string {
	return createHash('sha256').update(content).digest('hex');
}

/** What the plain ledger alone tells must be what the database says. */
export function checkPlainLedger(world: World): void {
	const told = new Map<string, Array<{length: number; sha256: string}>>();
	for (const text of fs.readFileSync(world.ledgerFile, 'utf8').split('\n').filter(Boolean)) {
		const line = JSON.parse(text) as LedgerLine;
		const takes = told.get(line.path) ?? [];
		if (line.op === 'take') told.set(line.path, [...takes, line]);
		if (line.op === 'void') {
			const last = takes.findLastIndex(take => take.sha256 === line.sha256);
			told.set(
				line.path,
				takes.filter((_, at) => at !== last),
			);
		}
	}

	const plain = [...told].flatMap(([session, takes]) => {
		const last = takes.at(-1);
		return last ? [`${session} ${last.length} ${last.sha256}`] : [];
	});
	const rows = [...world.ledger().values()].map(row => `${row.path} ${row.length} ${row.sha256}`);
	assert.deepEqual(rows.sort(), plain.sort(), 'the plain ledger and the database disagree');
}

/** Chunks are known of every session, and are those of the file where the file is what its entry says. */
export function checkChunks(world: World, files: ReadonlyMap<string, Buffer>): void {
	for (const [session, {length, sha256: hash}] of world.ledger()) {
		const known = world.store.ledger.chunks('laptop', session);
		assert.deepEqual([known?.length, known?.sha256], [length, hash], `${session}: its chunks are not known`);
		const content = files.get(session);
		if (content?.length !== length || sha256(content) !== hash) continue;
		assert.ok(Buffer.from(known!.hashes).equals(chunksOf(content)), `${session}: its chunks are not those of the file`);
	}
}

/** SHA-256 of every 64 KiB, one after the other. */
export function chunksOf(content: Buffer): Buffer {
	const starts = Array.from({length: Math.ceil(content.length / 65_536)}, (_, at) => at * 65_536);
	return Buffer.concat(starts.map(start => Buffer.from(sha256(content.subarray(start, start + 65_536)), 'hex')));
}

/** Every kept version the ledger names is there, with the bytes the ledger says. */
export function checkKept(world: World): void {
	for (const {path: session, file, length, sha256: hash, why} of world.kept()) {
		const content = fs.readFileSync(file);
		const isWhole = content.length >= length && sha256(content.subarray(0, length)) === hash;
		assert.ok(isWhole, `${session}: the kept version (${why}) ${file} is not what the ledger says`);
	}
}
