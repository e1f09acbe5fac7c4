import type {DatabaseSync} from 'node:sqlite';

/** Tables whose rows belong to a spoke, and to a root. */
const bySpoke = [
	'facts',
	'runs',
	'events',
	'ledger',
	'generations',
	'observations',
	'hours',
	'latest_runs',
	'chunks',
	'contents',
	'verify_reports',
];
const byRoot = ['sessions', 'folders', 'totals'];

/** Deletes every row of a spoke. Call inside a transaction. */
export function forgetSpoke(database: DatabaseSync, spoke: string, root: string): void {
	for (const table of bySpoke) database.prepare(`DELETE FROM ${table} WHERE spoke = ?`).run(spoke);
	for (const table of byRoot) database.prepare(`DELETE FROM ${table} WHERE root = ?`).run(root);
}
