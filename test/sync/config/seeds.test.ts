import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import {configOf, errors, lines, makeHome, spokesOf} from './place.js';

const syncthing = `spokes:
  - name: laptop
    sync_method: syncthing
    path: ~/.pi-brain/synced/laptop
`;
const rsync = `spokes:
  - name: laptop
    sync_method: rsync
    source: user@laptop:~/.pi/agent/sessions/
    path: ~/.pi-brain/synced/laptop

  - name: server
    sync_method: rsync
    source: user@server:~/.pi/agent/sessions/
    path: ~/.pi-brain/synced/server
`;
const hub = `# ~/.pi-brain/config.yaml

hub:
  sessions_dir: ~/.pi/agent/sessions
  synced_sessions_dir: ~/.pi-brain/synced
  database_dir: ~/.pi-brain/data

spokes:
  - name: laptop
    sync_method: syncthing
    path: ~/.pi-brain/synced/laptop
    enabled: true

  - name: server
    sync_method: rsync
    source: user@server:~/.pi/agent/sessions/
    path: ~/.pi-brain/synced/server
    schedule: "*/15 * * * *"
    enabled: true

  - name: work-laptop
    sync_method: rsync
    source: user@work:~/.pi/agent/sessions/
    path: ~/.pi-brain/synced/work-laptop
    enabled: false # Disabled
`;
const limits = `# Limit initial sync depth
sync:
  initial_sync_days: 30 # Only sync last 30 days initially

  # Or exclude old sessions from watch
  exclude_patterns:
    - "*/2024/*" # Exclude old years
`;
const bandwidth = `# Rsync bandwidth limit
spokes:
  - name: laptop
    sync_method: rsync
    rsync_options:
      - "--bwlimit=1000" # 1 MB/s limit
`;
const runbook = `sync:
  spokes:
    - name: laptop
      host: laptop.local
      user: will
      session_dir: ~/.pi/agent/sessions
      ssh_key: ~/.ssh/id_ed25519
    - name: desktop
      host: 192.168.1.50
      user: will
`;

test('the hub configuration of the sync protocol works as it stands', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(hub);
	assert.deepEqual(lines(loaded), []);
	const config = configOf(loaded);
	const below = (text: string) => path.join(place.home, text);
	assert.deepEqual(
		[config.hubName, config.sessionsDir, config.syncedSessionsDir, config.databaseDir],
		['atlas', below('.pi/agent/sessions'), below('.pi-brain/synced'), below('.pi-brain/data')],
	);
	const {laptop, server, 'work-laptop': work} = spokesOf(loaded);
	assert.deepEqual(
		[laptop!.method, laptop!.path, laptop!.schedule],
		['syncthing', below('.pi-brain/synced/laptop'), undefined],
	);
	assert.deepEqual(server!.source, {kind: 'ssh', host: 'server', user: 'user', path: '.pi/agent/sessions'});
	assert.deepEqual([server!.schedule, server!.isDefaultSchedule, server!.enabled], ['*/15 * * * *', false, true]);
	assert.equal(server!.sourceText, 'user@server:~/.pi/agent/sessions/');
	assert.equal(work!.enabled, false);
});

test('the spokes of each method work as the sync protocol writes them', async t => {
	const place = await makeHome(t);
	assert.deepEqual(lines(await place.read(syncthing)), []);
	const loaded = await place.read(rsync);
	assert.deepEqual(lines(loaded), []);
	const {laptop} = spokesOf(loaded);
	assert.deepEqual([laptop!.schedule, laptop!.isDefaultSchedule, laptop!.invalid], ['*/15 * * * *', true, undefined]);
});

test('the limits of the sync protocol apply to every spoke', async t => {
	const place = await makeHome(t);
	const {laptop} = spokesOf(await place.read(limits + rsync));
	assert.equal(laptop!.initialSyncDays, 30);
	assert.deepEqual(laptop!.excludePatterns, ['*/2024/*']);
});

test('the bandwidth limit of the sync protocol is read, and what its example leaves out is said', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(bandwidth);
	assert.equal(spokesOf(loaded).laptop!.rsyncOptions.bwLimit, 1000);
	assert.match(errors(loaded).join(), /^config\.yaml:3:5 spokes\[0\] "laptop": source is missing/);
	const whole = await place.read(bandwidth.replace('    rsync_options', '    host: laptop\n    rsync_options'));
	assert.deepEqual(errors(whole), []);
	assert.equal(spokesOf(whole).laptop!.rsyncOptions.bwLimit, 1000);
});

test('the configuration of the runbook works as it stands', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(runbook);
	assert.deepEqual(lines(loaded), []);
	const {laptop, desktop} = spokesOf(loaded);
	assert.deepEqual(laptop!.source, {kind: 'ssh', host: 'laptop.local', user: 'will', path: '.pi/agent/sessions'});
	assert.deepEqual(
		[laptop!.method, laptop!.sshKey, laptop!.path, laptop!.schedule],
		[
			'rsync',
			path.join(place.home, '.ssh/id_ed25519'),
			path.join(place.home, '.pi-brain/synced/laptop'),
			'*/15 * * * *',
		],
	);
	assert.deepEqual(desktop!.source, {kind: 'ssh', host: '192.168.1.50', user: 'will', path: '.pi/agent/sessions'});
});

test('a folder of the runbook that already holds sessions is adopted, and said so', async t => {
	const place = await makeHome(t);
	await place.touch('.pi-brain/sessions/laptop/--home-will--/a.jsonl');
	await place.touch('.pi-brain/sessions/desktop/readme.txt');
	const loaded = await place.read(runbook);
	assert.equal(spokesOf(loaded).laptop!.path, path.join(place.folder, 'sessions/laptop'));
	assert.equal(spokesOf(loaded).desktop!.path, path.join(place.folder, 'synced/desktop'));
	assert.match(
		lines(loaded).join('\n'),
		/^config\.yaml:3:7 sync\.spokes\[0\] "laptop": note: path is .*already holds sessions/,
	);
});

test('a folder in use is kept when the runbook’s folder holds sessions too', async t => {
	const place = await makeHome(t);
	await place.touch('.pi-brain/sessions/laptop/a.jsonl');
	await place.touch('.pi-brain/synced/laptop/b.jsonl');
	const loaded = await place.read(runbook);
	assert.equal(spokesOf(loaded).laptop!.path, path.join(place.folder, 'synced/laptop'));
	assert.match(lines(loaded).join('\n'), /warning: sessions are in .* which is used/);
});
