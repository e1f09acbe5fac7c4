import assert from 'node:assert/strict';
import test from 'node:test';
import type {Cause} from '../../../source/sync/causes.js';
import {classify, type Evidence} from '../../../source/sync/diagnosis/classify.js';
import {dead, denied, recorded, remote} from './recorded.js';

function causeOf(evidence: Omit<Evidence, 'program'> & {program?: Evidence['program']}): Cause {
	return classify({program: 'rsync', ...evidence}).cause;
}

for (const [cause, stderr, codes = [12, 255]] of recorded) {
	test(`${cause}: ${stderr.trim().split(/\r?\n/).at(0)}`, () => {
		for (const exitCode of codes) assert.equal(causeOf({stderr: stderr + dead, exitCode}), cause);
		assert.equal(causeOf({stderr, exitCode: codes.at(-1), program: 'ssh'}), cause);
	});
}

for (const [cause, stderr, codes] of remote) {
	test(`${cause}: ${stderr.split('\n').at(0)}`, () => {
		for (const exitCode of codes) assert.equal(causeOf({stderr, exitCode}), cause);
	});
}

test('a banner that quotes every failure changes no classification', () => {
	const banner = recorded
		.map(([, stderr]) => stderr)
		.filter(text => !/^(?:Load|no such|Warn|sign|@|Your)/.test(text))
		.join('');
	// What only comes after a login: the banner was there before, its lines can only be quotes.
	for (const [cause, stderr, codes] of remote) {
		if (cause === 'SHELL_DIED') continue;
		for (const exitCode of codes)
			assert.equal(causeOf({stderr: `${banner}Have a nice day.\n${stderr}`, exitCode}), cause, stderr);
	}

	assert.equal(
		causeOf({stderr: `${banner}Have a nice day.\n${denied}${dead}`, exitCode: 255}),
		'AUTH_DENIED' satisfies Cause,
	);
	const plain = 'ssh: connect to host x port 22: Connection refused\nrsync: command not found\n';
	assert.equal(causeOf({stderr: plain + denied + dead, exitCode: 255}), 'AUTH_DENIED');
	assert.equal(
		causeOf({stderr: `${plain}${remote.find(([cause]) => cause === 'SRC_MISSING')![1]}`, exitCode: 23}),
		'SRC_MISSING',
	);
});

test('warnings of a newer OpenSSH are no cause, and what is unknown stays as it came', () => {
	const warning =
		'** WARNING: connection is not using a post-quantum key exchange algorithm.\r\n** This session may be vulnerable to "store now, decrypt later" attacks.\r\n** The server may need to be upgraded. See https://openssh.com/pq.html\r\n';
	assert.equal(causeOf({stderr: denied + warning, exitCode: 255}), 'AUTH_DENIED');
	const odd = classify({stderr: 'the cat \u001b[31msat on it\n', exitCode: 5, program: 'ssh'});
	assert.deepEqual(odd, {cause: 'UNKNOWN', message: 'the cat sat on it', detail: 'the cat sat on it'});
	const silent = classify({stderr: '', exitCode: 255, program: 'ssh'});
	assert.deepEqual([silent.cause, silent.message], ['UNKNOWN', 'ssh ended with code 255 and said nothing']);
});

test('the message is the line that says it, without control characters', () => {
	const {message, detail} = classify({
		stderr: `\u001b]0;x\u0007hello\n${denied}${dead}`,
		exitCode: 255,
		program: 'rsync',
	});
	assert.equal(message, 'will@laptop: Permission denied (publickey).');
	assert.doesNotMatch(detail, /[\u001b\u0007]/);
});

test('a program that is not there is missing on the hub; a login without a shell says so on stdout', () => {
	assert.equal(causeOf({stderr: '', exitCode: undefined, spawnError: 'ENOENT'}), 'RSYNC_MISSING_HUB');
	const stdout = 'This account is currently not available.\n';
	assert.equal(causeOf({stderr: '', stdout, exitCode: 1, program: 'ssh'}), 'NOLOGIN_SHELL');
});
