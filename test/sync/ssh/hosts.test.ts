import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {sshHosts} from '../../../source/sync/ssh/hosts.js';
import {temporaryFolder} from '../../lab/after.js';

async function hostsOf(t: TestContext, files: Readonly<Record<string, string>>): Promise<string[]> {
	const {path: home} = await temporaryFolder(t);
	for (const [name, text] of Object.entries(files)) {
		await fs.mkdir(path.dirname(path.join(home, name)), {recursive: true});
		await fs.writeFile(path.join(home, name), text);
	}

	return sshHosts(path.join(home, '.ssh/config'), home);
}

test('aliases are named in their order, each once, and patterns are not', async t => {
	const config =
		'Host laptop nas\n\tUser will\nhost=gpu-box\nHost "work" *.lan !bad prod-?? nas\n# Host no\nMatch host x\n';
	assert.deepEqual(await hostsOf(t, {'.ssh/config': config}), ['laptop', 'nas', 'gpu-box', 'work']);
});

test('included files are read where they are named, also by patterns, and a circle ends', async t => {
	const files = {
		'.ssh/config': 'Include conf.d/*.conf ~/more\nHost last\n',
		'.ssh/conf.d/b.conf': 'Host b\nInclude config\n',
		'.ssh/conf.d/a.conf': 'Host a\n',
		more: 'Host more\n',
	};
	assert.deepEqual(await hostsOf(t, files), ['a', 'b', 'more', 'last']);
});

test('no file names nobody, and what could be an option or a control sequence is no host', async t => {
	assert.deepEqual(await hostsOf(t, {}), []);
	assert.deepEqual(await hostsOf(t, {'.ssh/config': 'Host -oProxyCommand=x \u001B[2J a:b good\n'}), ['good']);
});
