import assert from 'node:assert/strict';
import {appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, truncateSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {parse} from 'yaml';
import {syncRun} from '../../source/commands/run.js';
import {screenCommands} from '../../source/commands/screen-commands.js';
import type {Asker} from '../../source/commands/spoke-ask.js';
import {spokeSet} from '../../source/commands/spoke-edit.js';
import {syncVerify} from '../../source/commands/verify.js';
import {spokeEntry} from '../lab/hub.js';
import {appendEntry, writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {aheadClock} from '../sync/syncthing/hubs.js';
import {commandLab} from './io.js';

const nobody: Asker = {isThere: false, ask: async () => ''};

/** Every session below a folder, with its bytes. */
function contentOf(root: string): Record<string, string> {
	const names = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith('.jsonl'));
	return Object.fromEntries(names.sort().map(name => [name, readFileSync(path.join(root, name), 'utf8')]));
}

/** A hub and a real sshd with three sessions; `filled` by rsync, or by nothing yet. */
async function lab(t: TestContext, filled: 'rsync' | 'by-hand') {
	const hub = await commandLab(t, {env: {PATH: process.env.PATH}, clock: aheadClock});
	const spoke = await startSpoke({scope: t});
	const sessions = [];
	for (const seed of [1, 2, 3]) sessions.push(await writeSession(spoke.sessionsDir, {seed}));
	const byRsync = spokeEntry(spoke);
	const {source, ssh_config: config, known_hosts: known} = byRsync;
	const byHand = {name: 'laptop', sync_method: 'manual', ssh_config: config, known_hosts: known};
	await hub.configure({tui: {default_schedule: 'off'}, spokes: [filled === 'rsync' ? byRsync : byHand]});
	const place = hub.synced('laptop');
	return {
		...{hub, spoke, sessions, place, source: source as string},
		entry: async () => {
			const text = await fs.readFile(path.join(hub.home, '.pi-brain', 'config.yaml'), 'utf8');
			return (parse(text) as {spokes: Array<Record<string, unknown>>}).spokes[0]!;
		},
		run: async () => syncRun(hub.io, {names: ['laptop']}),
		set: async (method: string, ...pairs: string[]) => spokeSet(hub.io, {names: ['laptop', ...pairs], method}, nobody),
		/** What a look at every byte says that is kept and here. */
		proof: async () => {
			hub.take();
			const code = await syncVerify(hub.io, {names: ['laptop'], deep: true, json: true}, nobody);
			const {spokes} = JSON.parse(hub.take().stdout);
			return [code, spokes[0].proof.isAllHere, spokes[0].proof.sessions];
		},
		kept: () => Object.values(contentOf(path.join(hub.home, '.pi-brain/data/generations/laptop'))),
	};
}

test('from manual to rsync what lay there is known, only what is new comes, and every verify says all here', async t => {
	const {hub, spoke, sessions, place, source, entry, run, set, proof} = await lab(t, 'by-hand');
	mkdirSync(place, {recursive: true});
	cpSync(spoke.sessionsDir, place, {recursive: true});
	const gone = await writeSession(place, {seed: 4});
	assert.equal(await run(), 0);
	assert.deepEqual(await proof(), [0, true, 4]);
	const before = contentOf(place);
	await appendEntry(sessions[0]!.file);
	await writeSession(spoke.sessionsDir, {seed: 5});

	const code = await set('rsync', `source=${source}`, 'schedule=*/5 * * * *');
	const said = hub.take();
	assert.equal(code, 0, said.stdout + said.stderr);
	assert.match(said.stdout, /laptop: rsync from now on.*\n {2}4 sessions stay where they are/);
	assert.match(said.stdout, /✓ laptop: 1 new, 1 grown/);
	assert.match(said.stdout, /5 sessions, .* ever acknowledged: all here/);
	const {sync_method: method, source: from, schedule} = await entry();
	assert.deepEqual([method, from, schedule], ['rsync', source, '*/5 * * * *']);
	const after = contentOf(place);
	assert.deepEqual(after, {...contentOf(spoke.sessionsDir), [gone.path]: before[gone.path]});
	for (const [name, bytes] of Object.entries(before)) assert.ok(after[name]!.startsWith(bytes), name);
	assert.deepEqual(await proof(), [0, true, 5]);
});

test('from rsync to manual every session has a copy first: what is then overwritten by hand is held, and whole', async t => {
	const {hub, sessions, place, spoke, entry, run, set, proof, kept} = await lab(t, 'rsync');
	assert.equal(await run(), 0);
	const before = contentOf(place);
	assert.deepEqual(before, contentOf(spoke.sessionsDir));

	const code = await set('manual');
	const said = hub.take();
	assert.equal(code, 0, said.stdout + said.stderr);
	assert.match(said.stdout, /laptop: manual from now on.*\n {2}3 sessions stay where they are/);
	assert.match(said.stdout, /3 sessions, .* ever acknowledged: all here/);
	const {sync_method: method, source} = await entry();
	assert.deepEqual([method, source], ['manual', undefined]);
	assert.deepEqual(contentOf(place), before);
	for (const bytes of Object.values(before)) assert.ok(kept().includes(bytes));
	assert.deepEqual(await proof(), [0, true, 3]);

	// Somebody copies by hand from now on: one grew, one came, one was cut short.
	await appendEntry(sessions[0]!.file);
	cpSync(sessions[0]!.file, path.join(place, sessions[0]!.path));
	await writeSession(place, {seed: 6});
	truncateSync(path.join(place, sessions[1]!.path), 500);
	assert.equal(await run(), 3);
	assert.match(hub.take().stdout, /1 new, .*1 held/);
	assert.ok(kept().includes(before[sessions[1]!.path]!));
	const [, isAllHere, count] = await proof();
	assert.deepEqual([isAllHere, count], [true, 4]);
});

test('on the screen a migration is written or it is not, also where what follows it needs a look', async t => {
	const {hub, sessions, spoke, place, source, entry, run, kept} = await lab(t, 'by-hand');
	mkdirSync(place, {recursive: true});
	cpSync(spoke.sessionsDir, place, {recursive: true});
	assert.equal(await run(), 0);
	const before = contentOf(place);
	truncateSync(sessions[0]!.file, 500);
	const commands = screenCommands(hub.io, path.join(hub.home, '.pi-brain', 'config.yaml'));
	const lines: string[] = [];
	const talk = {say: (line: string) => void lines.push(line), ask: async () => '', signal: hub.io.signal};
	const wish = {name: 'laptop', method: 'rsync', values: {source}, deviceId: undefined, folderId: undefined} as const;
	const order = {type: 'change', wish: {...wish, reach: {}}} as const;
	await spoke.stop();
	assert.equal(await commands.run(order, talk), 'failed');
	assert.equal((await entry()).sync_method, 'manual');
	await spoke.start();
	assert.equal(await commands.run(order, talk), 'written', lines.join('\n'));
	assert.equal((await entry()).sync_method, 'rsync');
	assert.match(lines.join('\n'), /! laptop: .*1 held/);
	assert.deepEqual(contentOf(place), before, 'what the hub has stays whole');
	assert.ok(kept().includes(before[sessions[0]!.path]!));
});

test('a migration to a spoke that does not answer is refused, and everything stays as it was', async t => {
	const {hub, spoke, place, source, entry, run, set, proof} = await lab(t, 'by-hand');
	mkdirSync(place, {recursive: true});
	cpSync(spoke.sessionsDir, place, {recursive: true});
	assert.equal(await run(), 0);
	const [before, was] = [contentOf(place), await entry()];
	await spoke.stop();
	hub.take();
	assert.equal(await set('rsync', `source=${source}`), 4);
	assert.match(hub.take().stderr, /✗ .*\n(?:.*\n)*.*is as it was/);
	assert.deepEqual([contentOf(place), await entry()], [before, was]);
	appendFileSync(path.join(place, Object.keys(before)[0]!), '{"type":"custom","id":"more"}\n');
	assert.equal(await run(), 0);
	assert.deepEqual(await proof(), [0, true, 3]);
});
