import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import {configCheck, configPath} from '../../source/commands/config.js';
import type {CommandIo} from '../../source/commands/types.js';
import {systemClock} from '../../source/sync/clock.js';
import {makeHome} from '../sync/config/place.js';

function makeIo(home: string) {
	const written = {stdout: '', stderr: ''};
	const stream = (name: keyof typeof written) => ({
		write(text: string) {
			written[name] += text;
		},
		isTerminal: false,
		columns: 80,
	});
	const io: CommandIo = {
		stdout: stream('stdout'),
		stderr: stream('stderr'),
		hasColor: false,
		env: {},
		home,
		hostname: 'atlas',
		clock: systemClock,
		signal: new AbortController().signal,
	};
	return {io, written};
}

const good = '  - {name: laptop, sync_method: rsync, source: "will@laptop:~/.pi/agent/sessions/", path: ~/s/laptop}\n';

test('config check of a good file says what was read and exits with 0', async t => {
	const place = await makeHome(t);
	await place.write(`spokes:\n${good}`);
	const {io, written} = makeIo(place.home);
	assert.equal(await configCheck(io, {file: place.file, json: false}), 0);
	assert.match(written.stdout, /config\.yaml: no errors, no warnings\n/);
	assert.match(
		written.stdout,
		/ {4}laptop {2}rsync {2}\*\/15 \* \* \* \* \(default\) {2}will@laptop:~\/\.pi\/agent\/sessions\/ → \/.*\/s\/laptop\n/,
	);
	assert.equal(written.stderr, '');
});

test('config check of a file with one bad spoke names line and column and exits with 2', async t => {
	const place = await makeHome(t);
	await place.write(`spokes:\n${good}  - name: server\n    sync_method: ftp\n`);
	const {io, written} = makeIo(place.home);
	assert.equal(await configCheck(io, {file: place.file, json: false}), 2);
	assert.match(written.stdout, /^config\.yaml:4:5 spokes\[1\] "server": sync_method must be one of rsync, /m);
	assert.match(written.stdout, /spokes {4}2, 1 of them cannot be used/);
});

test('config check --json writes one object and nothing else', async t => {
	const place = await makeHome(t);
	await place.write('spokes: [');
	const {io, written} = makeIo(place.home);
	assert.equal(await configCheck(io, {file: place.file, json: true}), 2);
	const {schema, file, ok, problems} = JSON.parse(written.stdout);
	assert.deepEqual([schema, file, ok, problems.length], [1, place.file, false, 1]);
	assert.equal(problems[0].line, 1);
});

test('config path prints the bare path first, then where everything else is', async t => {
	const place = await makeHome(t);
	await place.write('hub: {database_dir: ~/db}\n');
	const {io, written} = makeIo(place.home);
	assert.equal(await configPath(io, {file: place.file}), 0);
	const [first, ...rest] = written.stdout.split('\n');
	assert.equal(first, place.file);
	assert.ok(rest.includes(`state        ${path.join(place.home, 'db/sync.db')}`));
	assert.ok(rest.includes(`log          ${path.join(place.folder, 'logs/sync.log')}`));
});
