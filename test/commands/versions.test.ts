import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {syncExport} from '../../source/commands/export.js';
import {syncGenerations} from '../../source/commands/generations.js';
import {syncPrune} from '../../source/commands/prune.js';
import {syncRelease} from '../../source/commands/release.js';
import {syncRestore} from '../../source/commands/restore.js';
import {syncRun} from '../../source/commands/run.js';
import type {Asker} from '../../source/commands/spoke-ask.js';
import {acquireLease} from '../../source/sync/schedule/lease.js';
import {rewrite, shrink, writeSession} from '../lab/sessions.js';
import {aheadClock} from '../sync/guard/world.js';
import {commandLab} from './io.js';

const nobody: Asker = {isThere: false, ask: async () => ''};
const saying = (text: string): Asker => ({isThere: true, ask: async () => text});

/** A spoke with a rewritten and a quiet session, synced; the bytes the first had before. */
async function lab(t: TestContext) {
	const hub = await commandLab(t, {clock: aheadClock()});
	const source = await hub.drive('usb');
	const session = await writeSession(source, {seed: 1});
	const quiet = await writeSession(source, {seed: 2});
	await hub.configure({tui: {default_schedule: 'off'}, spokes: [{name: 'usb', sync_method: 'manual', source}]});
	await syncRun(hub.io, {names: []});
	const before = readFileSync(session.file);
	await rewrite(session.file, 77);
	while (statSync(session.file).size <= before.length) writeFileSync(session.file, '{}\n', {flag: 'a'});
	await syncRun(hub.io, {names: []});
	const after = readFileSync(session.file);
	hub.take();
	const file = path.join(hub.synced('usb'), session.path);
	return {hub, session, quiet, before, after, current: () => readFileSync(file)};
}

interface Generations {
	readonly spokes: ReadonlyArray<{
		readonly space: Readonly<Record<string, {readonly files: number; readonly bytes: number}>>;
		readonly sessions: ReadonlyArray<{
			readonly path: string;
			readonly held: {readonly bytes: number; readonly released: boolean} | null;
			readonly generations: ReadonlyArray<{readonly id: string; readonly file: string; readonly why: string}>;
		}>;
	}>;
}

const where = {words: [], spokes: ['usb']};

test('an earlier version is listed, written into a file, and made current on a yes', async t => {
	const {hub, session, before, after, current} = await lab(t);
	const restore = async (version: string, flags = {}, asker = nobody) =>
		syncRestore(hub.io, {words: [version], spokes: ['usb'], ...flags}, asker);
	assert.equal(await syncGenerations(hub.io, {words: ['usb', session.path], spokes: []}), 0);
	const {stdout} = hub.take();
	assert.match(stdout, /^usb: 2 sessions .*, 1 earlier version 4\.\d KB, staging 0 B$/m);
	assert.match(stdout, /before it was rewritten/);
	await syncGenerations(hub.io, {...where, json: true});
	const [group] = (JSON.parse(hub.take().stdout) as Generations).spokes;
	const [listed] = group!.sessions;
	assert.deepEqual([listed!.path, listed!.generations.length, group!.space.current!.files], [session.path, 1, 2]);
	const {id, file} = listed!.generations[0]!;
	const to = path.join(hub.home, 'out.jsonl');
	assert.equal(await restore(id, {to}), 0);
	assert.match(hub.take().stdout, /was written to .*out\.jsonl\n$/);
	assert.ok(readFileSync(to).equals(before) && current().equals(after));
	assert.equal(await restore(id, {to}), 2, 'nothing is overwritten');
	assert.match(hub.take().stderr, /exists; nothing is overwritten/);
	await assert.rejects(restore(id), {name: 'UsageError', message: /say --yes/});
	await assert.rejects(restore(id, {}, saying('n')), /nothing was changed/);
	await assert.rejects(restore('ffffff'), /has no kept version 'ffffff'/);
	assert.equal(await restore(path.basename(session.path), {}, saying('y')), 0);
	assert.match(hub.take().stdout, /is current again\n {2}the one before stays: .*\n {2}'usb' shows another version/);
	assert.ok(current().equals(before));
	await assert.rejects(restore(session.path, {yes: true}), /can be any of these/);
	assert.equal(await restore(file, {yes: true, json: true}), 0);
	assert.match(hub.take().stdout, /^\{"schema":1,"restored":\{.*"isCurrentAlready":true,"isSetAside":false\}\}\n$/);
	await syncRun(hub.io, {names: []});
	assert.ok(current().equals(before), 'the next sync does not undo it');
	writeFileSync(file, 'damaged');
	assert.equal(await restore(file, {yes: true}), 5);
	assert.match(hub.take().stderr, /is damaged/);
});

