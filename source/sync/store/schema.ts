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

/**
 * Creates or checks the tables.
 * @throws Error when the file was written by a newer version of the program
 */
export function prepare(database: DatabaseSync, file: string): void {
	database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;');
	const {user_version: found} = database.prepare('PRAGMA user_version').get() as {user_version: number};
	if (found === version) return;
	if (found > version) {
		throw new Error(
			`${file} was written by a newer pi-brain-tui (format ${found}, this one knows ${version}). Update pi-brain-tui on the hub, or move the file away: history is lost then, sessions and the ledger are not.`,
		);
	}

	database.exec('BEGIN IMMEDIATE');
	database.exec(tables);
	database.exec(`PRAGMA user_version = ${version}`);
	database.exec('COMMIT');
}
