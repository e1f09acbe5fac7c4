import assert from 'node:assert/strict';
import {
	appendFileSync,
	existsSync,
	openSync,
	readFileSync,
	rmSync,
	truncateSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';
import test, {after} from 'node:test';
import {waitFor} from '../../lab/after.js';
import {writeSession} from '../../lab/sessions.js';
import {flow, share, startPair} from '../../lab/syncthing.js';
import {followedHub, settingsOf} from './hubs.js';

const folder = 'sessions';
const scope = {after};
const [hubSide, laptop] = await startPair(scope);
// The worst a user can choose: nothing is kept by Syncthing itself.
await share(folder, {on: hubSide, type: 'receiveonly', settings: {maxConflicts: 0}}, {on: laptop, type: 'sendreceive'});
const sessions = [];
for (const seed of [1, 2, 3, 4]) sessions.push(await writeSession(laptop.sessions, {seed}));
const [shrunk, rewritten, deleted, edited] = sessions as [
	(typeof sessions)[0],
	(typeof sessions)[0],
	(typeof sessions)[0],
	(typeof sessions)[0],
];
await flow(folder, laptop, hubSide);
const {hub, logged} = await followedHub(scope, hubSide.sessions, [settingsOf(hubSide)]);
await enter();

async function enter() {
	const [report] = await hub.sync(['laptop']);
	assert.equal(report!.result, 'done', report!.message);
	return report!;
}

/** Versions of a session that are kept outside of the folder, as text. */
function keptOf(name: string): string[] {
	return hub.store.ledger
		.generations('laptop')
		.filter(one => one.path === name)
		.map(({file, length}) => readFileSync(file).subarray(0, length).toString());
}

test('an append on the spoke grows the copy that is kept', async () => {
	appendFileSync(shrunk.file, '{"type":"custom","id":"more"}\n');
	await flow(folder, laptop, hubSide);
	assert.deepEqual((await enter()).files, {listed: 4, new: 0, extended: 1, unchanged: 3, held: 0});
	assert.deepEqual(keptOf(shrunk.path), [readFileSync(shrunk.file, 'utf8')]);
});

test('a truncation on the spoke arrives and is held, every earlier byte kept', async () => {
	const before = readFileSync(shrunk.file, 'utf8');
	truncateSync(shrunk.file, 700);
	await flow(folder, laptop, hubSide);
	const report = await enter();
	assert.equal(report.files.held, 1);
	assert.ok(keptOf(shrunk.path).includes(before));
	assert.ok(logged.some(line => line.includes(`something shrank ${shrunk.path}`)));
});

test('a rewrite keeps the earlier bytes, a deletion keeps the session', async () => {
	const [before, last] = [readFileSync(rewritten.file, 'utf8'), readFileSync(deleted.file, 'utf8')];
	writeFileSync(rewritten.file, before.replaceAll('a', 'b'));
	rmSync(deleted.file);
	await flow(folder, laptop, hubSide);
	await enter();
	assert.ok(keptOf(rewritten.path).includes(before));
	assert.ok(keptOf(deleted.path).includes(last));
	assert.equal(hub.spoke('laptop')!.gone, 1);
});

test('a program on the hub that writes in place reaches the file, and not what is kept of it', async () => {
	const file = path.join(hubSide.sessions, edited.path);
	const before = readFileSync(file, 'utf8');
	const open = openSync(file, 'r+');
	writeSync(open, 'X'.repeat(200), 20);
	await enter();
	assert.ok(keptOf(edited.path).includes(before));
	assert.notEqual(readFileSync(file, 'utf8'), before);
});

test('a conflict copy that is removed on the spoke goes here too, and its bytes are kept', async () => {
	const name = shrunk.path.replace('.jsonl', '.sync-conflict-20260124-091502-ABCDEF7.jsonl');
	const [there, here] = [laptop, hubSide].map(side => path.join(side.sessions, name)) as [string, string];
	writeFileSync(there, 'what only the other side had\n');
	await laptop.client.scan(folder);
	await waitFor(() => existsSync(here), {message: 'the conflict copy'});
	const {files} = await enter();
	rmSync(there);
	await laptop.client.scan(folder);
	await waitFor(() => !existsSync(here), {message: 'its removal'});
	assert.deepEqual((await enter()).files, files, 'neither is anything that is counted');
	assert.deepEqual(keptOf(name), ['what only the other side had\n']);
	assert.equal(hub.spoke('laptop')!.gone, 1, 'the session of before');
});

test('nothing of ours is ever written into the folder', async () => {
	const {files} = await hubSide.client.localChanged(folder).then(list => ({files: list.map(({name}) => name)}));
	assert.deepEqual(files, [edited.path]);
});
