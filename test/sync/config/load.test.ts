import assert from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {configFile} from '../../../source/sync/config/file.js';
import {configOf, errors, lines, makeHome, spokesOf} from './place.js';

test('the file is the flag’s, else the environment’s, else the default one', () => {
	assert.equal(configFile('~/a.yaml', {PI_BRAIN_CONFIG: '/b.yaml'}, '/home/u'), '/home/u/a.yaml');
	assert.equal(configFile(undefined, {PI_BRAIN_CONFIG: '/b.yaml'}, '/home/u'), '/b.yaml');
	assert.equal(configFile(undefined, {PI_BRAIN_CONFIG: ''}, '/home/u'), '/home/u/.pi-brain/config.yaml');
	assert.equal(configFile('x.yaml', {}, '/home/u'), path.resolve('x.yaml'));
});

test('without a file, or with an empty one, everything is at its default', async t => {
	const place = await makeHome(t);
	const absent = await place.load();
	assert.equal(absent.exists, false);
	const empty = await place.read('# nothing yet\n');
	assert.equal(empty.exists, true);
	for (const loaded of [absent, empty]) {
		assert.deepEqual(loaded.problems, []);
		const {tui, spokes} = configOf(loaded);
		assert.deepEqual(spokes, []);
		assert.deepEqual(tui, {
			defaultSchedule: '*/15 * * * *',
			probeIntervalMs: 60_000,
			staleAfterMs: 7_200_000,
			concurrency: 4,
			ssh: {multiplex: true, connectTimeoutSeconds: 10, stallTimeoutMs: 60_000},
			compress: 'auto',
			protect: 'auto',
			verifySchedule: '17 4 * * 0',
			notifyCommand: undefined,
			timeZone: undefined,
			syncthing: [],
			screen: {
				theme: 'auto',
				ascii: undefined,
				bell: 'on',
				title: true,
				hyperlinks: 'auto',
				clipboard: 'auto',
				maxFps: 30,
				keys: {},
			},
		});
	}
});

test('what cannot be parsed gives no configuration and says where', async t => {
	const place = await makeHome(t);
	for (const [text, expected] of [
		['spokes:\n  - name: "a\n', /^config\.yaml:3:1: is not valid YAML/],
		['a: 1\na: 2\n', /^config\.yaml:2:1: is not valid YAML: .*unique/],
		['- a\n', /^config\.yaml:1:1: must hold keys/],
		['a: *nobody\n', /^config\.yaml.*is not valid YAML/],
		[
			'a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n',
			/alias/,
		],
	] as const) {
		const loaded = await place.read(text);
		assert.equal(loaded.config, undefined, text);
		assert.match(errors(loaded).join(), expected);
	}
});

test('a folder in the place of the file is an error, not an absent file', async t => {
	const place = await makeHome(t);
	await mkdir(place.file);
	const loaded = await place.load();
	assert.equal(loaded.exists, true);
	assert.deepEqual(errors(loaded), ['config.yaml: is not a regular file']);
});

test('one bad spoke is shown with its line and column, and the others work', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(`future: {key: 1}
spokes:
  - name: laptop
    sync_method: rsync
    source: laptop:sessions
    colour: green
  - name: server
    sync_method: ftp
    path: ~/.pi-brain/synced/server
    port: 99999
  - just text
  - name: desk
    sync_method: manual
`);
	assert.deepEqual(errors(loaded), [
		'config.yaml:8:5 spokes[1] "server": sync_method must be one of rsync, syncthing, manual, api, not "ftp"',
		'config.yaml:10:5 spokes[1] "server": port must be a whole number from 1 to 65535, not 99999',
		'config.yaml:11:5 spokes[2]: must be a map of keys and values',
	]);
	const spokes = spokesOf(loaded);
	assert.deepEqual(Object.keys(spokes), ['laptop', 'server', 'spokes[2]', 'desk']);
	assert.equal(spokes.laptop!.invalid, undefined);
	assert.equal(spokes.desk!.invalid, undefined);
	assert.match(spokes.server!.invalid ?? '', /sync_method must be one of/);
	assert.equal(spokes.server!.line, 7);
	assert.ok(spokes['spokes[2]']!.invalid);
	assert.deepEqual(
		loaded.problems.map(problem => problem.spoke),
		['server', 'server', 'spokes[2]'],
	);
});

