import type {DatabaseSync, StatementSync} from 'node:sqlite';
import type {Cause} from '../causes.js';

/** Who asked for a run. */
export type RunBy = 'dashboard' | 'watch' | 'cron' | 'command';

/** How a run ended; `locked`: another run held the spoke. */
export type RunResult = 'done' | 'failed' | 'cancelled' | 'locked';

/** Files of one run, as counted by the guard. */
export interface FileCounts {
	readonly listed: number;
	readonly new: number;
	readonly extended: number;
	readonly unchanged: number;
	readonly held: number;
}

/** One finished run. Times in milliseconds, sizes in bytes. */
export interface RunRecord {
	readonly spoke: string;
	readonly startedAt: number;
	readonly tookMs: number;
	readonly result: RunResult;
	readonly by: RunBy;
	readonly files: FileCounts;
	/** Of session content that became current. */
	readonly bytes: number;
	/** Over the wire, hub to spoke and back. */
	readonly sent: number;
	readonly received: number;
	readonly cause: Cause | undefined;
	readonly message: string | undefined;
	readonly detail: string | undefined;
}

/** No file at all. */
export const noFiles: FileCounts = {listed: 0, new: 0, extended: 0, unchanged: 0, held: 0};

/** A line of the log that outlives the process. */
export interface LoggedEvent {
	readonly id: number;
	readonly at: number;
	readonly level: 'INFO' | 'WARN' | 'ERROR';
	readonly spoke: string | undefined;
	readonly text: string;
}

/** Runs and events are kept this long. */
export const historyMs = 90 * 24 * 3600 * 1000;

interface RunRow {
	spoke: string;
	started_at: number;
	took_ms: number;
	result: string;
	by: string;
	files: string;
	bytes: number;
	sent: number;
	received: number;
	cause: string | null;
	message: string | null;
	detail: string | null;
}

/** History: finished runs and log events. */
export class RunRows {
	readonly #add: StatementSync;
	readonly #bySpoke: StatementSync;
	readonly #latest: StatementSync;
	readonly #latestEach: StatementSync;
	readonly #failuresSince: StatementSync;
	readonly #addEvent: StatementSync;
	readonly #events: StatementSync;
	readonly #eventsOf: StatementSync;
	readonly #dropRuns: StatementSync;
	readonly #dropEvents: StatementSync;

	constructor(database: DatabaseSync) {
		this.#add = database.prepare(
			'INSERT INTO runs (spoke, started_at, took_ms, result, "by", files, bytes, sent, received, cause, message, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
		);
		this.#bySpoke = database.prepare('SELECT * FROM runs WHERE spoke = ? ORDER BY id DESC LIMIT ?');
		this.#latest = database.prepare('SELECT * FROM runs ORDER BY id DESC LIMIT ?');
		this.#latestEach = database.prepare(
			"SELECT * FROM runs WHERE id IN (SELECT MAX(id) FROM runs WHERE result <> 'locked' GROUP BY spoke)",
		);
		this.#failuresSince = database.prepare(
			"SELECT * FROM runs WHERE started_at >= ? AND result = 'failed' ORDER BY id DESC",
		);
		this.#addEvent = database.prepare('INSERT INTO events (at, level, spoke, text) VALUES (?, ?, ?, ?)');
		this.#events = database.prepare(
			'SELECT * FROM (SELECT * FROM events WHERE id > ? ORDER BY id DESC LIMIT ?) ORDER BY id',
		);
		this.#eventsOf = database.prepare(
			'SELECT * FROM (SELECT * FROM events WHERE id > ? AND spoke = ? ORDER BY id DESC LIMIT ?) ORDER BY id',
		);
		this.#dropRuns = database.prepare('DELETE FROM runs WHERE started_at < ?');
		this.#dropEvents = database.prepare('DELETE FROM events WHERE at < ?');
	}

	/** Remembers a finished run. */
	add(run: RunRecord): void {
		this.#add.run(
			run.spoke,
			run.startedAt,
			Math.round(run.tookMs),
			run.result,
			run.by,
			JSON.stringify(run.files),
			run.bytes,
			run.sent,
			run.received,
			run.cause ?? null,
			run.message ?? null,
			run.detail ?? null,
		);
	}

	/** The latest runs, newest first. */
	latest(limit: number, spoke?: string): RunRecord[] {
		const rows = spoke === undefined ? this.#latest.all(limit) : this.#bySpoke.all(spoke, limit);
		return (rows as unknown as RunRow[]).map(toRun);
	}

	/** The latest run of every spoke that was not merely turned away by a lease. */
	latestOfEach(): Map<string, RunRecord> {
		return new Map((this.#latestEach.all() as unknown as RunRow[]).map(row => [row.spoke, toRun(row)]));
	}

	/** Failed runs since a time (milliseconds), newest first. */
	failuresSince(since: number): RunRecord[] {
		return (this.#failuresSince.all(since) as unknown as RunRow[]).map(toRun);
	}

	/** Remembers a log line. */
	addEvent(at: number, level: LoggedEvent['level'], spoke: string | undefined, text: string): void {
		this.#addEvent.run(at, level, spoke ?? null, text);
	}

	/** The last `limit` events after an id, oldest first. */
	events(afterId: number, limit: number, spoke?: string): LoggedEvent[] {
		const rows = spoke === undefined ? this.#events.all(afterId, limit) : this.#eventsOf.all(afterId, spoke, limit);
		return (rows as unknown as LoggedEvent[]).map(row => ({...row, spoke: row.spoke ?? undefined}));
	}

	/** Forgets history older than 90 days. */
	trim(now: number): void {
		this.#dropRuns.run(now - historyMs);
		this.#dropEvents.run(now - historyMs);
	}
}

function toRun(row: RunRow): RunRecord {
	return {
		spoke: row.spoke,
		startedAt: row.started_at,
		tookMs: row.took_ms,
		result: row.result as RunResult,
		by: row.by as RunBy,
		files: JSON.parse(row.files) as FileCounts,
		bytes: row.bytes,
		sent: row.sent,
		received: row.received,
		cause: (row.cause ?? undefined) as Cause | undefined,
		message: row.message ?? undefined,
		detail: row.detail ?? undefined,
	};
}
