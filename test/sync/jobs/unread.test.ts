import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {createMethods} from '../../../source/sync/methods/index.js';
import type {Listing, SyncMethod, UnreadFile} from '../../../source/sync/methods/types.js';
import {hubConfig, World} from '../guard/world.js';

/** The real method, whose looks could not read what is named. */
function without(world: World, unread: UnreadFile): SyncMethod {
	const method = createMethods(hubConfig(world.root, [world.spoke]), process.env, world.clock).manual;
	return {
		...method,
		async look(spoke, options): Promise<Listing> {
			const listing = await method.look(spoke, options);
			const files = listing.files.map(file => (file.path === unread.path ? {...file, isStaged: false} : file));
			return {...listing, files, unreadable: [unread]};
		},
	};
}

async function fill(t: Parameters<typeof World.make>[1]) {
	const world = await World.make('manual', t);
	fs.mkdirSync(`${world.source}/p`);
	fs.writeFileSync(`${world.source}/p/a.jsonl`, 'one\ntwo\n');
	fs.writeFileSync(`${world.source}/p/b.jsonl`, 'one\n');
	await world.sync();
	return world;
}

test('a run that met an unreadable file is failed, one that met only vanished files is done', async t => {
	const world = await fill(t);
	const ends = [
		['SRC_CHANGED', 'vanished during the copy', 'done'],
		['SRC_DENIED', 'Operation not permitted (1)', 'failed'],
		['UNKNOWN', 'Input/output error (5)', 'failed'],
	] as const;
	for (const [cause, reason, result] of ends) {
		const report = await world.sync({method: without(world, {path: 'p/a.jsonl', reason, cause})});
		assert.deepEqual([report.result, report.cause, report.detail], [result, cause, reason]);
		assert.equal(report.message?.includes(reason), cause === 'UNKNOWN');
	}
});

test('a held session that cannot be read for once stays held, and is not counted as unchanged', async t => {
	const world = await fill(t);
	fs.writeFileSync(`${world.source}/p/a.jsonl`, 'one\n');
	assert.equal((await world.sync()).files.held, 1);
	fs.writeFileSync(`${world.source}/p/a.jsonl`, 'o\n');
	const unread = {path: 'p/a.jsonl', reason: 'vanished during the copy', cause: 'SRC_CHANGED'} as const;
	const {files} = await world.sync({method: without(world, unread)});
	assert.deepEqual([files.held, files.unchanged], [1, 1]);
	assert.equal((await world.sync()).files.held, 1);
});
