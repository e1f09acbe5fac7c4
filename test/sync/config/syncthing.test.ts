import assert from 'node:assert/strict';
import test from 'node:test';
import {configOf, lines, makeHome} from './place.js';

const nothing = {url: undefined, apiKey: undefined, apiKeyFile: undefined, home: undefined, fingerprint: undefined};

test('a Syncthing is one map or a list of them', async t => {
	const place = await makeHome(t);
	const one = configOf(
		await place.read('tui: {syncthing: {home: ~/st, fingerprint: "ab:'.concat('cd:'.repeat(30), 'ef"}}\n')),
	);
	assert.deepEqual(one.tui.syncthing, [{...nothing, home: `${place.home}/st`, fingerprint: `AB${'CD'.repeat(30)}EF`}]);
	const two = await place.read(
		'tui:\n  syncthing:\n    - {url: "http://127.0.0.1:8384/", api_key: abc}\n    - {url: "https://[::1]:8385", api_key_file: ~/key}\n',
	);
	assert.deepEqual(lines(two), []);
	assert.deepEqual(configOf(two).tui.syncthing, [
		{...nothing, url: 'http://127.0.0.1:8384', apiKey: 'abc'},
		{...nothing, url: 'https://[::1]:8385', apiKeyFile: `${place.home}/key`},
	]);
});

test('a wrong value is reported with its place, and never with what was written where a key could stand', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(
		'tui:\n  syncthing:\n    - {url: "ftp://secret", api_key: "se cret", home: here, fingerprint: secret}\n    - 7\n',
	);
	assert.deepEqual(
		lines(loaded).map(line => line.slice(line.indexOf('config.yaml'))),
		[
			'config.yaml:3:8: tui: syncthing: url must be http:// or https:// with host and port, such as http://127.0.0.1:8384',
			'config.yaml:3:29: tui: syncthing: api_key must be the API key as Syncthing shows it',
			'config.yaml:3:49: tui: syncthing: home must begin with / or ~/, not "here"',
			'config.yaml:3:61: tui: syncthing: fingerprint must be the SHA-256 fingerprint of its certificate: 64 hexadecimal digits',
			'config.yaml:4:7: tui: syncthing: must be a map of keys and values',
		],
	);
	assert.deepEqual(configOf(loaded).tui.syncthing, [nothing, nothing]);
});
