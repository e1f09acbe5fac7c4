import assert from 'node:assert/strict';
import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {diagnosisJson, exitOfDiagnosis, syncDiagnose} from '../../source/commands/diagnose.js';
import {diagnosisText, runningText} from '../../source/commands/diagnose-text.js';
import {UsageError} from '../../source/commands/open-hub.js';
import type {CheckResult, Diagnosis} from '../../source/sync/diagnosis/types.js';
import {startServer} from '../lab/servers.js';
import {writeSession} from '../lab/sessions.js';
import {capture, commandLab} from './io.js';

const settings = {tui: {default_schedule: 'off'}};
/** For a server that says nothing: what answers has its usual time, however slow the machine is. */
const impatient = {tui: {default_schedule: 'off', ssh: {connect_timeout: 2}}};

test('sync diagnose takes one spoke that exists', async t => {
	const lab = await commandLab(t);
	await lab.configure({...settings, spokes: [{name: 'usb', sync_method: 'manual', source: await lab.drive('usb')}]});
	await assert.rejects(syncDiagnose(lab.io, {names: []}), UsageError);
	await assert.rejects(syncDiagnose(lab.io, {names: ['usb', 'usb']}), UsageError);
	await assert.rejects(syncDiagnose(lab.io, {names: ['nas']}), /no spoke is called 'nas'/);
});

test('a healthy spoke is a list of steps and exit 0; one that fails has evidence, cause and ways out, and exit 4', async t => {
	const lab = await commandLab(t, {env: {PATH: process.env.PATH}});
	const source = await lab.drive('usb');
	await writeSession(source, {seed: 1});
	await lab.configure({...settings, spokes: [{name: 'usb', sync_method: 'rsync', source}]});
	const code = await syncDiagnose(lab.io, {names: ['usb']});
	const {stdout, stderr} = lab.take();
	assert.equal(code, 0, stdout);
	assert.match(stdout, /^Diagnose usb \(rsync\): 8 pass; \d[\d.]* s\n\n ok {2}1 config entry: /);
	assert.match(stdout, /^ ok {2}6 dry run: 1 would arrive, .* {2}\d[\d.]* s$/m);
	assert.match(stdout, /\n\nAll is well\. Nothing was changed\.\n$/);
	assert.equal(stderr, '');

	rmSync(source, {recursive: true});
	assert.equal(await syncDiagnose(lab.io, {names: ['usb']}), 4);
	const failed = lab.take().stdout;
	assert.match(failed, /^ XX {2}5 source: ~\/drives\/usb is not there; is the drive mounted\?/m);
	assert.match(failed, /^ {7}\| ENOENT: /m);
	assert.match(failed, /^ \.\. {2}6 dry run: skipped: step 5 failed$/m);
	assert.match(failed, /^CAUSE {2}.* \[SOURCE_ABSENT\]$/m);
	assert.match(failed, /^ {7}Scenario [A-J] of the runbook: /m);
});

test('with --json there is one object as the interface has it, whatever goes wrong', async t => {
	const lab = await commandLab(t, {env: {PATH: process.env.PATH}});
	const {host, port} = await startServer('closing', t);
	const known = path.join(lab.home, 'known');
	writeFileSync(known, '');
	const spoke = {name: 'gpu', sync_method: 'rsync', source: `will@${host}:s`, port, known_hosts: known};
	await lab.configure({...settings, spokes: [spoke]});
	assert.equal(await syncDiagnose(lab.io, {names: ['gpu'], json: true}), 4);
	const text = lab.take().stdout;
	const report = JSON.parse(text) as Record<string, unknown> & {checks: Array<Record<string, unknown>>};
	assert.equal(text.split('\n').length, 2);
	assert.deepEqual([report.schema, report.spoke, report.verdict, report.cause], [1, 'gpu', 'fail', 'KEX_DROPPED']);
	const tcp = report.checks.find(({id}) => id === 'tcp')!;
	assert.equal(tcp.status, 'fail');
	for (const key of ['id', 'title', 'status', 'command', 'exit', 'tookMs', 'evidence']) assert.ok(key in tcp, key);
	for (const {status} of report.checks) assert.match(String(status), /^(?:pass|warn|fail|skip)$/);
	assert.ok(Array.isArray(report.fixes) && typeof report.scenario === 'string');
});

test('on a terminal what runs is told on stderr with its seconds, and taken away', async t => {
	const stderr = capture(60);
	const lab = await commandLab(t, {env: {PATH: process.env.PATH}, stderr});
	const {host, port} = await startServer('silent', t);
	await lab.configure({...impatient, spokes: [{name: 'gpu', sync_method: 'rsync', source: `will@${host}:s`, port}]});
	await syncDiagnose(lab.io, {names: ['gpu']});
	assert.match(stderr.text(), /\r\u001B\[K(?:[^\r]+ {3})?8 tcp … running \d s/);
	assert.ok(stderr.text().endsWith('\r\u001B[K'));
});

const check: CheckResult = {
	id: 'login',
	title: 'ssh login',
	status: 'fail',
	summary: 'Permission denied',
	command: 'ssh gpu true',
	exit: 255,
	startedAt: 1000,
	tookMs: 1100,
	limitMs: 5000,
	evidence: Array.from({length: 30}, (_, line) => `line ${line}`),
	cause: 'AUTH_DENIED',
};
const diagnosis: Diagnosis = {
	spoke: 'gpu',
	startedAt: 0,
	tookMs: 6400,
	isRunning: false,
	checks: [check],
	verdict: 'fail',
	cause: 'AUTH_DENIED',
	scenario: 'A',
	plain: 'The spoke refused every key.',
	why: 'It knows none of them.',
	fixes: [
		{
			title: 'give it the key',
			command: 'ssh-copy-id gpu',
			where: 'hub',
			note: 'asks for a password',
			action: undefined,
		},
		{title: 'make it', command: 'x', where: 'hub', note: undefined, action: {type: 'mkdir', path: '/x'}},
	],
};

test('evidence is cut in the text and whole in the JSON; only fixes with an action are runnable', () => {
	const text = diagnosisText(diagnosis, 'rsync', '/home/will').join('\n');
	assert.match(text, /\| \$ ssh gpu true\n.*\| line 0\n/);
	assert.match(text, /\| … and 18 more lines; --json has them all\n.*\| exit 255\n/);
	assert.match(text, /^FIX 1 {2}On the hub: give it the key\n {9}ssh-copy-id gpu\n {9}\(asks for a password\)$/m);
	const json = diagnosisJson(diagnosis) as {checks: CheckResult[]; fixes: Array<{runnable: boolean}>};
	assert.equal(json.checks[0]!.evidence.length, 30);
	assert.deepEqual(
		json.fixes.map(({runnable}) => runnable),
		[false, true],
	);
});

test('the exit status is that of the worst step, and several running steps stand on one line', () => {
	assert.deepEqual(
		[exitOfDiagnosis({verdict: 'ok'}), exitOfDiagnosis({verdict: 'warn'}), exitOfDiagnosis(diagnosis)],
		[0, 3, 4],
	);
	const running: CheckResult = {...check, status: 'running'};
	assert.equal(
		runningText({...diagnosis, checks: [check, running, running]}, 4100),
		'2 ssh login … running 3 s   3 ssh login … running 3 s',
	);
});
