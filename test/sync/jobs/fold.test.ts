import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {settleMs} from '../../../source/sync/guard/resting.js';
import {World} from '../guard/world.js';

async function filled(t: Parameters<typeof World.make>[1], sessions: number) {
	const world = await World.make('folder', t, settledLong);
	const files = Array.from({length: sessions}, (_, index) => path.join(world.current, '--a--', `${index}.jsonl`));
	fs.mkdirSync(path.dirname(files[0]!), {recursive: true});
	for (const [index, file] of files.entries()) fs.writeFileSync(file, `session ${index}, with a line to lose\n`);
	await world.sync();
	return {world, files};
}

const settledLong = settleMs * 2;

test('more than a fifth of ten sessions cut at once in a folder that others fill is a hold until a person releases it', async t => {
	const {world, files} = await filled(t, 12);
	for (const file of files.slice(0, 3)) fs.truncateSync(file, 5);
	const cut = await world.sync();
	assert.equal(cut.cause, 'GUARD_TRUNCATED');
	assert.match(cut.message ?? '', /3 of 12 sessions .* were cut at once; the earlier bytes are kept/);

	const later = await world.sync();
	assert.equal(later.cause, 'GUARD_TRUNCATED', 'a later run does not end the hold');
	await world.release();
	const released = await world.sync();
	assert.deepEqual([released.result, released.cause], ['done', undefined]);
	assert.equal(world.versions(path.relative(world.current, files[0]!)).length, 2, 'both versions are still here');
});

test('two of twelve are held one by one, and the spoke goes on', async t => {
	const {world, files} = await filled(t, 12);
	for (const file of files.slice(0, 2)) fs.truncateSync(file, 5);
	const cut = await world.sync();
	assert.deepEqual([cut.result, cut.files.held], ['done', 2]);
	assert.equal(world.store.facts.get('laptop').hold, undefined);
});

test('an emptied folder that a person accepted is an alarm again once sessions came back and went', async t => {
	const {world, files} = await filled(t, 3);
	const empty = () => fs.rmSync(path.join(world.current, '--a--'), {recursive: true});
	empty();
	assert.equal((await world.sync()).cause, 'GUARD_EMPTIED');
	await world.release();
	assert.equal((await world.sync()).cause, undefined);
	fs.mkdirSync(path.dirname(files[0]!));
	fs.writeFileSync(files[0]!, 'a new one\n');
	await world.sync();
	empty();
	assert.equal((await world.sync()).cause, 'GUARD_EMPTIED');
});
