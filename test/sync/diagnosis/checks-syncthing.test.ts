import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import path from 'node:path';
import {after, type TestContext, test} from 'node:test';
import type {SpokeConfig, SyncthingSettings} from '../../../source/sync/config/types.js';
import {describeFix} from '../../../source/sync/diagnosis/fixes/describe.js';
import {runFix} from '../../../source/sync/diagnosis/fixes/index.js';
import type {CheckId, Diagnosis} from '../../../source/sync/diagnosis/types.js';
import {temporaryFolder, waitFor} from '../../lab/after.js';
import {writeSession} from '../../lab/sessions.js';
import {flow, share, startPair} from '../../lab/syncthing.js';
import {localSpoke} from '../methods/spokes.js';
import {settingsOf} from '../syncthing/hubs.js';
import {hubId, recorded} from '../syncthing/recorded-2.js';
import {checkOf, diagnosisLab, statuses, told} from './diagnosing.js';

const id = 'sessions';
const scope = {after};
const [hubSide, laptop] = await startPair(scope);
const versioning = {type: 'simple', params: {keep: '5'}};
await share(id, {on: hubSide, type: 'receiveonly', settings: {versioning}}, {on: laptop, type: 'sendonly'});
await writeSession(laptop.sessions, {seed: 1});
await flow(id, laptop, hubSide);

async function labOf(t: TestContext, settings: readonly SyncthingSettings[], changes: Partial<SpokeConfig> = {}) {
	return diagnosisLab(
		t,
		[
			localSpoke('', {
				...{name: 'laptop', method: 'syncthing', path: hubSide.sessions, source: undefined, sourceText: undefined},
				...changes,
			}),
		],
		{syncthing: settings},
	);
}

async function untilConnected(isConnected = true) {
	await waitFor(async () => (await hubSide.client.connections())[laptop.id]?.connected === isConnected, {
		message: `the devices to be ${isConnected ? '' : 'dis'}connected`,
	});
}

/**
 * Runs a fix of the diagnosis as a `y` in the dashboard does, and the blamed step again.
 * @param settled what has to come by itself in between
 */
async function fixed(
	t: TestContext,
	running: Awaited<ReturnType<typeof start>>,
	title: RegExp,
	settled: () => Promise<void> = async () => {},
): Promise<Diagnosis> {
	const {diagnosis, lab, again} = running;
	const fix = diagnosis.fixes.find(one => title.test(one.title) && one.action !== undefined);
	assert.ok(fix, `${diagnosis.fixes.map(one => one.title).join('\n')}\n${told(diagnosis)}`);
	const {lines, needsTyped} = describeFix(fix.action!, 'laptop');
	assert.match(lines.join('\n'), /nothing is asked of the spoke/);
	assert.equal(needsTyped, undefined);
	const outcome = await runFix(fix.action!, {
		...{env: process.env, home: lab.home, signal: t.signal, syncthing: lab.config.tui.syncthing},
		handOver: async () => assert.fail('no program is handed the terminal'),
		launch: {node: '', bin: '', configFile: undefined, platform: 'linux', logFile: ''},
	});
	assert.ok(outcome.ok, outcome.message);
	await settled();
	const blamed = diagnosis.checks.find(({cause}) => cause === diagnosis.cause)!;
	const after = await again(blamed.id);
	return after;
}

/** Nothing is wrong with a step any more; that a connection comes back only after a while is another matter. */
function assertHealed(diagnosis: Diagnosis, step: CheckId) {
	assert.equal(checkOf(diagnosis, step).status, 'pass', told(diagnosis));
	assert.equal(checkOf(diagnosis, 'rescan').status, 'pass', told(diagnosis));
}

async function start(t: TestContext) {
	const lab = await labOf(t, [settingsOf(hubSide)]);
	const running = lab.start();
	return {lab, diagnosis: await running.ended, again: async (step: CheckId) => running.rerun(step)};
}

test('a spoke that Syncthing fills well passes every check', async t => {
	await untilConnected();
	const {diagnosis} = await start(t);
	assert.equal(diagnosis.verdict, 'ok', told(diagnosis));
	assert.deepEqual(Object.keys(statuses(diagnosis)), [
		...['config', 'folder', 'disk', 'syncthing', 'st-folder', 'st-state', 'st-device', 'st-settings', 'st-local'],
		...['source', 'dry-run', 'conflicts', 'writers', 'schedule', 'rescan'],
	]);
	assert.ok(Object.values(statuses(diagnosis)).every(status => status === 'pass'));
	assert.match(
		checkOf(diagnosis, 'st-device').summary,
		/^'laptop' connected at .*, v1\.|^'laptop' connected at .*, v2\./,
	);
	assert.doesNotMatch(JSON.stringify(diagnosis), new RegExp(hubSide.apiKey));
});

