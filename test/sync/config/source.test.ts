import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {parseSource, remoteProgram, sshSource} from '../../../source/sync/config/source.js';

const ssh = (host: string, user: string | undefined, path: string) => ({kind: 'ssh', host, user, path});

for (const [text, expected] of [
	['user@laptop:~/.pi/agent/sessions/', ssh('laptop', 'user', '.pi/agent/sessions')],
	['laptop:/srv/sessions//x/', ssh('laptop', undefined, '/srv/sessions/x')],
	['laptop:./', ssh('laptop', undefined, './')],
	['laptop:.', ssh('laptop', undefined, './')],
	['laptop:~', ssh('laptop', undefined, './')],
	['laptop:a b/$x/é', ssh('laptop', undefined, 'a b/$x/é')],
	['will@[fe80::1%eth0]:x', ssh('fe80::1%eth0', 'will', 'x')],
	['[::1]:/x', ssh('::1', undefined, '/x')],
	['my_alias-2.lan:x', ssh('my_alias-2.lan', undefined, 'x')],
	['bob@corp.example@gw:x', undefined],
	['laptop:~/-x', ssh('laptop', undefined, './-x')],
	['/mnt/usb/sessions/', {kind: 'local', path: '/mnt/usb/sessions'}],
	['/mnt/odd:name', {kind: 'local', path: '/mnt/odd:name'}],
	['~/usb', {kind: 'local', path: '/home/u/usb'}],
] as const) {
	test(`the source ${text} is ${expected ? 'understood' : 'refused'}`, () => {
		if (expected) assert.deepEqual(parseSource(text, '/home/u'), expected);
		else assert.throws(() => parseSource(text, '/home/u'), {name: 'ValueError'});
	});
}

for (const [text, reason] of [
	['', /empty/],
	['-e id:x', /begin with "-"/],
	['--rsh=id:x', /begin with "-"/],
	['-oProxyCommand=id:x', /begin with "-"/],
	['u@-oProxyCommand=id:x', /begins with "-"/],
	['rsync://host/module', /rsync daemon/],
	['host::module', /rsync daemon/],
	['u@host::module/x', /rsync daemon/],
	['ssh://host/x', /not a URL/],
	['host:', /names no folder/],
	[':x', /names no host/],
	['host:/', /whole spoke/],
	['host:../x', /"\.\."/],
	['host:~bob/x', /only ~\//],
	['host:-x', /begins with "-"/],
	['host:a*', /expand/],
	['ho st:x', /no host name/],
	['host;id:x', /no host name/],
	['$(id):x', /no host name/],
	['`id`@host:x', /no user name/],
	['-l@host:x', /begin with "-"/],
	['host:a\nb', /control/],
	['ho\u0000st:x', /control/],
	['host:\u001B[2J', /control/],
	['sessions/laptop', /must be user@host:path/],
	['[::1:x', /must be user@host:path/],
] as const) {
	test(`the source ${JSON.stringify(text)} is refused with the reason`, () => {
		assert.throws(() => parseSource(text, '/home/u'), {name: 'ValueError', message: reason});
	});
}

test('no source whatever gives a host, user or path that ssh or rsync takes for an option', () => {
	const nasty = fc.string({unit: fc.constantFrom(...'-~@:[]/.a1 ;$`*\n\u001B'), maxLength: 12});
	fc.assert(
		fc.property(nasty, text => {
			let source: ReturnType<typeof parseSource>;
			try {
				source = parseSource(text, '/home/u');
			} catch (error) {
				assert.equal((error as Error).name, 'ValueError');
				return;
			}

			assert.doesNotMatch(source.path, /^[-~]|[\n\u001B]|(?:^|\/)\.\.(?:\/|$)/);
			if (source.kind !== 'ssh') return;
			assert.doesNotMatch(source.host, /^-|[\s;$`@/\u001B]|^$/);
			assert.doesNotMatch(source.user ?? 'x', /^-|[\s;$`@/\u001B]|^$/);
		}),
		{numRuns: 3000},
	);
});

test('a user within host is the fallback of one given apart', () => {
	assert.deepEqual(sshSource('will@laptop', undefined, 'x'), ssh('laptop', 'will', 'x'));
	assert.throws(() => sshSource('a:22', undefined, 'x'), /a port goes into port:/);
});

test('rsync on the spoke is a program’s path and nothing more', () => {
	assert.equal(remoteProgram('/opt/homebrew/bin/rsync'), '/opt/homebrew/bin/rsync');
	assert.equal(remoteProgram('~/bin/rsync'), '~/bin/rsync');
	assert.equal(remoteProgram('rsync'), undefined);
	for (const text of ['sudo rsync', 'rsync;id', '$(id)', '-x', '', '/bin/sh -c id', 'a\nb', '~bob/rsync']) {
		assert.throws(() => remoteProgram(text), {name: 'ValueError'}, text);
	}
});
