import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {startVerifying} from '../../../source/sync/services/verifying.js';
import {restoreGeneration} from '../../../source/sync/services/versions.js';
import {toProof} from '../../../source/sync/verify/proof.js';
import {flipByte} from '../../lab/sessions.js';
import {versionPlace} from '../versions/place.js';

const [one, other] = ['first version\n', 'another version\n'];

test('what a person brought back is still what they chose after its damage was repaired', async t => {
	const place = await versionPlace(t);
	for (const content of [one, other]) {
		place.write(content);
		await place.sync();
	}

	const [generation] = place.generations();
	await restoreGeneration(place.hub, 'laptop', generation!.file);
	await flipByte(place.current);
	const verifying = startVerifying(place.hub, {threads: 1});
	const [report] = await verifying.run(['laptop'], {isDeep: true, by: 'command'});
	assert.ok(
		report?.findings.some(({repair}) => repair === 'generation'),
		JSON.stringify(report?.findings),
	);
	const done = await verifying.repair('laptop');
	assert.ok('repaired' in done && done.repaired.length === 1, JSON.stringify(done));
	assert.equal(place.text(), one);
	for (let look = 0; look < 3; look++) assert.equal(await place.sync(), 0, 'nothing waits for a person');
	assert.equal(place.text(), one);
	place.write(`${other}more\n`);
	await place.sync();
	assert.equal(place.text(), `${other}more\n`);
});

test('a repair after a report that is not the latest any more leaves the latest as it is', async t => {
	const place = await versionPlace(t);
	for (const content of [one, other]) {
		place.write(content);
		await place.sync();
	}

	const verifying = startVerifying(place.hub, {threads: 1});
	await flipByte(place.current);
	const [report] = await verifying.run(['laptop'], {isDeep: true, by: 'command'});
	const later = {...report!, startedAt: report!.startedAt + 1};
	place.hub.store.verifies.put(later);
	await verifying.repair('laptop');
	assert.deepEqual(place.hub.store.verifies.get('laptop')?.findings.length, report!.findings.length);
});

test('what could not be looked at is not said to be here', () => {
	const {isAllHere} = toProof(undefined, {isDeep: true, lost: 0, unproved: 1});
	assert.equal(isAllHere, false);
});

test('a cancelled deep verify reads no more of what was still to come', async t => {
	const place = await versionPlace(t);
	place.write(one);
	await place.sync();
	const folder = place.current.slice(0, place.current.lastIndexOf('/'));
	// Eight files of 4 GiB without a block on the disk: far more than half a minute of hashing.
	for (let index = 0; index < 8; index++) {
		fs.writeFileSync(`${folder}/large-${index}.jsonl`, '');
		fs.truncateSync(`${folder}/large-${index}.jsonl`, 4 * 2 ** 30);
	}

	const verifying = startVerifying(place.hub, {threads: 1});
	const ending = new AbortController();
	const running = verifying.run(['laptop'], {isDeep: true, by: 'command', signal: ending.signal});
	const isReading = () => place.hub.spoke('laptop')?.verify.progress?.phase === 'reading';
	while (!isReading()) await new Promise(resolve => setTimeout(resolve, 5));
	const began = performance.now();
	ending.abort();
	const [report] = await running;
	assert.equal(report?.result, 'cancelled');
	assert.ok(performance.now() - began < 20_000, `${performance.now() - began} ms`);
});
