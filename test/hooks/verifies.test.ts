import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import {Verifies} from '../../source/hooks/verifies.js';
import {createVerifyActions} from '../../source/hooks/verify-actions.js';
import {hubRow, type Toast} from '../../source/view/types.js';
import {initialUi} from '../../source/view/ui.js';
import {waitFor} from '../lab/after.js';
import {flipByte, writeSession} from '../lab/sessions.js';
import {hubPlace} from '../sync/services/hubs.js';

/** What keys do with verifies over a hub that has synced a session of a spoke, and what is said of it. */
async function open(t: TestContext) {
	const place = await hubPlace(t, ['laptop']);
	const source = `${place.root}/laptop`;
	fs.rmSync(`${source}/p`, {recursive: true});
	const session = await writeSession(source, {bytes: 200_000});
	const {hub} = await place.open('dashboard');
	const [report] = await hub.sync(['laptop']);
	assert.equal(report?.result, 'done', report?.message);
	const said: Array<readonly [Toast['level'], string]> = [];
	const verifies = new Verifies({hub, confirmed: Promise.resolve()});
	const failures: unknown[] = [];
	const actions = createVerifyActions({
		...{hub, verifies, ui: () => initialUi({theme: 'auto'})},
		say: (level, text) => said.push([level, text]),
		attempt: (_, work) => void work().catch((error: unknown) => failures.push(error)),
	});
	t.after(() => assert.deepEqual(failures, []));
	return {
		...{hub, actions, said, copy: `${place.config.spokes[0]!.path}/${session.path}`, path: session.path},
		original: `${source}/${session.path}`,
		heard: async (pattern: RegExp) =>
			waitFor(() => said.find(([, text]) => pattern.test(text)), {message: `to be told ${pattern}`}),
	};
}

test('a verify of several rows is one sentence, and what each found is in the state', async t => {
	const {hub, actions, heard} = await open(t);
	actions.verify(['laptop', hubRow, 'nobody'], {isDeep: false});
	await heard(/^verified 2 folders: all here$/);
	assert.equal(hub.spoke('laptop')!.verify.report?.proof.isAllHere, true);
	assert.equal(hub.state.ownVerify.report?.spoke, undefined);
});

test('damage is an error, a repair brings the bytes back, and the damage is gone from the report', async t => {
	const {hub, actions, heard, copy, path, original} = await open(t);
	const whole = fs.readFileSync(original);
	await flipByte(copy);
	assert.ok(!fs.readFileSync(copy).equals(whole));
	actions.verify(['laptop'], {isDeep: true});
	const [level] = await heard(/^verified laptop: 1 damaged/);
	assert.equal(level, 'error');
	const [finding] = hub.spoke('laptop')!.verify.report!.findings;
	assert.deepEqual([finding?.path, finding?.repair], [path, 'spoke']);
	actions.repair('laptop', [path]);
	await heard(/^laptop: 1 session repaired$/);
	assert.ok(fs.readFileSync(copy).equals(whole));
	assert.deepEqual(hub.spoke('laptop')!.verify.report!.findings, []);
});

test('ending a verify that was never begun does nothing', async t => {
	const {actions, said} = await open(t);
	actions.cancelVerify(['laptop']);
	actions.repair('nobody', ['a.jsonl']);
	await new Promise(setImmediate);
	assert.deepEqual(said, []);
});
