import fs from 'node:fs';
import type {DatabaseSync, StatementSync} from 'node:sqlite';

/** SQLite's codes for a damaged file, and for one that is something else. */
const codes: ReadonlySet<number> = new Set([11, 26]);

/** True for an error that says that the file itself is damaged. */
export function isDamage(error: unknown): boolean {
	// The low byte is the kind, the rest says where it happened.
	return codes.has(((error as {errcode?: number}).errcode ?? 0) % 256);
}

/** The file beside a database that says: look at it closely before it is used again. */
export function suspicionOf(file: string): string {
	return `${file}.suspect`;
}

/**
 * Damage deep in a file shows only when somebody reads there. Whoever does leaves a note, so that the next start looks at
 * the whole file, which would cost each start too much; and the error says so.
 * @param file absolute path of the database
 */
export function watchDamage(database: DatabaseSync, file: string): void {
	const note = (error: unknown): never => {
		if (isDamage(error)) {
			try {
				fs.writeFileSync(suspicionOf(file), '', {mode: 0o600});
			} catch {
				// On a full or read-only disk the next start finds the damage where this one did.
			}

			const {message} = error as Error;
			(error as Error).message =
				`${file} is damaged (${message}); the next command sets it aside and reads the ledger again from its plain copy`;
		}

		throw error;
	};
	const watched = <Call extends (...words: never[]) => unknown>(call: Call): Call =>
		((...words) => {
			try {
				return call(...words);
			} catch (error) {
				return note(error);
			}
		}) as Call;
	const prepare = database.prepare.bind(database);
	database.exec = watched(database.exec.bind(database));
	database.prepare = watched((sql: string): StatementSync => {
		const statement = prepare(sql);
		statement.all = watched(statement.all.bind(statement));
		statement.get = watched(statement.get.bind(statement));
		statement.run = watched(statement.run.bind(statement));
		return statement;
	});
}
