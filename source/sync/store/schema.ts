import type {DatabaseSync} from 'node:sqlite';

/** Raised when a table changes its shape; a newer file is refused, an older one is brought up. */
const version = 1;

const tables = `
CREATE TABLE IF NOT EXISTS facts (
	spoke TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (spoke, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
	id INTEGER PRIMARY KEY, spoke TEXT NOT NULL, started_at INTEGER NOT NULL, took_ms INTEGER NOT NULL, result TEXT NOT NULL,
	"by" TEXT NOT NULL, files TEXT NOT NULL, bytes INTEGER NOT NULL, sent INTEGER NOT NULL, received INTEGER NOT NULL,
	cause TEXT, message TEXT, detail TEXT
);
CREATE INDEX IF NOT EXISTS runs_by_spoke ON runs (spoke, started_at);
CREATE TABLE IF NOT EXISTS events (
	id INTEGER PRIMARY KEY, at INTEGER NOT NULL, level TEXT NOT NULL, spoke TEXT, text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_by_time ON events (at);
CREATE TABLE IF NOT EXISTS ledger (
	spoke TEXT NOT NULL, path TEXT NOT NULL, length INTEGER NOT NULL, sha256 TEXT NOT NULL, first_at INTEGER NOT NULL,
	last_at INTEGER NOT NULL, source_size INTEGER, source_mtime REAL, since INTEGER, PRIMARY KEY (spoke, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS generations (
	id INTEGER PRIMARY KEY, spoke TEXT NOT NULL, path TEXT NOT NULL, file TEXT NOT NULL UNIQUE, length INTEGER NOT NULL,
	sha256 TEXT NOT NULL, at INTEGER NOT NULL, why TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS generations_by_path ON generations (spoke, path);
CREATE TABLE IF NOT EXISTS observations (
	spoke TEXT NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, mtime REAL NOT NULL, sha256 TEXT NOT NULL,
	first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, is_confirmed INTEGER NOT NULL, is_released INTEGER NOT NULL,
	PRIMARY KEY (spoke, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
	root TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, mtime REAL NOT NULL, inode INTEGER NOT NULL, kind TEXT NOT NULL,
	id TEXT, version INTEGER, cwd TEXT, started_at INTEGER, last_entry_at INTEGER, PRIMARY KEY (root, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS folders (
	root TEXT NOT NULL, folder TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (root, folder)
) WITHOUT ROWID;
`;

/*
 * What is kept beside the tables so that a start with a thousand spokes need not read a day's runs: sums of each spoke's
 * latest 24 hours (milliseconds since the epoch divided by 3,600,000), its latest run, and what each root was last
 * counted to hold. Triggers keep them, so that they hold whichever process writes a run, and a version that knows
 * nothing of them can use the same file.
 */
const summaries = `
CREATE TABLE IF NOT EXISTS hours (
	spoke TEXT NOT NULL, slot INTEGER NOT NULL, done INTEGER NOT NULL, failed INTEGER NOT NULL, bytes INTEGER NOT NULL,
	arrived INTEGER NOT NULL, PRIMARY KEY (spoke, slot)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS latest_runs (spoke TEXT NOT NULL PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS totals (
	root TEXT NOT NULL PRIMARY KEY, sessions INTEGER NOT NULL, others INTEGER NOT NULL, conflict_copies INTEGER NOT NULL,
	empty INTEGER NOT NULL, bytes INTEGER NOT NULL, newest REAL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS runs_failed ON runs (started_at) WHERE result = 'failed';
CREATE INDEX IF NOT EXISTS runs_failed_by_spoke ON runs (spoke, started_at) WHERE result = 'failed';
CREATE TRIGGER IF NOT EXISTS runs_into_hours AFTER INSERT ON runs WHEN NEW.result IN ('done', 'failed') BEGIN
	INSERT INTO hours (spoke, slot, done, failed, bytes, arrived) VALUES (
		NEW.spoke, NEW.started_at / 3600000, NEW.result = 'done', NEW.result = 'failed', NEW.bytes,
		COALESCE(json_extract(NEW.files, '$.new'), 0)
	) ON CONFLICT (spoke, slot) DO UPDATE SET done = done + excluded.done, failed = failed + excluded.failed,
		bytes = bytes + excluded.bytes, arrived = arrived + excluded.arrived;
	DELETE FROM hours WHERE spoke = NEW.spoke AND slot <= NEW.started_at / 3600000 - 24;
END;
CREATE TRIGGER IF NOT EXISTS runs_into_latest AFTER INSERT ON runs WHEN NEW.result <> 'locked' BEGIN
	INSERT INTO latest_runs (spoke, id) VALUES (NEW.spoke, NEW.id) ON CONFLICT (spoke) DO UPDATE SET id = excluded.id;
END;
`;

