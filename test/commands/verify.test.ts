import assert from 'node:assert/strict';
import {appendFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {syncRun} from '../../source/commands/run.js';
import type {Asker} from '../../source/commands/spoke-ask.js';
import {syncStatus} from '../../source/commands/status.js';
import {syncVerify} from '../../source/commands/verify.js';
import {appendEntry, flipByte, type LabSession, writeSession} from '../lab/sessions.js';
import {type CommandLab, commandLab} from './io.js';

const settings = {tui: {default_schedule: 'off'}};
const nobody: Asker = {isThere: false, ask: async () => ''};
const yes: Asker = {isThere: true, ask: async () => 'y'};

/** A hub that has synced one session of a drive. */
async function synced(t: TestContext): Promise<{lab: CommandLab; source: string; session: LabSession; copy: string}> {
	const lab = await commandLab(t);
	const source = await lab.drive('usb');
	const session = await writeSession(source, {bytes: 90_000});
	await lab.configure({...settings, spokes: [{name: 'usb', sync_method: 'manual', source}]});
	assert.equal(await syncRun(lab.io, {names: []}), 0);
	lab.take();
	return {lab, source, session, copy: path.join(lab.synced('usb'), session.path)};
}

test('a hub that holds everything proves it, in words and as JSON', async t => {
	const {lab} = await synced(t);
	assert.equal(await syncVerify(lab.io, {names: []}, nobody), 0);
	const {stdout} = lab.take();
	assert.match(stdout, /^✓ atlas \(hub\): 0 sessions, 0 B, by name, size and time, [\d.]+ s: nothing to look at$/m);
	assert.match(stdout, /^✓ usb: 1 session, [\d.]+ KB, by name, size and time/m);
	assert.match(
		stdout,
		/1 session, [\d.]+ KB ever acknowledged: all here \(by name, size and time; --deep reads the bytes\)/,
	);
	assert.match(stdout, /^ {2}1 identical on both sides$/m);
	assert.equal(await syncVerify(lab.io, {names: ['usb'], deep: true, json: true}, nobody), 0);
	const lines = lab.take().stdout.trimEnd().split('\n');
	assert.equal(lines.length, 1);
	const {schema, spokes} = JSON.parse(lines[0]!);
	assert.equal(schema, 1);
	const [{spoke, checked, findings, proof, isDeep}] = spokes;
	assert.deepEqual([spoke, checked, findings, isDeep], ['usb', 1, [], true]);
	assert.deepEqual([proof.isAllHere, proof.by, proof.sessions, proof.since], [true, 'content', 1, null]);
});

test('damage ends with 5 and is repaired only on a yes; what needs a look with 3; what is merely new with 0', async t => {
	const {lab, source, session, copy} = await synced(t);
	await appendEntry(session.file);
	assert.equal(await syncVerify(lab.io, {names: []}, nobody), 0);
	assert.match(lab.take().stdout, /1 newer on the spoke \[newer-on-spoke, info\]/);
	await flipByte(copy);
	assert.equal(await syncVerify(lab.io, {names: ['usb'], deep: true}, nobody), 5);
	const said = lab.take().stdout;
	assert.match(said, /^✗ usb: .*every byte read.*: 1 finding of DAMAGE$/m);
	assert.match(said, /NOT all here/);
	assert.equal(await syncStatus(lab.io, {}), 0, 'the next sync goes as well as ever');
	assert.match(
		lab.take().stdout,
		/^usb: 1 finding of DAMAGE in its copies on the hub, as of the last verify <1m ago\n {2}→ pi-brain-tui sync verify usb /m,
	);
	await syncStatus(lab.io, {json: true});
	const {at, ...last} = JSON.parse(lab.take().stdout).spokes[0].lastVerify;
	assert.ok(Date.now() - Date.parse(at) < 60_000);
	assert.equal(last.lastDeepAt, at);
	assert.deepEqual([last.isDeep, last.sessions, last.isAllHere, last.damage, last.look], [true, 1, false, 1, 0]);
	assert.match(
		said,
		/✗ +1 silently changed on the disk \[bit-rot, damage\]\n.*bytes differ somewhere in [\d,]+ bytes from byte [\d,]+ on.*the spoke may still have them\n +→ Repair it/,
	);
	assert.equal(await syncVerify(lab.io, {names: ['usb'], deep: true, repair: true}, nobody), 5);
	assert.match(lab.take().stderr, /nobody is there to ask; --yes repairs/);
	assert.equal(await syncVerify(lab.io, {names: ['usb'], deep: true, repair: true}, yes), 0);
	assert.match(lab.take().stdout, /✓ usb: repaired .*: from the spoke\n$/);
	assert.equal(await syncVerify(lab.io, {names: ['usb'], deep: true}, nobody), 0);
	lab.take();
	await syncStatus(lab.io, {});
	assert.doesNotMatch(lab.take().stdout, /DAMAGE/, 'a repair is told at once');
	appendFileSync(copy, 'written by somebody else\n');
	assert.equal(await syncVerify(lab.io, {names: ['usb']}, nobody), 3);
	assert.match(lab.take().stdout, /were added on the hub behind what was taken, which is intact/);
	rmSync(source, {recursive: true});
	assert.equal(await syncVerify(lab.io, {names: ['usb'], json: true}, nobody), 4);
	assert.equal(JSON.parse(lab.take().stdout).spokes[0].unreachable, 'SOURCE_ABSENT');
});

test('hostile names and words reach the terminal neutralised, and a spoke that is not there is a usage error', async t => {
	const {lab, copy} = await synced(t);
	const hostile = path.join(path.dirname(copy), 'x\u001B]0;title\u0007\u202Ey.jsonl');
	writeFileSync(hostile, `no json at all\n{"type":"message","id":"\u202E","timestamp":"2026"}\n`);
	assert.equal(await syncVerify(lab.io, {names: [], deep: true}, nobody), 3);
	const {stdout} = lab.take();
	assert.match(stdout, /--home-will-api--\/x\?y\.jsonl: line 1 is no JSON/);
	assert.doesNotMatch(stdout, /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
	await assert.rejects(syncVerify(lab.io, {names: ['nas']}, nobody), /no spoke is called 'nas'/);
	await assert.rejects(syncVerify(lab.io, {names: ['usb'], all: true}, nobody), /not both/);
});
