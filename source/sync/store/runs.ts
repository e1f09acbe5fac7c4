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

/** What happened to a spoke in one hour. */
export interface HistorySlot {
	/** Hours since the epoch. */
	readonly slot: number;
	readonly done: number;
	readonly failed: number;
	/** Bytes of session content that became current. */
	readonly bytes: number;
	/** Sessions that were new to the hub. */
	readonly arrived: number;
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

/** A run as the table has it. */
export interface RunRow {
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
	readonly #history: StatementSync;
	readonly #lastFailure: StatementSync;
	readonly #failuresSince: StatementSync;
	readonly #addEvent: StatementSync;
	readonly #events: StatementSync;
	readonly #eventsOf: StatementSync;
	readonly #since: StatementSync;
	readonly #dropRuns: StatementSync;
	readonly #dropEvents: StatementSync;

	constructor(database: DatabaseSync) {
		this.#add = database.prepare(
			'INSERT INTO runs (spoke, started_at, took_ms, result, "by", files, bytes, sent, received, cause, message, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
		);
		this.#bySpoke = database.prepare('SELECT * FROM runs WHERE spoke = ? ORDER BY started_at DESC, id DESC LIMIT ?');
		this.#latest = database.prepare('SELECT * FROM runs ORDER BY id DESC LIMIT ?');
		this.#latestEach = database.prepare('SELECT runs.* FROM latest_runs JOIN runs ON runs.id = latest_runs.id');
		this.#history = database.prepare(
			`SELECT spoke, group_concat(slot || ',' || done || ',' || failed || ',' || bytes || ',' || arrived) AS numbers
			FROM hours WHERE slot >= ? GROUP BY spoke`,
		);
		this.#lastFailure = database.prepare(
			"SELECT * FROM runs WHERE spoke = ? AND result = 'failed' ORDER BY started_at DESC LIMIT 1",
		);
		this.#failuresSince = database.prepare(
			"SELECT * FROM runs WHERE started_at >= ? AND result = 'failed' ORDER BY started_at DESC, id DESC",
		);
		this.#addEvent = database.prepare('INSERT INTO events (at, level, spoke, text) VALUES (?, ?, ?, ?)');
		this.#events = database.prepare(
			'SELECT * FROM (SELECT * FROM events WHERE id > ? ORDER BY id DESC LIMIT ?) ORDER BY id',
		);
		this.#eventsOf = database.prepare(
			'SELECT * FROM (SELECT * FROM events WHERE id > ? AND spoke = ? ORDER BY id DESC LIMIT ?) ORDER BY id',
		);
		this.#since = database.prepare(
			"SELECT * FROM runs WHERE spoke = ? AND started_at >= ? AND result IN ('done', 'failed') ORDER BY started_at",
		);
		// The newest row stays, so that no id is ever given twice: other processes go by them.
		this.#dropRuns = database.prepare('DELETE FROM runs WHERE started_at < ? AND id <> (SELECT MAX(id) FROM runs)');
		this.#dropEvents = database.prepare('DELETE FROM events WHERE at < ? AND id <> (SELECT MAX(id) FROM events)');
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

	/**
	 * What happened to each spoke hour by hour, oldest first; the latest 24 hours with a run are kept. A thousand spokes
	 * take about ten milliseconds: the database keeps the sums, and each spoke comes as one row.
	 * @param from the first slot that is asked for
	 */
	history(from: number): Map<string, readonly HistorySlot[]> {
		const rows = this.#history.all(from) as unknown as Array<{spoke: string; numbers: string}>;
		return new Map(rows.map(({spoke, numbers}) => [spoke, toSlots(numbers)]));
	}

	/** The latest failed run of a spoke, within the 90 days that runs are kept. */
	lastFailure(spoke: string): RunRecord | undefined {
		const row = this.#lastFailure.get(spoke) as RunRow | undefined;
		return row && toRun(row);
	}

	/** Runs of a spoke that began at a time (milliseconds) or later and got as far as an outcome, oldest first. */
	startedSince(spoke: string, since: number): RunRecord[] {
		return (this.#since.all(spoke, since) as unknown as RunRow[]).map(toRun);
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

/** Runs that found nothing new have the very same text, and most are such. */
let latestFiles: {readonly text: string; readonly files: FileCounts} | undefined;

function toFiles(text: string): FileCounts {
	if (latestFiles?.text !== text) latestFiles = {text, files: JSON.parse(text) as FileCounts};
	return latestFiles.files;
}

/** A run from its row. */
export function toRun(row: RunRow): RunRecord {
	return {
		spoke: row.spoke,
		startedAt: row.started_at,
		tookMs: row.took_ms,
		result: row.result as RunResult,
		by: row.by as RunBy,
		files: toFiles(row.files),
		bytes: row.bytes,
		sent: row.sent,
		received: row.received,
		cause: (row.cause ?? undefined) as Cause | undefined,
		message: row.message ?? undefined,
		detail: row.detail ?? undefined,
	};
}

/** Slots as the query spells them: five numbers each, in no promised order. */
function toSlots(text: string): readonly HistorySlot[] {
	// One call of JSON.parse takes a third of the time of splitting and converting.
	const numbers = JSON.parse(`[${text}]`) as number[];
	const slots: HistorySlot[] = [];
	for (let at = 0; at < numbers.length; at += 5) {
		const [slot, done, failed, bytes, arrived] = numbers.slice(at, at + 5) as [number, number, number, number, number];
		slots.push({slot, done, failed, bytes, arrived});
	}

	return slots.sort((a, b) => a.slot - b.slot);
}
