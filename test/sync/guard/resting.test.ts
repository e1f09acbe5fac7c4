import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {isOverdue, settleMs} from '../../../source/sync/guard/resting.js';
import {checkKept, checkPlainLedger} from './witness.js';
import {World} from './world.js';

const session = 'a.jsonl';

/** The time of a clock that stands still until the file is written to again; milliseconds since the epoch. */
function writtenAt(file: string): () => number {
	return () => Math.floor(fs.statSync(file).ctimeMs);
}

/** A folder that others fill, with a session of which this was entered a minute ago. */
async function entered(t: TestContext, text: string): Promise<{readonly world: World; readonly file: string}> {
	// A clock that far behind takes the file for one that has rested.
	const world = await World.make('folder', t, -60_000);
	const file = path.join(world.current, session);
	fs.writeFileSync(file, text);
	await world.sync();
	world.clock.ahead = 0;
	return {world, file};
}

test('of a session that never rests is entered what is there after a while, and a rewrite does not take that away', async t => {
	const {world, file} = await entered(t, 'one\n');
	// It is written to whenever a run waits for it to rest, and was so just now, however slow this machine is.
	const clock = {now: writtenAt(file), sleep: async () => fs.appendFileSync(file, 'three\n')};
	fs.appendFileSync(file, 'two\n');
	const {files: counts} = await world.sync({clock});
	assert.deepEqual([counts.extended, world.ledger().get(session)?.length], [1, 8]);
	assert.equal(world.store.facts.get('laptop').lastLook?.pending, 1, 'and it is still being written');
	fs.writeFileSync(file, 'something else, and more of it\n');
	world.clock.ahead = 2 * settleMs;
	await world.sync();
	assert.deepEqual(world.versions(session).map(String).sort(), ['one\ntwo\n', 'something else, and more of it\n']);
	checkKept(world);
	checkPlainLedger(world);
});

test('half of what is being copied over a session is not taken for a cut, however long ago it was entered', async t => {
	const {world, file} = await entered(t, 'one\ntwo\n');
	const clock = {now: writtenAt(file), sleep: async () => fs.writeFileSync(file, 'one\ntwo\nthree\n')};
	fs.writeFileSync(file, 'one\n');
	const {files: counts, cause} = await world.sync({clock});
	assert.deepEqual([counts.held, counts.extended, cause], [0, 1, undefined]);
	assert.equal(world.ledger().get(session)?.length, 14);
});

test('a file that was made a while ago and never entered is not waited for any longer', () => {
	const now = Date.now();
	const isDue = (birthtimeMs: number) => isOverdue({birthtimeMs}, undefined, now);
	assert.deepEqual([now - 10_000, now - 60_000, 0].map(isDue), [false, true, false]);
	assert.equal(isDue(now + 3_600_000), true, 'nor until a clock that was set back is there again');
});