test('a device that is paused on the hub is named, resumed on a y, and green within 15 s', async t => {
	await hubSide.client.pause(laptop.id);
	const running = await start(t);
	const {diagnosis} = running;
	assert.equal(diagnosis.cause, 'ST_DEVICE', told(diagnosis));
	assert.match(diagnosis.plain!, /has paused laptop/);
	assert.match(diagnosis.fixes[0]!.command!, new RegExp(`devices ${laptop.id} paused set false$`));
	const green = await fixed(t, running, /^Resume laptop/, untilConnected);
	assert.equal(green.verdict, 'ok', told(green));
	assert.equal(checkOf(green, 'config'), checkOf(diagnosis, 'config'), 'what does not depend on it is not asked again');
});

test('a folder that is paused is resumed on a y', async t => {
	await hubSide.client.patchFolder(id, {paused: true});
	const running = await start(t);
	assert.equal(running.diagnosis.cause, 'ST_FOLDER', told(running.diagnosis));
	assert.equal(statuses(running.diagnosis)['st-device'], 'skip');
	assertHealed(await fixed(t, running, /^Resume the folder/), 'st-folder');
});

test('settings that take a protection away are warned of, and each is put right on a y', async t => {
	await hubSide.client.patchFolder(id, {type: 'sendreceive', versioning: {type: ''}, maxConflicts: 0});
	const running = await start(t);
	assert.deepEqual(
		[running.diagnosis.verdict, running.diagnosis.cause],
		['warn', 'ST_FOLDER'],
		told(running.diagnosis),
	);
	assert.equal(statuses(running.diagnosis).rescan, 'skip', 'a scan would send what was changed here');
	const received = await fixed(t, running, /receive only/);
	assert.equal(statuses(received).rescan, 'pass', told(received));
	const kept = await fixed(t, {...running, diagnosis: received}, /versions/);
	assertHealed(await fixed(t, {...running, diagnosis: kept}, /conflict copy/), 'st-settings');
	const {type, maxConflicts} = await hubSide.client.folderSettings(id);
	assert.deepEqual([type, maxConflicts], ['receiveonly', -1]);
});

test('a marker that is missing is never made by a fix', async t => {
	const marker = path.join(hubSide.sessions, '.stfolder');
	renameSync(marker, `${hubSide.home}/aside`);
	t.after(async () => hubSide.client.scan(id));
	await hubSide.client.scan(id).catch(() => {});
	const running = await start(t);
	const {diagnosis} = running;
	assert.equal(diagnosis.cause, 'ST_FOLDER', told(diagnosis));
	assert.match(diagnosis.plain!, /\.stfolder is missing in it, though 1 session lie there/);
	const actions = diagnosis.fixes.flatMap(({action}) => (action?.type === 'syncthing' ? [action.change.kind] : []));
	assert.deepEqual(actions, ['rescan']);
	renameSync(`${hubSide.home}/aside`, marker);
	assertHealed(await fixed(t, running, /look again/), 'st-state');
});

test('a path that is missing is told from a marker that is', async t => {
	renameSync(hubSide.sessions, `${hubSide.sessions}-aside`);
	t.after(async () => {
		renameSync(`${hubSide.sessions}-aside`, hubSide.sessions);
		await hubSide.client.scan(id);
	});
	const {diagnosis} = await start(t);
	assert.equal(diagnosis.cause, 'ST_FOLDER', told(diagnosis));
	assert.match(diagnosis.plain!, /is not there: it was moved or removed, or a drive is not mounted/);
	assert.match(diagnosis.fixes[0]!.command!, /^findmnt -T /);
});

test('what was changed on the hub is listed, and Revert is only told of, with what it would delete', async t => {
	const file = path.join(hubSide.sessions, 'mine.jsonl');
	writeFileSync(file, '{"type":"session"}\n');
	t.after(async () => {
		rmSync(file);
		await hubSide.client.scan(id);
	});
	await hubSide.client.scan(id);
	const {diagnosis} = await start(t);
	assert.deepEqual([diagnosis.verdict, diagnosis.cause], ['warn', 'ST_LOCAL'], told(diagnosis));
	assert.deepEqual(checkOf(diagnosis, 'st-local').evidence, ['mine.jsonl: changed here, 19 B']);
	const revert = diagnosis.fixes.find(({title}) => title.includes('Revert'))!;
	assert.equal(revert.action, undefined);
	assert.match(revert.note!, /deletes mine\.jsonl \(19 B\)/);
	assert.ok(
		diagnosis.fixes.every(({action}) => action === undefined || JSON.stringify(action).includes('pause-folder')),
	);
});

test('conflict copies are counted and named', async t => {
	const copy = path.join(hubSide.sessions, 'a.sync-conflict-20260101-120000-ABCDEFG.jsonl');
	writeFileSync(copy, '{}\n');
	t.after(async () => {
		rmSync(copy);
		await hubSide.client.scan(id);
	});
	const {diagnosis} = await start(t);
	const {status, summary} = checkOf(diagnosis, 'conflicts');
	assert.deepEqual([status, /^1 conflict copy/.test(summary)], ['warn', true]);
});

