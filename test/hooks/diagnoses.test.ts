import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import {Diagnoses} from '../../source/hooks/diagnoses.js';
import type {SpokeConfig} from '../../source/sync/config/types.js';
import {waitFor} from '../lab/after.js';
import {hubPlace} from '../sync/services/hubs.js';

/** Diagnoses over a hub with one spoke that is a folder, and whether that folder is there. */
async function open(t: TestContext, {isReadOnly = false, spoke = {} as Partial<SpokeConfig>} = {}) {
	const place = await hubPlace(t, ['laptop'], spoke);
	const {hub} = await place.open('dashboard');
	const diagnoses = new Diagnoses({
		...{hub, isReadOnly, env: process.env, home: place.root},
		confirmed: Promise.resolve(),
	});
	t.after(() => diagnoses.close());
	const folder = `${place.root}/laptop`;
	return {
		hub,
		diagnoses,
		unplug: () => fs.renameSync(folder, `${folder}-away`),
		plug: () => fs.renameSync(`${folder}-away`, folder),
		shown: async (isSo: (of: NonNullable<ReturnType<Diagnoses['of']>>) => boolean) =>
			waitFor(() => {
				const one = diagnoses.of('laptop');
				return one && isSo(one) ? one : undefined;
			}),
	};
}

test('a spoke that was red and is green again is synced once, and the panel has the report', async t => {
	const {hub, diagnoses, unplug, plug, shown} = await open(t);
	unplug();
	await diagnoses.start('laptop');
	const red = await shown(({diagnosis}) => !diagnosis.isRunning && diagnosis.verdict === 'fail');
	assert.equal(red.sync, undefined);
	assert.equal(hub.spoke('laptop')!.lastRun, undefined, 'nothing was synced');
	plug();
	await diagnoses.rerun('laptop', 'source');
	const {sync} = await shown(one => typeof one.sync === 'object');
	assert.ok(typeof sync === 'object');
	assert.deepEqual([sync.result, sync.by, sync.files.new], ['done', 'dashboard', 1]);
	await diagnoses.rerun('laptop', undefined);
	const again = await shown(one => !one.diagnosis.isRunning && one.sync === undefined);
	assert.notEqual(again.diagnosis.verdict, 'fail');
	assert.equal(hub.spoke('laptop')!.lastRun?.startedAt, sync.startedAt, 'not a second time');
});

test('a spoke whose last sync failed is synced when its first diagnosis finds nothing', async t => {
	const {hub, diagnoses, unplug, plug, shown} = await open(t);
	unplug();
	const [failed] = await hub.sync(['laptop']);
	assert.equal(failed!.result, 'failed');
	plug();
	await diagnoses.start('laptop');
	const {sync} = await shown(one => typeof one.sync === 'object');
	assert.ok(typeof sync === 'object' && sync.result === 'done');
});

for (const [what, options] of [
	['read-only', {isReadOnly: true}],
	['of a disabled spoke', {spoke: {enabled: false}}],
] as const) {
	test(`a diagnosis ${what} starts no sync`, async t => {
		const {hub, diagnoses, unplug, plug, shown} = await open(t, options);
		unplug();
		await diagnoses.start('laptop');
		await shown(({diagnosis}) => !diagnosis.isRunning && diagnosis.verdict === 'fail');
		plug();
		await diagnoses.rerun('laptop', undefined);
		const green = await shown(({diagnosis}) => !diagnosis.isRunning && diagnosis.verdict !== 'fail');
		assert.equal(green.sync, undefined);
		assert.equal(hub.spoke('laptop')!.lastRun, undefined);
	});
}

test('asked for again a diagnosis is the same one', async t => {
	const {diagnoses, shown} = await open(t);
	await Promise.all([diagnoses.start('laptop'), diagnoses.start('laptop')]);
	const first = await shown(({diagnosis}) => !diagnosis.isRunning);
	await diagnoses.start('laptop');
	assert.equal(diagnoses.of('laptop'), first);
});

test('closing ends what runs, and nothing is told any more', async t => {
	const {hub, diagnoses, unplug} = await open(t);
	unplug();
	const running = diagnoses.start('laptop');
	await waitFor(() => diagnoses.of('laptop'));
	let told = 0;
	diagnoses.subscribe(() => told++);
	diagnoses.close();
	const before = told;
	await running;
	assert.equal(told, before);
	assert.equal(hub.spoke('laptop')!.job, undefined);
});

test('a spoke that the configuration does not have is refused, and asked for anew next time', async t => {
	const {diagnoses} = await open(t);
	await assert.rejects(diagnoses.start('nobody'), /no spoke is called 'nobody'/);
	await assert.rejects(diagnoses.start('nobody'), /no spoke is called 'nobody'/);
});
