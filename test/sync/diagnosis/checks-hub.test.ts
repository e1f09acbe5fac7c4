import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import type {SpokeConfig} from '../../../source/sync/config/types.js';
import {acquireLease} from '../../../source/sync/schedule/lease.js';
import {keeperLease} from '../../../source/sync/services/keeping.js';
import {temporaryFolder} from '../../lab/after.js';
import {shrink, writeSession} from '../../lab/sessions.js';
import {localSpoke} from '../methods/spokes.js';
import {checkOf, diagnosisLab, statuses, told} from './diagnosing.js';

async function driveAndHub(t: test.TestContext, changes: Partial<SpokeConfig> = {}) {
	const {path: drive} = await temporaryFolder(t);
	const session = await writeSession(drive, {seed: 1, bytes: 3000});
	const lab = await diagnosisLab(t, [localSpoke(drive, {method: 'manual', ...changes})]);
	return {drive, session, lab};
}

test('a manual spoke has a short list of its own, and passes it', async t => {
	const {lab} = await driveAndHub(t);
	const diagnosis = await lab.diagnose();
	assert.equal(diagnosis.verdict, 'ok', told(diagnosis));
	assert.deepEqual(Object.keys(statuses(diagnosis)), [
		'config',
		'folder',
		'disk',
		'source',
		'dry-run',
		'writers',
		'schedule',
	]);
	assert.match(checkOf(diagnosis, 'dry-run').summary, /^1 would arrive/);
});

test('a drive that is not plugged in fails the source and skips only what would read it', async t => {
	const {lab, drive} = await driveAndHub(t);
	fs.rmSync(drive, {recursive: true});
	const diagnosis = await lab.diagnose();
	assert.equal(diagnosis.cause, 'SOURCE_ABSENT');
	const {'dry-run': dryRun, source, ...others} = statuses(diagnosis);
	assert.deepEqual([source, dryRun], ['fail', 'skip']);
	assert.deepEqual(new Set(Object.values(others)), new Set(['pass']));
	fs.mkdirSync(drive);
	lab.hub.learn('laptop', {sourceDevice: fs.statSync(drive).dev + 1});
	const empty = await lab.diagnose();
	assert.match(checkOf(empty, 'source').summary, /is empty and not the drive the sessions came from/);
});

test('an entry that cannot be used fails alone, and everything else is skipped for it', async t => {
	const {lab} = await driveAndHub(t, {invalid: 'source must be a folder', line: 7});
	const diagnosis = await lab.diagnose();
	assert.equal(diagnosis.cause, 'CONFIG_INVALID');
	const [config, ...others] = diagnosis.checks;
	assert.equal(config!.summary, 'source must be a folder');
	for (const {status, summary} of others) assert.deepEqual([status, summary], ['skip', 'skipped: step 1 failed']);
});

test('a spoke that is disabled is diagnosed all the same, and said to be', async t => {
	const {lab} = await driveAndHub(t, {enabled: false});
	const diagnosis = await lab.diagnose();
	assert.equal(diagnosis.verdict, 'warn');
	assert.match(checkOf(diagnosis, 'config').summary, /^disabled/);
	assert.equal(checkOf(diagnosis, 'dry-run').status, 'pass');
});

test('something in the way of the hub’s folder is told, and nothing is made or removed', async t => {
	const {lab} = await driveAndHub(t);
	fs.mkdirSync(`${lab.root}/hub/synced`, {recursive: true});
	fs.writeFileSync(`${lab.root}/hub/synced/laptop`, 'a file');
	const diagnosis = await lab.diagnose();
	assert.equal(diagnosis.cause, 'DST_PARENT', told(diagnosis));
	assert.equal(checkOf(diagnosis, 'dry-run').status, 'skip');
	assert.equal(fs.readFileSync(`${lab.root}/hub/synced/laptop`, 'utf8'), 'a file');
});

test('a folder that was removed by hand is a warning with a way out', async t => {
	const {lab} = await driveAndHub(t);
	await lab.hub.sync(['laptop']);
	fs.rmSync(`${lab.root}/hub/synced/laptop`, {recursive: true});
	const diagnosis = await lab.diagnose();
	const {status, cause, summary} = checkOf(diagnosis, 'folder');
	assert.deepEqual([status, cause], ['warn', 'DST_PARENT'], told(diagnosis));
	assert.match(summary, /is gone, though sessions were synced to it/);
});

