import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import test, {type TestContext} from 'node:test';
import {syncRun} from '../../source/commands/run.js';
import {syncStatus} from '../../source/commands/status.js';
import {writeSession} from '../lab/sessions.js';
import {commandLab} from './io.js';

async function synced(t: TestContext) {
	const lab = await commandLab(t);
	const source = await lab.drive('usb');
	for (let seed = 0; seed < 3; seed++) await writeSession(source, {seed});
	await lab.configure({tui: {default_schedule: 'off'}, spokes: [{name: 'usb', sync_method: 'manual', source}]});
	assert.equal(await syncRun(lab.io, {names: ['usb']}), 0);
	lab.take();
	const folder = path.join(lab.home, '.pi-brain', 'data');
	const log = () => fs.readFileSync(path.join(lab.home, '.pi-brain', 'logs', 'sync.log'), 'utf8');
	return {lab, source, file: path.join(folder, 'sync.db'), log};
}

interface Status {
	readonly hub: {readonly damagedDatabases: readonly string[]};
	readonly spokes: ReadonlyArray<{
		readonly sessionsCount: number;
		readonly ledgerRebuiltAt: string | null;
		readonly state: string;
	}>;
}

test('a hub whose database is garbage shows its status, says what happened, and reads its ledgers again', async t => {
	const {lab, file, log} = await synced(t);
	fs.writeFileSync(file, 'garbage\n'.repeat(1000));
	const status = async () => {
		await syncStatus(lab.io, {json: true});
		return JSON.parse(lab.take().stdout) as Status;
	};
	const first = await status();
	const [aside] = first.hub.damagedDatabases;
	assert.match(aside!, /sync\.db\.damaged-/);
	assert.equal(fs.readFileSync(aside!, 'utf8'), 'garbage\n'.repeat(1000));
	assert.deepEqual([first.spokes[0]?.sessionsCount, first.spokes[0]?.ledgerRebuiltAt], [3, null]);
	assert.ok(log().includes(`WARN  Sync: sync.db was damaged: it is ${aside} now`));
	await syncStatus(lab.io, {});
	assert.match(
		lab.take().stdout,
		/^sync\.db was damaged and is .*damaged-.* now: history before is lost, .*verify\. R/m,
	);

	assert.equal(await syncRun(lab.io, {names: ['usb']}), 0);
	lab.take();
	assert.match(log(), /WARN {2}Sync: the database knew nothing of 'usb': 3 sessions read again from/);
	const then = await status();
	assert.deepEqual([then.spokes[0]?.state, then.spokes[0]?.ledgerRebuiltAt !== null], ['ok', true]);
	await syncStatus(lab.io, {});
	assert.match(lab.take().stdout, /^sync\.db was damaged and is .* verify: 1 ledger so far, last <1m ago\. Remove/m);
	fs.rmSync(aside!);
	await syncStatus(lab.io, {});
	assert.ok(!lab.take().stdout.includes('damaged'));
});

test('damage that only reading meets is healed by the very command that meets it at its start', async t => {
	const {lab, file, log} = await synced(t);
	const raw = new DatabaseSync(file);
	raw.exec('PRAGMA wal_checkpoint(TRUNCATE)');
	const {rootpage} = raw.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'facts'").get() as {rootpage: number};
	raw.close();
	const fd = fs.openSync(file, 'r+');
	fs.writeSync(fd, Buffer.alloc(4096, 0xff), 0, 4096, (rootpage - 1) * 4096);
	fs.closeSync(fd);
	await syncStatus(lab.io, {json: true});
	const {hub, spokes} = JSON.parse(lab.take().stdout) as Status;
	assert.deepEqual([hub.damagedDatabases.length, spokes[0]?.sessionsCount], [1, 3]);
	assert.match(log(), /WARN {2}Sync: sync\.db was damaged/);
	assert.equal(await syncRun(lab.io, {names: ['usb']}), 0);
});
