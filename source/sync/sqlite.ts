import type {DatabaseSync} from 'node:sqlite';

/** How a database is opened. */
export interface OpenOptions {
	/** Milliseconds a statement waits for another process's lock, blocking the thread; 5,000 unless told (SQLite's own default is 0). */
	readonly busyMs?: number;
	readonly isReadOnly?: boolean;
}

/**
 * Opens a SQLite file, creating it unless it is opened for reading only.
 * @param path absolute path, or `:memory:`
 * @throws Error as node:sqlite words it, with `errcode`, SQLite's result code
 */
export function openDatabase(path: string, options: OpenOptions = {}): DatabaseSync {
	const {DatabaseSync: Database} = loadQuietly();
	return new Database(path, {timeout: options.busyMs ?? 5000, readOnly: options.isReadOnly ?? false});
}

// Node 22 announces SQLite as experimental on stderr when the module is first loaded; one such line shifts the
// dashboard's frame. An import statement would load it before anything could be done about that.
function loadQuietly(): typeof import('node:sqlite') {
	const emitWarning = process.emitWarning;
	process.emitWarning = (() => {}) as typeof process.emitWarning;
	try {
		return process.getBuiltinModule('node:sqlite');
	} finally {
		process.emitWarning = emitWarning;
	}
}