for (const [name, entry, expected] of [
	['a missing name', '{sync_method: manual}', /^config\.yaml:1:10 spokes\[0\]: name is missing/],
	['a name that is a path', '{name: ../x, sync_method: manual}', /name must be 1 to 64 letters/],
	['a name that is a number', '{name: 7, sync_method: manual}', /name must be text: put it in quotes/],
	['a missing method', '{name: a, source: "b:c"}', /sync_method is missing; it must be one of/],
	['a missing source', '{name: a, sync_method: rsync}', /source is missing/],
	[
		'a manual spoke over ssh',
		'{name: a, sync_method: manual, source: "b:c"}',
		/source must be a folder on this machine/,
	],
	[
		'an impossible schedule',
		'{name: a, sync_method: rsync, source: "b:c", schedule: "61 * * * *"}',
		/schedule must be a cron/,
	],
	['a schedule of four fields', '{name: a, sync_method: rsync, source: "b:c", schedule: "* * * *"}', /5 or 6 fields/],
	['a day that never comes', '{name: a, sync_method: rsync, source: "b:c", schedule: "0 0 31 2 *"}', /never comes/],
	['a relative path', '{name: a, sync_method: manual, path: synced/a}', /path must begin with \/ or ~\//],
	['somebody else’s home', '{name: a, sync_method: manual, path: ~bob/a}', /path cannot be "~bob\/a"/],
	['a switch that is text', '{name: a, sync_method: manual, enabled: yes}', /enabled must be true or false, not "yes"/],
	[
		'a program with arguments',
		'{name: a, sync_method: rsync, source: "b:c", rsync_path: sudo rsync}',
		/rsync_path must be/,
	],
	[
		'a dangerous host',
		'{name: a, sync_method: rsync, host: "-oProxyCommand=x"}',
		/host names a host that begins with "-"/,
	],
	['a dangerous user', '{name: a, sync_method: rsync, host: h, user: "$(id)"}', /user names .* which is no user name/],
] as const) {
	test(`${name} makes the spoke unusable, with the reason`, async t => {
		const place = await makeHome(t);
		const loaded = await place.read(`spokes: [${entry}]\n`);
		assert.match(errors(loaded).join('\n'), expected);
		assert.match(configOf(loaded).spokes[0]!.invalid ?? '', /./);
	});
}

test('schedules of 5 and 6 fields, names and off are understood', async t => {
	const place = await makeHome(t);
	const schedules = ['*/5 * * * *', '0 3 * * mon-fri', '30 */10 * * * *', 'off', '"OFF"', 'false'];
	const entries = schedules.map(
		(schedule, index) =>
			`  - {name: s${index}, sync_method: rsync, source: "h:x", schedule: ${/^[*\d]/.test(schedule) ? `"${schedule}"` : schedule}}\n`,
	);
	const loaded = await place.read(`spokes:\n${entries.join('')}`);
	assert.deepEqual(lines(loaded), []);
	const read = configOf(loaded).spokes.map(spoke => spoke.schedule);
	assert.deepEqual(read, [...schedules.slice(0, 3), undefined, undefined, undefined]);
});

test('the default schedule is for spokes that have something to run', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(`tui: {default_schedule: "7 * * * *"}
spokes:
  - {name: a, sync_method: rsync, source: "h:x"}
  - {name: b, sync_method: manual}
  - {name: c, sync_method: manual, source: /mnt/usb}
  - {name: d, sync_method: syncthing, schedule: "* * * * *", rsync_options: ["-z"]}
  - {name: e, sync_method: api}
`);
	const read = configOf(loaded).spokes.map(spoke => [spoke.schedule, spoke.isDefaultSchedule]);
	assert.deepEqual(read, [
		['7 * * * *', true],
		[undefined, false],
		['7 * * * *', true],
		[undefined, false],
		[undefined, false],
	]);
	assert.deepEqual(
		lines(loaded).map(line => line.replace(/.*"d": /, '')),
		[
			'warning: schedule is ignored: syncthing has nothing to run',
			'warning: rsync_options is ignored: syncthing does not use rsync',
		],
	);
});

