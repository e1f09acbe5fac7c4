import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {parse} from 'yaml';
import {syncRun} from '../../source/commands/run.js';
import type {Asker} from '../../source/commands/spoke-ask.js';
import {spokeSet, spokeSwitch} from '../../source/commands/spoke-edit.js';
import {spokeRemove} from '../../source/commands/spoke-remove.js';
import {spokeKey, spokeShow} from '../../source/commands/spoke-show.js';
import {acquireLease} from '../../source/sync/schedule/lease.js';
import {Store} from '../../source/sync/store/store.js';
import {rewrite, writeSession} from '../lab/sessions.js';
import {keyPair} from '../lab/sshd-files.js';
import {commandLab} from './io.js';

const nobody: Asker = {isThere: false, ask: async () => ''};
const saying = (text: string): Asker => ({isThere: true, ask: async () => text});

/** Two manual spokes with a session each, synced. */
async function lab(t: TestContext) {
	const hub = await commandLab(t, {env: process.env});
	const folder = path.join(hub.home, '.pi-brain');
	const [laptop, server] = [await hub.drive('laptop'), await hub.drive('server')];
	const session = await writeSession(laptop, {seed: 1});
	await writeSession(laptop, {seed: 2});
	await writeSession(server, {seed: 3});
	const file = path.join(folder, 'config.yaml');
	await fs.writeFile(
		file,
		`spokes:\n  # mine\n  - name: laptop\n    sync_method: manual\n    source: ${laptop}\n  - {name: server, sync_method: manual, source: ${server}} # big\n`,
	);
	await syncRun(hub.io, {names: []});
	hub.take();
	const database = path.join(folder, 'data');
	return {hub, folder, file, laptop, session, database, text: async () => fs.readFile(file, 'utf8')};
}

test('set, enable and disable change one line each and say where the file before is', async t => {
	const {hub, file, text} = await lab(t);
	const before = await text();
	assert.equal(await spokeSet(hub.io, {names: ['laptop', 'schedule=0 * * * *', 'stale_after=3h']}), 0);
	assert.equal(hub.take().stdout, `laptop: written to ${file}; the file before: ${file}.bak\n`);
	const set = `    schedule: 0 * * * *\n    stale_after: 3h\n`;
	assert.equal(await text(), before.replace('  - {', `${set}  - {`));
	await spokeSet(hub.io, {names: ['laptop', 'schedule=', 'stale_after=']});
	assert.equal(await text(), before);
	assert.equal(await spokeSwitch(hub.io, {names: ['server'], json: true}, false), 0);
	assert.match(await text(), /, enabled: false\} # big\n$/);
	hub.take();
	await spokeSwitch(hub.io, {names: ['server']}, false);
	assert.match(hub.take().stdout, /says so already/);
	await spokeSwitch(hub.io, {names: ['server']}, true);
	assert.match(await text(), /, enabled: true\} # big\n$/);
});

test('what cannot be set is a usage error that says what can, and the file stays', async t => {
	const {hub, text} = await lab(t);
	const before = await text();
	const set = async (...names: string[]) => spokeSet(hub.io, {names});
	await assert.rejects(set('laptop'), /key=value/);
	await assert.rejects(set('laptop', 'port'), /'port' is no key=value/);
	await assert.rejects(set('laptop', 'name=x'), /a name cannot be set/);
	await assert.rejects(set('laptop', '__proto__=x'), /cannot be set; what can: sync_method, source/);
	await assert.rejects(set('laptop', 'port=ssh'), /port must be/);
	await assert.rejects(set('laptop', 'enabled=maybe'), /enabled must be true or false/);
	await assert.rejects(set('nobody', 'port=1'), /no spoke is called 'nobody'/);
	assert.equal(await text(), before);
});

test('a spoke is shown with its defaults, for people and for scripts', async t => {
	const {hub, laptop} = await lab(t);
	assert.equal(await spokeShow(hub.io, {names: ['laptop']}), 0);
	assert.match(hub.take().stdout, new RegExp(`^name +laptop\\n.*\\nsource +${laptop}\\npath +.*synced/laptop\\n`, 's'));
	await spokeShow(hub.io, {names: ['laptop'], json: true});
	const {spoke} = JSON.parse(hub.take().stdout) as {spoke: Record<string, unknown>};
	assert.deepEqual([spoke.method, spoke.enabled, spoke.port, spoke.line], ['manual', true, null, 3]);
});

