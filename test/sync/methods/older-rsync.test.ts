import assert from 'node:assert/strict';
import {appendFile, mkdir, readFile, writeFile} from 'node:fs/promises';
import {type TestContext, test} from 'node:test';
import {systemClock} from '../../../source/sync/clock.js';
import {createRsyncMethod} from '../../../source/sync/methods/rsync.js';
import {closeAllMasters} from '../../../source/sync/ssh/connection.js';
import {temporaryFolder} from '../../lab/after.js';
import {olderRsync, versionOf} from '../../lab/rsync-versions.js';
import {startSpoke} from '../../lab/sshd.js';
import {labSpoke, lookOptions, settings} from './spokes.js';

/**
 * Every sender this machine can have: its own rsync, an older one from the archive, and whatever PI_BRAIN_TEST_RSYNC
 * names (an openrsync somebody built). Where there is no archive, the recorded replies in test/sync/rsync stand in.
 */
async function senders(): Promise<Array<{version: string; file: string}>> {
	const own = {version: (await versionOf('rsync'))!, file: 'rsync'};
	const named = process.env.PI_BRAIN_TEST_RSYNC;
	const older = await olderRsync();
	return [own, ...(older ? [older] : []), ...(named ? [{version: `named ${named}`, file: named}] : [])];
}

test('pulls, and pulls what grew, from every rsync that can be had as a sender', async (t: TestContext) => {
	for (const {version, file} of await senders()) {
		await t.test(`rsync ${version}`, async t => {
			const root = (await temporaryFolder(t)).path;
			const lab = await startSpoke({scope: t});
			await mkdir(`${lab.sessionsDir}/--home-will-api--`);
			const session = '--home-will-api--/2026-01-24T10-00-00-000Z_ä b$(id).jsonl';
			await writeFile(`${lab.sessionsDir}/${session}`, 'one\n');
			const runFolder = `${root}/run`;
			t.after(async () => closeAllMasters(runFolder));
			const method = createRsyncMethod({config: settings, runFolder, env: process.env, clock: systemClock});
			const spoke = labSpoke(lab, {rsyncPath: file === 'rsync' ? undefined : file});
			const first = await method.look(spoke, lookOptions(`${root}/current`));
			assert.deepEqual(
				first.files.map(({path, size, isStaged}) => [path, size, isStaged]),
				[[session, 4, true]],
			);
			assert.ok(first.isComplete);

			await appendFile(`${lab.sessionsDir}/${session}`, 'two\n');
			const options = lookOptions(`${root}/staging`, {
				folders: {staging: `${root}/staging`, compare: [`${root}/seen`, `${root}/current`]},
			});
			const second = await method.look(spoke, options);
			assert.deepEqual(
				second.files.map(({size, isStaged}) => [size, isStaged]),
				[[8, true]],
			);
			assert.equal(await readFile(`${root}/staging/${session}`, 'utf8'), 'one\ntwo\n');
			assert.equal(await readFile(`${root}/current/${session}`, 'utf8'), 'one\n', 'the hub’s copy is not touched');
		});
	}
});
