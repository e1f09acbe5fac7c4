import {readdirSync} from 'node:fs';
import path from 'node:path';
import {Worker} from 'node:worker_threads';
import {createScanPool} from '../source/sync/verify/pool.js';

/** Which half of a scan is done: the threads are `hash.mjs` and `json.mjs` beside this program. */
export type Reading = 'hash' | 'json';

// The program that reads a tree as a deep verify does: `hash` or `json`, the root, and how many sessions there are.
const [, , what, root, sessions] = process.argv as unknown as [string, string, Reading, string, string];
const program = path.join(import.meta.dirname, `${what}.mjs`);
const pool = createScanPool({ownBytes: 0, start: () => new Worker(program)});
const files = readdirSync(root, {recursive: true, withFileTypes: true})
	.filter(entry => entry.isFile())
	.map(entry => path.join(entry.parentPath, entry.name));
if (files.length !== Number(sessions)) throw new Error(`${files.length} sessions were found`);
await Promise.all(files.map(async file => pool.scan({file, expected: undefined, isContentChecked: what === 'json'})));
await pool.close();
