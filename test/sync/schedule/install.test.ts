import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {installSchedule, uninstallSchedule} from '../../../source/sync/schedule/install.js';
import {type InstallRequest, ScheduleError} from '../../../source/sync/schedule/install-types.js';
import {temporaryFolder} from '../../lab/after.js';

/** A PATH whose crontab keeps one file and whose systemctl notes what it is asked; the machine's own are never reached. */
async function lab(t: TestContext) {
	const {path: home} = await temporaryFolder(t);
	const bin = path.join(home, 'bin');
	await fs.mkdir(bin);
	const tab = path.join(home, 'tab');
	const program = async (name: string, text: string) =>
		fs.writeFile(path.join(bin, name), `#!/bin/sh\n${text}\n`, {mode: 0o755});
	await program(
		'crontab',
		`case $1 in -l) [ -f ${tab} ] || { echo "no crontab for will" >&2; exit 1; }; /bin/cat ${tab};; -) /bin/cat > ${tab};; *) exit 2;; esac`,
	);
	await program(
		'systemctl',
		`echo "$*" >> ${home}/asked; shift; case $1 in is-active|is-enabled) [ -f ${home}/on-$2 ];; enable) : > ${home}/on-$3;; disable) shift 2; for n; do /bin/rm -f ${home}/on-$n; done;; esac`,
	);
	await program('loginctl', 'echo no');
	const request = (kind: 'systemd' | 'cron', more: Partial<InstallRequest> = {}): InstallRequest => ({
		...{kind, home, env: {PATH: bin, HOME: home, USER: 'will'}, signal: new AbortController().signal},
		launch: {
			...{node: '/opt/node', bin: '/opt/pi 100%.js', configFile: undefined, platform: 'linux' as const},
			logFile: path.join(home, 'logs/cron.log'),
		},
		...more,
	});
	return {
		home,
		tab,
		request,
		program,
		asked: async () => (await fs.readFile(path.join(home, 'asked'), 'utf8')).trim().split('\n'),
		unit: (name: string) => path.join(home, '.config/systemd/user', name),
	};
}

test('the line joins a crontab whose other lines stay, once, and goes again without a trace', async t => {
	const {tab, request} = await lab(t);
	const others = '# my own\nMAILTO=will\n0 4 * * * backup --all\n';
	await fs.writeFile(tab, others);
	const first = await installSchedule(request('cron'));
	assert.equal(first.isChanged, true);
	const text = await fs.readFile(tab, 'utf8');
	assert.ok(text.startsWith(`${others}# pi-brain-tui: `));
	assert.match(text, /\n\*\/15 \* \* \* \* .*'\/opt\/pi 100\\%\.js' sync run --all/);
	assert.match(first.done.join('\n'), /added to your crontab: .*your other 3 lines were kept/s);
	assert.equal(first.undo, 'pi-brain-tui schedule --cron --uninstall');
	assert.equal((await installSchedule(request('cron'))).isChanged, false);
	assert.equal(await fs.readFile(tab, 'utf8'), text);
	assert.equal((await uninstallSchedule(request('cron'))).isChanged, true);
	assert.equal(await fs.readFile(tab, 'utf8'), others);
	assert.equal((await uninstallSchedule(request('cron'))).isChanged, false);
});

test('an earlier line of ours, marked or pasted by hand, is replaced in its place', async t => {
	const {tab, request} = await lab(t);
	await installSchedule(request('cron'));
	const line = (await fs.readFile(tab, 'utf8')).split('\n')[1]!;
	await fs.writeFile(
		tab,
		`A=1\n# pi-brain-tui: syncs x\n${line.replace('/opt/node', '/old/node')}\n5 5 * * * other\n${line}\n`,
	);
	const again = await installSchedule(request('cron'));
	assert.match(again.done[0]!, /^replaced in/);
	const now = (await fs.readFile(tab, 'utf8')).trimEnd().split('\n');
	assert.deepEqual([now[0], now[2], now[3], now.length], ['A=1', line, '5 5 * * * other', 4]);
});

test('a user without a crontab gets one; one that cannot be read is never overwritten', async t => {
	const {tab, request, program} = await lab(t);
	await installSchedule(request('cron'));
	assert.equal((await fs.readFile(tab, 'utf8')).split('\n').length, 3);
	await program('crontab', 'echo "You (will) are not allowed to use this program" >&2; exit 1');
	await assert.rejects(installSchedule(request('cron')), (error: Error) => {
		assert.ok(error instanceof ScheduleError);
		assert.match(error.message, /cannot be read: You \(will\) are not allowed/);
		return true;
	});
	assert.equal((await fs.readFile(tab, 'utf8')).split('\n').length, 3);
});

test('units are written, enabled and started, once; the other kind of ours makes way; nothing is left afterwards', async t => {
	const {request, asked, unit, home} = await lab(t);
	const first = await installSchedule(request('systemd'));
	assert.deepEqual(first.notes, ['so that it runs while nobody is logged in: loginctl enable-linger']);
	assert.match(await fs.readFile(unit('pi-brain-sync.timer'), 'utf8'), /OnUnitActiveSec=15min/);
	assert.deepEqual((await asked()).slice(-2), ['--user daemon-reload', '--user enable --now pi-brain-sync.timer']);
	const again = await installSchedule(request('systemd'));
	assert.deepEqual([again.isChanged, again.done], [false, ['pi-brain-sync.timer is installed and running already']]);

	const watch = await installSchedule(request('systemd', {isWatch: true}));
	assert.match(watch.done.join('\n'), /stopped and removed pi-brain-sync\.timer/);
	await assert.rejects(fs.stat(unit('pi-brain-sync.timer')));
	await assert.rejects(fs.stat(path.join(home, 'on-pi-brain-sync.timer')));
	assert.match(await fs.readFile(unit('pi-brain-watch.service'), 'utf8'), /sync watch/);

	assert.deepEqual((await uninstallSchedule(request('systemd'))).done, ['stopped and removed pi-brain-watch.service']);
	assert.deepEqual(await fs.readdir(path.dirname(unit('x'))), []);
	assert.equal((await uninstallSchedule(request('systemd'))).isChanged, false);
});

test('without a user manager nothing is written; when the start fails, what was there is there again', async t => {
	const {request, program, unit, home} = await lab(t);
	await program('systemctl', 'echo "Failed to connect to bus: No medium found" >&2; exit 1');
	await assert.rejects(installSchedule(request('systemd')), /Failed to connect to bus/);
	await assert.rejects(fs.stat(unit('pi-brain-sync.timer')));
	await program('systemctl', 'case $2 in enable|is-active|is-enabled) echo "Unit is masked" >&2; exit 1;; esac');
	await fs.mkdir(path.dirname(unit('x')), {recursive: true});
	await fs.writeFile(unit('pi-brain-sync.service'), 'mine');
	await fs.writeFile(unit('pi-brain-watch.service'), 'runs until something else does');
	await assert.rejects(installSchedule(request('systemd')), /enable --now pi-brain-sync\.timer failed: Unit is masked/);
	assert.equal(await fs.readFile(unit('pi-brain-sync.service'), 'utf8'), 'mine');
	assert.match(await fs.readFile(unit('pi-brain-watch.service'), 'utf8'), /^runs until/);
	await assert.rejects(fs.stat(unit('pi-brain-sync.timer')));
	await fs.rm(path.join(home, 'bin', 'systemctl'));
	await assert.rejects(installSchedule(request('systemd')), /there is no systemctl on this machine/);
});
