import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';

/** Where the test that asks keeps its snapshots, and whether they may be written. */
export interface SnapshotOptions {
	/** Folder of the test file, `import.meta.dirname`; the snapshots lie in `snapshots` below it. */
	readonly folder: string;
	/** Writes what is there now instead of comparing; when `UPDATE` is set unless told. */
	readonly isUpdating?: boolean;
	/** A snapshot that does not exist is a failure and not written; when `CI` is set unless told. */
	readonly isFrozen?: boolean;
}

/**
 * Compares a screen with the one of the same name that a person has looked at. The files are plain text, one per
 * screen; `UPDATE=1` writes them anew, and the difference is then read in the version control.
 * @param name of the file without `.txt`; says what it shows and at which size: `main-80x24`
 * @param text as `frame()` gives it
 * @throws AssertionError with both screens when they differ; with the text when there is no snapshot and none may be made
 */
export function matchSnapshot(name: string, text: string, options: SnapshotOptions): void {
	const {folder, isUpdating = isSet('UPDATE'), isFrozen = isSet('CI')} = options;
	const file = path.join(folder, 'snapshots', `${name}.txt`);
	const actual = `${text}\n`;
	const isThere = existsSync(file);
	if (isThere && !isUpdating) {
		const expected = readFileSync(file, 'utf8');
		if (expected === actual) return;
		assert.fail(
			`${name} looks different (UPDATE=1 accepts it). ${differences(expected, actual)}\nIt was:\n${expected}\nIt is:\n${actual}`,
		);
	}

	if (!isThere && isFrozen && !isUpdating) assert.fail(`There is no snapshot ${file}; it would be:\n${actual}`);
	mkdirSync(path.dirname(file), {recursive: true});
	writeFileSync(file, actual);
}

function isSet(name: string): boolean {
	return (process.env[name] ?? '') !== '';
}

function differences(expected: string, actual: string): string {
	const [was, is] = [expected.split('\n'), actual.split('\n')];
	const rows = Array.from({length: Math.max(was.length, is.length)}, (_, row) => row).filter(
		row => was[row] !== is[row],
	);
	return `Rows that differ: ${rows.map(row => row + 1).join(', ')}`;
}
