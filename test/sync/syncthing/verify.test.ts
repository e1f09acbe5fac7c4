import assert from 'node:assert/strict';
import {appendFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {after} from 'node:test';
import {startVerifying} from '../../../source/sync/services/verifying.js';
import {temporaryFolder, waitFor} from '../../lab/after.js';
import {writeSession} from '../../lab/sessions.js';
import {flow, share, startPair} from '../../lab/syncthing.js';
import {followedHub, settingsOf} from './hubs.js';

const folder = 'sessions';
const scope = {after};
const [hubSide, laptop] = await startPair(scope);
await share(folder, {on: hubSide, type: 'receiveonly'}, {on: laptop, type: 'sendonly'});
const grown = await writeSession(laptop.sessions, {seed: 1});
const edited = await writeSession(laptop.sessions, {seed: 2});
await flow(folder, laptop, hubSide);

async function hubWith(settings: Parameters<typeof followedHub>[2], place = hubSide.sessions) {
	const {hub} = await followedHub(scope, place, settings);
	const [report] = await hub.sync(['laptop']);
	const verifying = startVerifying(hub, {threads: 1});
	return {
		report: report!,
		verify: async () => {
			const [found] = await verifying.run(['laptop'], {isDeep: true, by: 'command'});
			return found!;
		},
	};
}

test('a verify of a Syncthing spoke tells what Syncthing says of the other side, and never claims to have seen it', async () => {
	const {verify} = await hubWith([settingsOf(hubSide)]);
	const {findings, notCompared, identical, proof, unreachable} = await verify();
	assert.deepEqual(findings, []);
	assert.equal(notCompared, 'only Syncthing was asked, by its word: all that was announced is here');
	assert.deepEqual([identical, unreachable, proof.isAllHere], [undefined, undefined, true]);
});

test('what is announced and not here is named: new sessions, and later versions', async () => {
	const {verify} = await hubWith([settingsOf(hubSide)]);
	// Nothing is brought while this disk has less free than is asked for; what is announced is known all the same.
	await hubSide.client.patchFolder(folder, {minDiskFree: {value: 99.999, unit: '%'}});
	try {
		const added = await writeSession(laptop.sessions, {seed: 3});
		appendFileSync(grown.file, '{"type":"custom","id":"more"}\n');
		await laptop.client.scan(folder);
		await waitFor(async () => (await hubSide.client.folderStatus(folder)).needFiles === 2);
		const {findings, notCompared} = await verify();
		const shown = findings.map(({kind, severity, path: name}) => [kind, severity, name]);
		assert.deepEqual(shown.toSorted(), [
			['newer-on-spoke', 'info', grown.path],
			['only-on-spoke', 'info', added.path],
		]);
		assert.match(notCompared!, /2 items \(.*\) announced and not here yet/);
	} finally {
		await hubSide.client.patchFolder(folder, {minDiskFree: {value: 1, unit: '%'}});
		await flow(folder, laptop, hubSide);
	}
});

test('what was changed on the hub is told as somebody else’s edit', async () => {
	const {verify} = await hubWith([settingsOf(hubSide)]);
	const mine = path.join(hubSide.sessions, 'mine.jsonl');
	writeFileSync(mine, '{"type":"session"}\n');
	rmSync(path.join(hubSide.sessions, edited.path));
	await hubSide.client.scan(folder);
	const {findings} = await verify();
	const edits = findings.filter(({kind}) => kind === 'foreign-edit');
	assert.deepEqual(edits.map(({path: name}) => name).toSorted(), [edited.path, 'mine.jsonl']);
	assert.ok(edits.every(({severity}) => severity === 'look'));
	assert.ok(
		findings.some(({path: name, kind}) => name === edited.path && kind === 'only-on-hub'),
		'its bytes are kept',
	);
});

test('without an answer of Syncthing it says so, and verifies what is here', async t => {
	const {path: place} = await temporaryFolder(t);
	await writeSession(place, {seed: 5});
	const none = await (await hubWith([], place)).verify();
	assert.equal(none.notCompared, 'something else fills its folder: there is nobody to ask');
	assert.equal(none.checked, 1);
	const down = await (await hubWith([settingsOf(hubSide, {url: 'http://127.0.0.1:9'})], place)).verify();
	assert.match(down.notCompared!, /does not answer \(connection refused\) \[ST_DOWN\]$/);
	assert.equal(down.unreachable?.cause, 'ST_DOWN');
	const unknown = await (await hubWith([settingsOf(hubSide)], place)).verify();
	assert.equal(unknown.unreachable?.cause, 'ST_FOLDER');
});
