import assert from 'node:assert/strict';
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {after, before} from 'node:test';
import {type ScheduleOptions, schedule} from '../../source/commands/schedule.js';
import type {CommandIo} from '../../source/commands/types.js';
import {systemClock} from '../../source/sync/clock.js';
import {run} from '../../source/sync/process.js';
import {readCrontab} from '../../source/sync/schedule/crontabs.js';
import {patienceMs} from '../lab/after.js';

let root: string;
let bin: string;

before(async () => {
	root = await mkdtemp(join(tmpdir(), 'sched-'));
	// A path with everything that cron, the shell or systemd read as their own.
	const folder = join(root, `it's 100% "odd" $HOME`);
	await mkdir(folder);
	bin = join(folder, 'pi-brain-tui.js');
	await writeFile(
		bin,
		`#!/usr/bin/env node\nrequire('fs').writeFileSync(${JSON.stringify(join(root, 'ran.json'))}, JSON.stringify({argv: process.argv.slice(2), env: Object.keys(process.env)}));\nconsole.log('shown nowhere');\nconsole.error('kept');\n`,
	);
	await chmod(bin, 0o755);
});

after(async () => {
	await rm(root, {recursive: true, force: true});
});

async function printed(more: Partial<ScheduleOptions>): Promise<{code: number; stdout: string; stderr: string}> {
	const out = {stdout: '', stderr: ''};
	const stream = (name: 'stdout' | 'stderr') => ({
		write(text: string) {
			out[name] += text;
		},
		isTerminal: false,
		columns: 80,
	});
	const io: CommandIo = {
		stdout: stream('stdout'),
		stderr: stream('stderr'),
		hasColor: false,
		env: {},
		home: root,
		hostname: 'atlas',
		clock: systemClock,
		signal: new AbortController().signal,
	};
	const code = await schedule(io, {
		kind: 'cron',
		isWatch: false,
		configFile: undefined,
		configFolder: join(root, 'my config'),
		node: process.execPath,
		bin,
		platform: 'linux',
		...more,
	});
	return {code, ...out};
}

test('the cron line runs with nothing in its environment but HOME, and keeps complaints in a log', async () => {
	const {code, stdout} = await printed({configFile: join(root, 'other %.yaml')});
	assert.equal(code, 0);
	const entries = readCrontab(stdout, false);
	assert.equal(entries.length, 1);
	assert.ok(stdout.includes('\n*/15 * * * * mkdir -p '));
	const finished = await run(['env', '-i', `HOME=${root}`, '/bin/sh', '-c', entries[0]!.command], {
		limitMs: patienceMs,
	});
	assert.deepEqual([finished.exitCode, finished.stdout, finished.stderr], [0, '', '']);
	const ran = JSON.parse(await readFile(join(root, 'ran.json'), 'utf8')) as {argv: string[]};
	assert.deepEqual(ran.argv, ['--config', join(root, 'other %.yaml'), 'sync', 'run', '--all']);
	assert.equal(await readFile(join(root, 'my config/logs/cron.log'), 'utf8'), 'kept\n');
});

for (const isWatch of [false, true]) {
	test(`the printed ${isWatch ? 'watch service' : 'timer and service'} pass systemd's own check`, async t => {
		const {code, stdout} = await printed({kind: 'systemd', isWatch});
		assert.equal(code, 0);
		const folder = await mkdtemp(join(root, 'units-'));
		const files: string[] = [];
		for (const [, name, text] of stdout.matchAll(
			/^# ~\/\.config\/systemd\/user\/(\S+)\n([\s\S]*?)(?=^# ~|(?![\s\S]))/gm,
		)) {
			files.push(join(folder, name!));
			await writeFile(files.at(-1)!, text!);
		}

		assert.equal(files.length, isWatch ? 1 : 2);
		const finished = await run(['systemd-analyze', '--user', 'verify', ...files], {
			limitMs: patienceMs,
			env: {XDG_RUNTIME_DIR: folder},
		});
		if (finished.spawnError !== undefined) {
			t.diagnostic('no systemd-analyze here');
			return;
		}

		assert.deepEqual([finished.exitCode, finished.stderr], [0, '']);
	});
}

test("the timer keeps the documentation's times and name", async () => {
	const {stdout} = await printed({kind: 'systemd'});
	for (const line of ['OnBootSec=5min', 'OnUnitActiveSec=15min', 'Type=oneshot', 'WantedBy=timers.target']) {
		assert.ok(stdout.split('\n').includes(line), line);
	}

	assert.match(stdout, /enable --now pi-brain-sync\.timer/);
	assert.match(stdout, /100%% \\"odd\\" \$\$HOME\/pi-brain-tui\.js" sync run --all/);
});

test('macOS cron is given the folders in which rsync is installed there', async () => {
	const {stdout} = await printed({platform: 'darwin'});
	assert.match(stdout, /PATH=\/opt\/homebrew\/bin:/);
});

test('neither or both kinds, and paths no unit can hold, are refused; a temporary copy is warned of', async () => {
	assert.equal((await printed({kind: undefined})).code, 2);
	assert.equal((await printed({isWatch: true})).code, 2);
	const odd = await printed({bin: '/a\nb'});
	assert.deepEqual([odd.code, odd.stdout], [2, '']);
	assert.match((await printed({bin: '/home/w/.npm/_npx/1/node_modules/.bin/pi-brain-tui'})).stderr, /temporary copy/);
});