test('the line of a key names the folder of the source, the script is the same for all', async t => {
	const {hub} = await lab(t);
	const key = path.join(hub.home, 'key');
	const publicKey = keyPair(key);
	const server = {name: 'server', sync_method: 'rsync', source: 'will@[fe80::1]:/srv/my "s"', ssh_key: key};
	await hub.configure({spokes: [server, {name: 'desk', sync_method: 'rsync', source: 'desk:./'}]});
	assert.equal(await spokeKey(hub.io, {names: ['server']}), 0);
	const shown = hub.take();
	assert.equal(shown.stdout, `restrict,command="rrsync -ro '/srv/my \\"s\\"'" ${publicKey} lab\n`);
	assert.match(shown.stderr, /spoke set server source=will@\[fe80::1\]:\.\/ ssh_key=/);
	assert.equal(await spokeKey(hub.io, {names: ['server'], wrapper: true}), 0);
	const script = hub.take().stdout;
	assert.match(script, /^#!\/bin\/sh\n/);
	await spokeKey(hub.io, {names: [], wrapper: true});
	assert.equal(hub.take().stdout, script);
	await assert.rejects(spokeKey(hub.io, {names: ['desk']}), /there is no key .*pi-brain-sync.*ssh-keygen -t ed25519/);
});

test('removed is only the entry: copy, versions and ledger stay, and it is said where', async t => {
	const {hub, folder, text, database} = await lab(t);
	assert.equal(await spokeRemove(hub.io, {names: ['laptop']}, nobody), 0);
	const {stdout} = hub.take();
	assert.ok(stdout.includes(`its sessions stay in ${folder}/synced/laptop`));
	assert.match(await text(), /^spokes:\n {2}# mine\n {2}- \{name: server/);
	assert.ok(existsSync(path.join(database, 'ledger', 'laptop.jsonl')));
	assert.equal((await fs.readdir(path.join(folder, 'synced', 'laptop'))).length, 1);
});

test('a purge deletes copy, versions, ledger and history of that spoke alone, and touches nothing at its source', async t => {
	const {hub, folder, text, database, laptop, session} = await lab(t);
	await rewrite(session.file, 9);
	await syncRun(hub.io, {names: ['laptop']});
	hub.take();
	const before = await fs.readdir(laptop, {recursive: true});
	assert.equal(await spokeRemove(hub.io, {names: ['laptop'], purge: true, confirm: 'laptop', json: true}, nobody), 0);
	const {purged} = JSON.parse(hub.take().stdout) as {purged: Record<string, unknown>};
	assert.deepEqual([purged.sessions, purged.generations], [2, 1]);
	for (const gone of [
		path.join(folder, 'synced/laptop'),
		path.join(database, 'generations/laptop'),
		path.join(database, 'ledger/laptop.jsonl'),
	]) {
		assert.equal(existsSync(gone), false, gone);
	}

	assert.deepEqual(
		(parse(await text()) as {spokes: Array<{name: string}>}).spokes.map(({name}) => name),
		['server'],
	);
	assert.deepEqual(await fs.readdir(laptop, {recursive: true}), before);
	const store = await Store.open(path.join(database, 'sync.db'));
	t.after(() => store.close());
	assert.deepEqual([store.ledger.totals('laptop').sessions, store.ledger.totals('server').sessions], [0, 1]);
	assert.equal(store.facts.get('laptop').lastSynced, undefined);
	assert.match(
		await fs.readFile(path.join(folder, 'logs/sync.log'), 'utf8'),
		/WARN {2}Sync: 2 sessions .* of 'laptop' deleted, as was asked/,
	);
});

test('a purge asks for the name in full, and waits for nobody who syncs', async t => {
	const {hub, folder, text} = await lab(t);
	const before = await text();
	const purge = async (asker: Asker, confirm?: string) =>
		spokeRemove(hub.io, {names: ['laptop'], purge: true, confirm}, asker);
	await assert.rejects(purge(nobody), /say --confirm laptop/);
	await assert.rejects(purge(nobody, 'lap'), /nothing was deleted/);
	await assert.rejects(purge(saying('y')), /that is not its name; nothing was deleted/);
	const lease = await acquireLease({folder: path.join(folder, 'run'), spoke: 'laptop', by: 'watch'});
	assert.ok('release' in lease);
	assert.equal(await purge(saying('laptop')), 6);
	await lease.release();
	assert.equal(await text(), before);
	assert.equal((await fs.readdir(path.join(folder, 'synced', 'laptop'))).length, 1);
	assert.equal(await purge(saying('laptop')), 0);
	assert.match(
		hub.take().stdout,
		/^2 sessions \(.*\) and 0 earlier versions of 'laptop' deleted\n {2}.*nothing on the spoke was touched\n$/s,
	);
});

test('a purge whose entry cannot be taken out deletes nothing', async t => {
	const {hub, folder, file, laptop} = await lab(t);
	await fs.writeFile(file, `extra: &all\n  - {name: laptop, sync_method: manual, source: ${laptop}}\nspokes: *all\n`);
	const purge = spokeRemove(hub.io, {names: ['laptop'], purge: true, confirm: 'laptop'}, nobody);
	await assert.rejects(purge, /alias.*nothing was changed/);
	assert.equal((await fs.readdir(path.join(folder, 'synced', 'laptop'))).length, 1);
});

test("Syncthing's own folder survives a purge, because deleting there deletes elsewhere", async t => {
	const {hub} = await lab(t);
	await hub.configure({spokes: [{name: 'phone', sync_method: 'syncthing', path: hub.synced('phone')}]});
	const {file} = await writeSession(hub.synced('phone'));
	assert.equal(await spokeRemove(hub.io, {names: ['phone'], purge: true, confirm: 'phone'}, nobody), 0);
	assert.match(hub.take().stdout, /phone stays: Syncthing would delete/);
	assert.ok(existsSync(file));
});

test('a folder that somebody else fills survives a purge, and the question does not name it', async t => {
	const {hub} = await lab(t);
	await hub.configure({spokes: [{name: 'hand', sync_method: 'manual', path: hub.synced('hand')}]});
	const {file} = await writeSession(hub.synced('hand'));
	let asked = '';
	const asker: Asker = {
		isThere: true,
		async ask(question) {
			asked = question;
			return 'hand';
		},
	};
	assert.equal(await spokeRemove(hub.io, {names: ['hand'], purge: true}, asker), 0);
	assert.match(asked, /^This deletes every earlier version/);
	assert.match(hub.take().stdout, /hand stays: what lies there was not brought by the hub/);
	assert.ok(existsSync(file));
});