test('what the guard holds, or would hold, is the cause when nothing else blocks', async t => {
	const {lab, session} = await driveAndHub(t);
	await lab.hub.sync(['laptop']);
	await shrink(session.file);
	const would = await lab.diagnose();
	assert.deepEqual([would.verdict, would.cause], ['warn', 'GUARD_TRUNCATED'], told(would));
	await lab.hub.sync(['laptop']);
	const held = await lab.diagnose();
	assert.deepEqual([held.verdict, held.cause], ['warn', 'GUARD_TRUNCATED'], told(held));
	assert.match(checkOf(held, 'dry-run').summary, /^1 session is held/);
	lab.hub.learn('laptop', {hold: {cause: 'GUARD_EMPTIED', message: 'the folder is empty', detail: '', at: 1}});
	const halted = await lab.diagnose();
	assert.deepEqual([halted.verdict, halted.cause], ['warn', 'GUARD_EMPTIED'], told(halted));
});

test('while another run holds the spoke the dry run is left to it', async t => {
	const {lab} = await driveAndHub(t);
	const lease = await acquireLease({folder: `${lab.config.folder}/run`, spoke: 'laptop', by: 'cron'});
	assert.ok('release' in lease);
	const diagnosis = await lab.diagnose();
	await lease.release();
	assert.equal(checkOf(diagnosis, 'dry-run').status, 'skip');
	assert.match(checkOf(diagnosis, 'dry-run').summary, /^not now: a cron run holds this spoke/);
	assert.equal(diagnosis.verdict, 'ok');
});

test('a schedule that nothing runs is a warning, one that somebody keeps is not', async t => {
	const {lab} = await driveAndHub(t, {schedule: '*/15 * * * *'});
	const nobody = await lab.diagnose();
	assert.deepEqual([nobody.verdict, nobody.cause], ['warn', 'SCHEDULE_NOBODY']);
	assert.match(checkOf(nobody, 'schedule').summary, /^\*\/15 \* \* \* \* is set, but nothing runs it now$/);
	const lease = await acquireLease({folder: `${lab.config.folder}/run`, spoke: keeperLease, by: 'watch'});
	assert.ok('release' in lease);
	const kept = await lab.diagnose();
	await lease.release();
	assert.equal(checkOf(kept, 'schedule').status, 'pass');
	assert.match(checkOf(kept, 'schedule').summary, /run by sync watch \(pid \d+\)$/);
});

test('a foreign writer that deletes is told with its line', async t => {
	const {lab} = await driveAndHub(t);
	const tab = `${lab.root}/crontab`;
	fs.writeFileSync(tab, `0 * * * * rsync -av --delete laptop:x/ ${lab.root}/hub/synced/laptop/\n`);
	Object.assign(lab.sources, {crontab: ['cat', tab]});
	const diagnosis = await lab.diagnose();
	const {status, summary, evidence} = checkOf(diagnosis, 'writers');
	assert.deepEqual([status, diagnosis.cause], ['warn', 'WRITER_FOREIGN']);
	assert.match(summary, /^cat of this user:1 writes into its folder too and deletes there$/);
	assert.match(evidence.join('\n'), /--delete is dangerous here/);
});

test('a hub without rsync, or with one that is dangerously old, is told before anything else that fails', async t => {
	const {path: tools} = await temporaryFolder(t);
	const {path: drive} = await temporaryFolder(t);
	const lab = await diagnosisLab(t, [localSpoke(drive)]);
	const missing = await lab.diagnose({HOME: lab.home, PATH: tools});
	assert.deepEqual([checkOf(missing, 'tools').status, missing.cause], ['fail', 'RSYNC_MISSING_HUB'], told(missing));
	assert.equal(checkOf(missing, 'dry-run').status, 'skip');
	fs.writeFileSync(`${tools}/rsync`, '#!/bin/sh\necho "rsync  version 2.6.9  protocol version 29"\n', {mode: 0o755});
	const old = await lab.diagnose({HOME: lab.home, PATH: `${tools}:/usr/bin:/bin`});
	assert.match(checkOf(old, 'tools').summary, /cannot pull sessions \(rsync 2\.6\.9\)/);
	fs.writeFileSync(`${tools}/rsync`, '#!/bin/sh\necho "rsync  version 3.2.7  protocol version 31"\n', {mode: 0o755});
	const weak = await lab.diagnose({HOME: lab.home, PATH: `${tools}:/usr/bin:/bin`});
	assert.deepEqual([checkOf(weak, 'tools').status, weak.cause], ['fail', 'RSYNC_VULNERABLE'], told(weak));
	assert.equal(checkOf(weak, 'dry-run').status, 'pass', 'it can pull all the same');
	fs.rmSync(drive, {recursive: true});
	const both = await lab.diagnose({HOME: lab.home, PATH: `${tools}:/usr/bin:/bin`});
	assert.equal(both.cause, 'SOURCE_ABSENT', 'what blocks comes before what only threatens');
});
