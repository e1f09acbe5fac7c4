import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {generateTree} from '../test/lab/sessions.js';
import {bundle} from './bundle.js';
import {type BenchOptions, interleave, type Row, rowOf, timed} from './measure.js';
import {makeProvedHub} from './verify-hub.js';
import type {Reading} from './verify-reading.js';
import {withScope} from './world.js';

const sessions = 2000;
const bytes = 2_000_000_000;
const against = 'sha256sum, 2 at a time';
const reach = 1.3;
/** A round reads 8 GB. */
const mostRuns = 5;

/**
 * Reads 2 GB in 2,000 sessions from the file cache: the whole command, and each half of what it does with the bytes in a
 * program that does nothing else.
 */
export async function run(options: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const {hub, root, env, verify} = await makeProvedHub(scope, sessions, source => {
			generateTree(source, {sessions, bytes});
		});
		const program = path.join(hub.home, 'reading.mjs');
		await bundle('verify-reading.ts', program);
		await bundle('../source/sync/verify/worker.ts', path.join(hub.home, 'hash.mjs'));
		await bundle('verify-json-worker.ts', path.join(hub.home, 'json.mjs'));
		const sums = ['sh', '-c', 'find "$0" -name "*.jsonl" -print0 | xargs -0 -n 20 -P 2 sha256sum', root];
		const rounds = {runs: Math.min(mostRuns, options.runs)};
		const against2 = async (measure: () => Promise<number>, prepare = async () => {}) =>
			interleave(rounds, {measure, prepare}, {measure: async () => (await timed(sums, env)).tookMs});
		// As before the first deep verify: no line was looked at yet.
		const forget = async () => {
			const database = new DatabaseSync(path.join(hub.folder, 'data', 'sync.db'));
			database.exec('DELETE FROM contents');
			database.close();
		};
		const reading = (what: Reading) => async () =>
			(await timed([process.execPath, program, what, root, String(sessions)], env)).tookMs;
		const whole = await against2(async () => verify('--deep'), forget);
		const again = await against2(async () => verify('--deep'));
		const hash = await against2(reading('hash'));
		const json = await against2(reading('json'));
		return [
			rowOf({what: 'deep verify, 2 GB in 2,000 sessions, hash and JSON, the whole command', against, reach}, whole),
			rowOf({what: 'the same again, nothing changed', against, reach}, again),
			rowOf({what: 'the same files, hash alone', against, reach}, hash),
			rowOf({what: 'the same files, JSON integrity alone', against, reach}, json),
		];
	});
}