test('a device of 1.20 and later that does not share the folder, or has paused it, is told what to do there', async t => {
	const {path: place} = await temporaryFolder(t);
	mkdirSync(path.join(place, '.stfolder'));
	const answers: Record<string, unknown> = {...recorded};
	answers['config/folders'] = (recorded['config/folders'] as object[]).map(one => ({...one, path: place}));
	const server = createServer((request, response) => {
		const [name] = request.url!.slice('/rest/'.length).split('?') as [string];
		response.end(JSON.stringify(answers[name]));
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.after(() => server.close());
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const lab = await labOf(t, [settingsOf(hubSide, {url, apiKey: 'key', home: undefined})], {path: place});
	const refused = await lab.diagnose();
	assert.equal(refused.cause, 'ST_DEVICE', told(refused));
	assert.match(refused.plain!, /does not share folder 'laptop-sessions' with this hub/);
	assert.match(refused.fixes.map(({command}) => command).join('\n'), new RegExp(`--device-id ${hubId}`));
	assert.ok(refused.fixes.every(({where, action}) => where === 'spoke' && action === undefined));
	answers['db/completion'] = {...(recorded['db/completion'] as object), remoteState: 'paused'};
	const paused = await lab.diagnose();
	assert.match(paused.plain!, /has paused folder 'laptop-sessions' on its side/, told(paused));
});

test('a folder that is shared with nobody, and a path no folder has, are told apart', async t => {
	const settings = await hubSide.client.folderSettings(id);
	await hubSide.client.patchFolder(id, {devices: [{deviceID: hubSide.id}]});
	const lonely = await start(t);
	assert.equal(lonely.diagnosis.cause, 'ST_DEVICE', told(lonely.diagnosis));
	assert.match(lonely.diagnosis.fixes[0]!.command!, new RegExp(`devices add --device-id ${laptop.id}$`));
	await hubSide.client.putFolder(settings);
	const {path: other} = await temporaryFolder(t);
	mkdirSync(path.join(other, 'x'));
	const lab = await labOf(t, [settingsOf(hubSide)], {path: path.join(other, 'x')});
	const unknown = await lab.diagnose();
	assert.equal(unknown.cause, 'ST_FOLDER', told(unknown));
	assert.match(unknown.plain!, /No folder of the hub.s Syncthing has the path/);
	assert.match(unknown.fixes[0]!.command!, / folders add --id pi-sessions-laptop --path .* --type receiveonly$/);
});

test('a key that is refused, an address where nobody answers and no Syncthing at all are three things', async t => {
	const wrongKey = await labOf(t, [settingsOf(hubSide, {apiKey: 'wrong'})]);
	const key = await wrongKey.diagnose();
	assert.deepEqual([key.cause, key.scenario], ['ST_KEY', 'K'], told(key));
	assert.equal(statuses(key)['st-folder'], 'skip');
	assert.match(key.fixes[1]!.title, /config\.xml/);
	const url = 'http://127.0.0.1:9';
	const down = await (await labOf(t, [settingsOf(hubSide, {url})])).diagnose();
	assert.equal(down.cause, 'ST_DOWN', told(down));
	const absent = await (await labOf(t, [])).diagnose();
	assert.deepEqual([absent.verdict, absent.cause], ['warn', 'ST_DOWN'], told(absent));
	assert.equal(statuses(absent)['dry-run'], 'pass', 'what is in the folder is entered all the same');
	assert.match(checkOf(absent, 'st-folder').summary, /the folder is all that is known/);
});

test('of two Syncthings the one that has the folder is asked, and one that fails hides nothing', async t => {
	const lab = await labOf(t, [
		settingsOf(laptop),
		settingsOf(hubSide, {url: 'http://127.0.0.1:9'}),
		settingsOf(hubSide),
	]);
	const diagnosis = await lab.diagnose();
	assertHealed(diagnosis, 'st-state');
	assert.match(checkOf(diagnosis, 'syncthing').summary, /one of 3 Syncthings/);
});

test('a device that was never connected differs from one that is away', async t => {
	await laptop.stop();
	await untilConnected(false);
	const asleep = await start(t);
	assert.deepEqual([asleep.diagnosis.verdict, asleep.diagnosis.cause], ['warn', undefined], told(asleep.diagnosis));
	assert.match(checkOf(asleep.diagnosis, 'st-device').summary, /asleep or off/);
	const lab = await labOf(t, [settingsOf(hubSide)], {staleAfterMs: 0});
	const late = await lab.diagnose();
	assert.equal(late.cause, 'ST_DEVICE', told(late));
	assert.match(late.plain!, /laptop is not connected/);
});