/*
 * Roots whose every file has a row in `sessions`, with the patterns that left out the others: only what differs from
 * such rows came, changed or went. The mark goes with a root's last row, or with its totals when it was stored empty, so
 * that a version that knows nothing of it takes it along when it forgets a spoke.
 */
const marks = `
CREATE TABLE IF NOT EXISTS whole_roots (root TEXT NOT NULL PRIMARY KEY, patterns TEXT NOT NULL) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS whole_roots_by_totals AFTER DELETE ON totals BEGIN
	DELETE FROM whole_roots WHERE root = OLD.root;
END;
CREATE TRIGGER IF NOT EXISTS whole_roots_by_sessions AFTER DELETE ON sessions
WHEN NOT EXISTS (SELECT 1 FROM sessions WHERE root = OLD.root) BEGIN
	DELETE FROM whole_roots WHERE root = OLD.root;
END;
`;

/*
 * What proves the bytes: hashes of each chunk of a session's current version (`guard/chunks.ts`; 32 bytes each), and what
 * the last verify of each spoke came to. `spoke` is '' for the hub's own sessions.
 */
const proofs = `
CREATE TABLE IF NOT EXISTS chunks (
	spoke TEXT NOT NULL, path TEXT NOT NULL, length INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (spoke, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verify_reports (
	spoke TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL, report TEXT NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS chunks_by_ledger AFTER DELETE ON ledger BEGIN
	DELETE FROM chunks WHERE spoke = OLD.spoke AND path = OLD.path;
END;
CREATE TRIGGER IF NOT EXISTS chunks_by_version AFTER UPDATE ON ledger WHEN OLD.sha256 <> NEW.sha256 BEGIN
	DELETE FROM chunks WHERE spoke = OLD.spoke AND path = OLD.path;
END;
`;

/*
 * What the lines of a session's current version show, by the hash of its bytes and the version of the program that looked
 * at them: the same bytes need not be looked at twice.
 */
const contents = `
CREATE TABLE IF NOT EXISTS contents (
	spoke TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, reader TEXT NOT NULL, value TEXT NOT NULL,
	PRIMARY KEY (spoke, path)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS contents_by_ledger AFTER DELETE ON ledger BEGIN
	DELETE FROM contents WHERE spoke = OLD.spoke AND path = OLD.path;
END;
CREATE TRIGGER IF NOT EXISTS contents_by_version AFTER UPDATE ON ledger WHEN OLD.sha256 <> NEW.sha256 BEGIN
	DELETE FROM contents WHERE spoke = OLD.spoke AND path = OLD.path;
END;
`;

/** Summaries of the runs that were there before. */
const backfill = `
INSERT INTO hours (spoke, slot, done, failed, bytes, arrived)
	SELECT spoke, started_at / 3600000 AS slot, SUM(result = 'done'), SUM(result = 'failed'), SUM(bytes),
		SUM(COALESCE(json_extract(files, '$.new'), 0))
	FROM runs WHERE result IN ('done', 'failed') AND started_at > unixepoch() * 1000 - 86400000 GROUP BY spoke, slot;
INSERT INTO latest_runs (spoke, id) SELECT spoke, MAX(id) FROM runs WHERE result <> 'locked' GROUP BY spoke;
`;

/**
 * Creates or checks the tables.
 * @throws Error when the file was written by a newer version of the program
 */
export function prepare(database: DatabaseSync, file: string): void {
	database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;');
	const {user_version: found} = database.prepare('PRAGMA user_version').get() as {user_version: number};
	if (found === version && hasTrigger(database, lastOfSummaries) && hasTrigger(database, lastOfContents)) return;
	if (found > version) {
		throw new Error(
			`${file} was written by a newer pi-brain-tui (format ${found}, this one knows ${version}). Update pi-brain-tui on the hub, or move the file away: history is lost then, sessions and the ledger are not.`,
		);
	}

	database.exec('BEGIN IMMEDIATE');
	database.exec(tables);
	// Asked again: another process may have been here first.
	const isNew = !hasTrigger(database, lastOfSummaries);
	database.exec(summaries);
	if (isNew) database.exec(backfill);
	database.exec(marks);
	database.exec(proofs);
	database.exec(contents);
	database.exec(`PRAGMA user_version = ${version}`);
	database.exec('COMMIT');
}

/** What `summaries` makes last, and what is made last of all: where it is, what comes before it is. */
const lastOfSummaries = 'runs_into_latest';
const lastOfContents = 'contents_by_version';

function hasTrigger(database: DatabaseSync, name: string): boolean {
	return database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = ?").get(name) !== undefined;
}