test('settings are read, and a bad one is reported and stands at its default', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(`hub: {sessions_dir: relative, database_dir: ~/db}
tui:
  probe_interval: 0
  stale_after: 1d
  compress: off
  time_zone: Mars/Phobos
  notify_command: mail me
  ssh: {stall_timeout: soon, connect_timeout: 3, ssh_config: ~/ssh.cfg, known_hosts: ~/hosts}
sync:
  exclude_patterns: ["old/*", 3, "+ *"]
spokes:
  - {name: a, sync_method: rsync, source: "h:x", known_hosts: /own, stale_after: 90}
  - {name: b, sync_method: rsync, source: "h:y"}
`);
	const config = configOf(loaded);
	assert.deepEqual(
		errors(loaded).map(line => line.slice(0, line.indexOf(' must') === -1 ? 60 : line.indexOf(' must'))),
		[
			'config.yaml:1:7: hub: sessions_dir',
			'config.yaml:3:3: tui: probe_interval',
			'config.yaml:6:3: tui: time_zone',
			'config.yaml:7:3: tui: notify_command',
			'config.yaml:8:9: tui: ssh.stall_timeout',
			'config.yaml:10:31: sync: exclude_patterns',
			'config.yaml:10:34: sync: exclude_patterns "+ *" would change rsync’s other rules'.slice(0, 60),
		],
	);
	assert.equal(config.sessionsDir, path.join(place.home, '.pi/agent/sessions'));
	assert.equal(config.databaseDir, path.join(place.home, 'db'));
	assert.deepEqual(
		[config.tui.probeIntervalMs, config.tui.staleAfterMs, config.tui.compress],
		[60_000, 86_400_000, 'off'],
	);
	assert.deepEqual(config.tui.ssh, {multiplex: true, connectTimeoutSeconds: 3, stallTimeoutMs: 60_000});
	const [a, b] = config.spokes;
	assert.deepEqual([a!.knownHosts, a!.sshConfig, a!.staleAfterMs], ['/own', path.join(place.home, 'ssh.cfg'), 90_000]);
	assert.deepEqual([b!.knownHosts, b!.staleAfterMs], [path.join(place.home, 'hosts'), 86_400_000]);
	assert.deepEqual(b!.excludePatterns, ['old/*']);
});

test('the screen’s settings are read; switches may be written as YAML 1.1 has them', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(`tui:
  theme: high-contrast
  ascii: false
  bell: no
  title: false
  hyperlinks: on
  clipboard: osc52
  max_fps: 60
  keys: {sync: s, quit: [q, "1"], help: [], cancel: }
`);
	const bell = await place.read('tui: {bell: true, hyperlinks: false, clipboard: off}\n');
	const {screen} = configOf(loaded).tui;
	assert.deepEqual(errors(loaded), ['config.yaml:4:3: tui: bell must be one of on, off, visual, not "no"']);
	assert.deepEqual(screen, {
		theme: 'high-contrast',
		ascii: false,
		bell: 'on',
		title: false,
		hyperlinks: 'on',
		clipboard: 'osc52',
		maxFps: 60,
		keys: {sync: ['s'], quit: ['q', '1'], help: []},
	});
	const switched = configOf(bell).tui.screen;
	assert.deepEqual([switched.bell, switched.hyperlinks, switched.clipboard], ['on', 'off', 'off']);
});

test('a bad setting of the screen is reported where it stands and takes no other with it', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(`tui:
  theme: solarized
  ascii: "yes"
  max_fps: 0
  keys:
    sync: s
    quit: 1
    help: [h, [i]]
    top: {key: g}
`);
	assert.deepEqual(errors(loaded), [
		'config.yaml:2:3: tui: theme must be one of auto, mono, high-contrast, light, dark, not "solarized"',
		'config.yaml:3:3: tui: ascii must be true or false, not "yes"',
		'config.yaml:4:3: tui: max_fps must be a whole number of frames a second from 1 to 60, not 0',
		...[
			[7, 'quit'],
			[8, 'help'],
			[9, 'top'],
		].map(
			([line, key]) =>
				`config.yaml:${line}:5: tui: keys.${key} must be a key such as s, or a list of keys; a digit or a sign is put in quotes`,
		),
	]);
	const {theme, ascii, maxFps, keys} = configOf(loaded).tui.screen;
	assert.deepEqual([theme, ascii, maxFps, keys], ['auto', undefined, 30, {sync: ['s']}]);
	const list = await place.read('tui:\n  keys: [s]\n');
	assert.deepEqual(errors(list), ['config.yaml:2:3: tui: keys must be a map of commands and keys']);
	assert.deepEqual(configOf(list).tui.screen.keys, {});
});

test('source wins over the runbook’s keys, with a warning for each', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(
		'spokes: [{name: a, sync_method: rsync, source: "u@h:x", host: other, port: 2222}]\n',
	);
	assert.deepEqual(errors(loaded), []);
	assert.match(lines(loaded).join(), /warning: host is ignored: source is given and wins/);
	const {a} = spokesOf(loaded);
	assert.deepEqual([a!.source, a!.port], [{kind: 'ssh', host: 'h', user: 'u', path: 'x'}, 2222]);
});

test('text of the file reaches a message without control characters', async t => {
	const place = await makeHome(t);
	const loaded = await place.read('spokes: [{name: "\\e[31mred", sync_method: "\\e[2J\\u202e"}]\n');
	for (const line of lines(loaded)) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
});
