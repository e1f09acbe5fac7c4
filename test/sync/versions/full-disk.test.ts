import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import {SyncError} from '../../../source/sync/causes.js';
import {restoreGeneration, versionsOf} from '../../../source/sync/services/versions.js';
import {canMount, mountSmall} from '../../lab/mounts.js';
import {type VersionPlace, versionPlace} from './place.js';

const size = 600_000;
const [one, other] = ['1'.repeat(size), `${'2'.repeat(size)}\n`];

/** Takes all room of a file system but some. */
function fill(folder: string, freeBytes: number): void {
	const ballast = `${folder}/ballast`;
	fs.rmSync(ballast, {force: true});
	const {bavail, bsize} = fs.statfsSync(folder);
	fs.writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)));
}

function told(place: VersionPlace) {
	const entry = place.hub.store.ledger.get('laptop', 'p/a.jsonl');
	const [found] = versionsOf(place.hub, 'laptop', 'p/a.jsonl');
	return {current: place.text(), kept: place.kept(), sha256: entry?.sha256, held: found?.held?.size};
}

test('a restore on a full disk leaves everything as it was, whatever room there still is', async (t: TestContext) => {
	if (!canMount()) return t.diagnostic('no file system can be mounted here: the disk cannot be filled');
	const {path: folder} = await mountSmall(8_000_000, t);
	const place = await versionPlace(t, false, folder);
	place.write(one);
	await place.sync();
	place.write(other);
	await place.sync();
	const {file} = place.generations()[0]!;
	const before = told(place);
	assert.deepEqual([before.current, before.kept], [other, [one]]);
	let failures = 0;
	for (const free of [0, 100_000, 500_000, 620_000, 900_000, 1_150_000]) {
		fill(folder, free);
		const error: unknown = await restoreGeneration(place.hub, 'laptop', file).then(
			() => undefined,
			(reason: unknown) => reason,
		);
		assert.ok(error instanceof SyncError, `with ${free} bytes free: ${String(error)}`);
		assert.equal(error.failure.cause, 'DST_FULL', error.failure.message);
		assert.deepEqual(told(place), before, `with ${free} bytes free`);
		const out = restoreGeneration(place.hub, 'laptop', file, {to: `${folder}/out.jsonl`});
		if (free < size) await assert.rejects(out, {name: 'SyncError'});
		// The log and the database take their share of what is free.
		else if (free < size + 200_000) await out.catch((error: Error) => assert.equal(error.name, 'SyncError'));
		else await out;
		assert.deepEqual(
			fs.readdirSync(folder).filter(name => /half/.test(name)),
			[],
		);
		fs.rmSync(`${folder}/out.jsonl`, {force: true});
		failures++;
	}

	assert.equal(failures, 6);
	fs.rmSync(`${folder}/ballast`);
	await place.sync();
	assert.deepEqual(told(place), before);
	await restoreGeneration(place.hub, 'laptop', file);
	await place.sync();
	assert.equal(place.text(), one);
	assert.deepEqual(place.kept().sort(), [one, other].sort());
});