test('the spoke’s version of one held session is accepted, the other’s hold lifted', async t => {
	const {hub, session, quiet, current} = await lab(t);
	const release = async (words: string[], flags = {}, asker = nobody) =>
		syncRelease(hub.io, {words, spokes: [], ...flags}, asker);
	await shrink(session.file);
	await shrink(quiet.file);
	assert.equal(await syncRun(hub.io, {names: []}), 3);
	hub.take();
	await assert.rejects(release(['usb'], {accept: true}), /--accept takes the sessions/);
	await assert.rejects(release(['usb', 'p/none.jsonl']), /nothing of 'p\/none\.jsonl' is held/);
	await assert.rejects(release(['usb', session.path], {accept: true}), /say --yes/);
	assert.equal(await release(['usb', session.path], {accept: true}, saying('yes')), 0);
	assert.match(hub.take().stdout, /the spoke's version of .* is current, /);
	assert.ok(current().equals(readFileSync(session.file)));
	assert.equal(await release(['usb', quiet.path], {json: true}), 0);
	assert.deepEqual(JSON.parse(hub.take().stdout), {
		schema: 1,
		released: [{spoke: 'usb', wasHalted: false, sessions: [quiet.path]}],
	});
	assert.equal(await syncRun(hub.io, {names: []}), 0);
});

test('an export is a plain copy in a new folder', async t => {
	const {hub, session, quiet, after} = await lab(t);
	const to = path.join(hub.home, 'copy');
	const run = async (folder: string) => syncExport(hub.io, {words: [folder], spokes: ['usb']});
	assert.equal(await run(to), 0);
	assert.match(hub.take().stdout, /^usb: 2 sessions \(.*\) in .*copy\n$/);
	assert.ok(readFileSync(path.join(to, session.path)).equals(after));
	assert.ok(readFileSync(path.join(to, quiet.path)).equals(readFileSync(quiet.file)));
	assert.ok(Math.abs(statSync(path.join(to, quiet.path)).mtimeMs - statSync(quiet.file).mtimeMs) < 1);
	assert.equal(await run(to), 2);
	assert.match(hub.take().stderr, /is not empty/);
	assert.equal(await run(path.join(hub.synced('usb'), 'x')), 2);
	assert.ok(!existsSync(path.join(hub.synced('usb'), 'x')));
	await assert.rejects(syncExport(hub.io, where), {name: 'UsageError'});
});

test('a prune shows what would go, asks for the name, and says what it removed', async t => {
	const {hub, after, current} = await lab(t);
	const prune = async (flags = {}, asker = nobody) => syncPrune(hub.io, {names: ['usb'], ...flags}, asker);
	const kept = () =>
		readdirSync(path.join(hub.home, '.pi-brain', 'data', 'generations'), {recursive: true, encoding: 'utf8'}).filter(
			name => name.endsWith('.jsonl'),
		).length;
	assert.equal(await prune({dryRun: true}), 0);
	assert.match(hub.take().stdout, /^usb: 1 earlier version, .*\n.*\n.* lost for good .*$/m);
	assert.equal(await prune({keep: '1'}), 0);
	assert.equal(await prune({olderThan: '1d'}), 0);
	assert.match(hub.take().stdout, /^usb: no earlier version to remove\nusb: no earlier version to remove$/m);
	await assert.rejects(prune({olderThan: 'soon'}), /must be a duration/);
	await assert.rejects(prune({keep: 'all'}), /must be a whole number/);
	await assert.rejects(prune(), /say --confirm usb/);
	await assert.rejects(prune({}, saying('y')), /that is not its name/);
	await assert.rejects(prune({confirm: 'us'}), /must be the spoke's name/);
	assert.equal(kept(), 1);
	const lease = await acquireLease({folder: path.join(hub.home, '.pi-brain', 'run'), spoke: 'usb', by: 'cron'});
	assert.ok(!('heldBy' in lease));
	assert.equal(await prune({confirm: 'usb'}), 6);
	await lease.release();
	hub.take();
	assert.equal(await prune({}, saying('usb')), 0);
	assert.match(hub.take().stdout, /^1 earlier version of 'usb' removed, 4\.\d KB; 4\.\d KB of it stood nowhere else$/m);
	assert.deepEqual([kept(), current().equals(after)], [0, true]);
	await syncGenerations(hub.io, {...where, json: true});
	assert.deepEqual((JSON.parse(hub.take().stdout) as Generations).spokes[0]?.sessions, []);
	assert.equal(await syncRun(hub.io, {names: []}), 0);
});
