import type {DatabaseSync, StatementSync} from 'node:sqlite';
import {type LoggedEvent, type RunRecord, type RunRow, toRun} from './runs.js';

/*
 * Which rows this process has seen: all up to a mark, and beyond it those it wrote itself. Temporary triggers fire for
 * this connection's own rows only, and what they note is taken back with a transaction that fails. A row that comes
 * right after the mark moves it, so that a process that is alone gathers nothing.
 */
const notes = `
CREATE TEMP TABLE seen_marks (kind TEXT NOT NULL PRIMARY KEY, mark INTEGER NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE seen_own (kind TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
INSERT INTO seen_marks VALUES ('runs', 0), ('events', 0);
${['runs', 'events']
	.map(
		kind => `
CREATE TEMP TRIGGER seen_own_${kind} AFTER INSERT ON main.${kind} BEGIN
	UPDATE seen_marks SET mark = NEW.id WHERE kind = '${kind}' AND mark = NEW.id - 1;
	INSERT INTO seen_own SELECT '${kind}', NEW.id FROM seen_marks WHERE kind = '${kind}' AND mark <> NEW.id;
END;`,
	)
	.join('')}
`;

/** Most log lines taken over in one look: more is told by the log itself. */
const mostEvents = 500;

/** What other processes add to the file that this one shares with them. */
export class News {
	readonly #version: StatementSync;
	readonly #move: StatementSync;
	readonly #forget: StatementSync;
	readonly #runs: StatementSync;
	readonly #events: StatementSync;
	readonly #earlier: StatementSync;
	readonly #mark: StatementSync;
	#firstEvent = 0;
	#seenVersion: number | undefined;

	constructor(database: DatabaseSync) {
		database.exec(notes);
		this.#version = database.prepare('PRAGMA data_version');
		this.#move = database.prepare(`UPDATE seen_marks SET mark = max(mark, COALESCE(CASE kind
			WHEN 'runs' THEN (SELECT MAX(id) FROM runs) ELSE (SELECT MAX(id) FROM events) END, 0))`);
		this.#forget = database.prepare(
			'DELETE FROM seen_own WHERE id <= (SELECT mark FROM seen_marks WHERE seen_marks.kind = seen_own.kind)',
		);
		this.#runs = database.prepare(others('runs', 'ORDER BY id'));
		this.#events = database.prepare(`SELECT * FROM (${others('events', 'ORDER BY id DESC LIMIT ?')}) ORDER BY id`);
		this.#earlier = database.prepare(
			'SELECT * FROM (SELECT * FROM events WHERE id <= ? ORDER BY id DESC LIMIT ?) ORDER BY id',
		);
		this.#mark = database.prepare("SELECT mark FROM seen_marks WHERE kind = 'events'");
		this.catchUp();
	}

	/** True at the first call, and when another process has written since the last one. Costs next to nothing. */
	hasChanged(): boolean {
		const {data_version: version} = this.#version.get() as {data_version: number};
		const hasChanged = version !== this.#seenVersion;
		this.#seenVersion = version;
		return hasChanged;
	}

	/** Runs and log lines of other processes that were not taken before, oldest first; of the lines the latest 500. */
	take(): {readonly runs: readonly RunRecord[]; readonly events: readonly LoggedEvent[]} {
		const runs = (this.#runs.all() as unknown as RunRow[]).map(toRun);
		const events = (this.#events.all(mostEvents) as unknown as LoggedEvent[]).map(toEvent);
		this.#skip();
		return {runs, events};
	}

	/** Takes everything that is there now for known: news are what comes after. */
	catchUp(): void {
		this.#skip();
		this.#firstEvent = (this.#mark.get() as {mark: number}).mark;
	}

	/** The last log lines from before `catchUp` was called last, oldest first. */
	earlierEvents(limit: number): LoggedEvent[] {
		return (this.#earlier.all(this.#firstEvent, limit) as unknown as LoggedEvent[]).map(toEvent);
	}

	#skip(): void {
		this.#move.run();
		this.#forget.run();
	}
}

function others(kind: 'runs' | 'events', end: string): string {
	return `SELECT * FROM ${kind} WHERE id > (SELECT mark FROM seen_marks WHERE kind = '${kind}')
		AND id NOT IN (SELECT id FROM seen_own WHERE kind = '${kind}') ${end}`;
}

function toEvent(row: LoggedEvent): LoggedEvent {
	return {...row, spoke: row.spoke ?? undefined};
}
