import {breathe} from '../breathe.js';
import type {LedgerEntry} from '../store/ledger-rows.js';
import {foldChunks, type KnownChunks} from './chunks.js';
import type {Keep} from './copies.js';
import type {LedgerFile, LedgerLine} from './ledger-file.js';

/** The line that makes bytes the hub's to keep. */
export type Take = Extract<LedgerLine, {op: 'take'}>;

/** A version that the plain ledger tells of. */
export interface ToldVersion {
	readonly take: Take;
	/** Hashes of its chunks, as far as the lines tell. */
	readonly hashes: Uint8Array | undefined;
}

/** A session as the plain ledger tells it. */
export interface ToldSession {
	/** The last two versions that were not taken back, oldest first; none where all were. */
	readonly versions: readonly ToldVersion[];
	/** Milliseconds since the epoch: of its first `take` that was read. */
	readonly firstAt: number;
	/** As the last `take` that said so: what lay on the hub before is proved from then on only. */
	readonly since: number | undefined;
}

/** What the lines of a plain ledger come to. */
export interface Told {
	readonly sessions: ReadonlyMap<string, ToldSession>;
	/** Sessions that stayed in an earlier folder of the spoke and did not come again. */
	readonly left: ReadonlySet<string>;
	/** Kept versions, by file; those that a person removed are not among them. */
	readonly keeps: ReadonlyMap<string, Keep>;
	/** Files of kept versions that a person removed. */
	readonly pruned: ReadonlySet<string>;
	/** Lines that could not be read. */
	readonly unreadable: number;
}

/**
 * Reads what the plain ledger tells from an offset on.
 * @param known chunks of the version before the first line of a session; only where the offset is not 0
 */
export async function replay(
	ledger: LedgerFile,
	offset: number,
	known: (path: string) => KnownChunks | undefined = () => undefined,
): Promise<Told> {
	const sessions = new Map<string, ToldSession>();
	const left = new Set<string>();
	const keeps = new Map<string, Keep>();
	const pruned = new Set<string>();
	let foreign = 0;
	const unreadable = await ledger.read(offset, line => {
		// Whoever wrote such a line, it was not this program.
		if (!isBelow(line.path)) foreign++;
		else if (line.op === 'keep') keeps.set(line.file, line);
		else if (line.op === 'pruned') {
			keeps.delete(line.file);
			pruned.add(line.file);
		} else if (line.op === 'left') {
			sessions.delete(line.path);
			left.add(line.path);
		} else {
			const before = sessions.get(line.path);
			const base = left.has(line.path) ? () => undefined : known;
			const after = fold(line, before, base);
			if (after) sessions.set(line.path, after);
		}
	});
	for (const path of sessions.keys()) left.delete(path);
	await breathe();
	return {sessions, left, keeps, pruned, unreadable: unreadable + foreign};
}

function fold(
	line: Extract<LedgerLine, {op: 'take' | 'chunks' | 'void' | 'lost'}>,
	session: ToldSession | undefined,
	known: (path: string) => KnownChunks | undefined,
): ToldSession | undefined {
	const versions = session?.versions ?? [];
	if (line.op === 'take') {
		const last = versions.at(-1);
		const before = last ? last.hashes && {sha256: last.take.sha256, hashes: last.hashes} : known(line.path);
		const version = {take: line, hashes: foldChunks(line, before)};
		return {
			versions: [...versions.slice(-1), version],
			firstAt: session?.firstAt ?? line.at,
			since: line.since ?? session?.since,
		};
	}

	if (!session || line.op === 'lost') return session;
	if (line.op === 'void') {
		// The last one of that hash: a repair announces the very bytes that were taken before.
		const taken = versions.findLast(({take}) => take.sha256 === line.sha256);
		return {...session, versions: versions.filter(version => version !== taken)};
	}

	const hashes = foldChunks(line, undefined);
	return {
		...session,
		versions: versions.map(version => (version.take.sha256 === line.sha256 ? {...version, hashes} : version)),
	};
}

/** True for what a path below a root looks like. */
function isBelow(path: string): boolean {
	return !path.includes('\0') && !path.split('/').some(part => part === '' || part === '.' || part === '..');
}

/**
 * The entry a version stands for.
 * @param known the entry of the same session before these lines
 */
export function entryOf(
	{take}: ToldVersion,
	{firstAt, since}: Pick<ToldSession, 'firstAt' | 'since'>,
	known: LedgerEntry | undefined,
): LedgerEntry {
	return {
		path: take.path,
		length: take.length,
		sha256: take.sha256,
		firstAt: known?.firstAt ?? firstAt,
		lastAt: take.at,
		sourceSize: take.sourceSize,
		sourceMtimeMs: take.sourceMtimeMs,
		since: since ?? known?.since,
	};
}
