import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import test from 'node:test';
import fc from 'fast-check';
import {exampleNames} from '../../../scripts/docs/runbook.js';
import {type Cause, causes} from '../../../source/sync/causes.js';
import {causeFamilies, describedCauses, entryOf, explainCause} from '../../../source/sync/diagnosis/causes/index.js';
import {commandLine} from '../../../source/sync/diagnosis/causes/words.js';
import {classify} from '../../../source/sync/diagnosis/classify.js';
import {hintOf} from '../../../source/sync/diagnosis/hints.js';
import {type FixFacts, type FixNames, namesOf, withFacts, withResolved} from '../../../source/sync/diagnosis/names.js';
import {syncthingTroubles} from '../../../source/sync/diagnosis/syncthing-names.js';
import {checkIds, type Fix, scenarios} from '../../../source/sync/diagnosis/types.js';
import {folderWarnings} from '../../../source/sync/syncthing/advice.js';
import {emptyFolder} from '../../../source/sync/syncthing/convert.js';
import {clean} from '../../../source/text/clean.js';
import {fakeHubConfig, fakeSpokeConfig} from '../../lab/fake-config.js';

const home = '/home/will';
const laptop = fakeSpokeConfig('laptop');
const bare = namesOf(laptop);
const linux = namesOf(laptop, fakeHubConfig([laptop]), {platform: 'linux', home, user: 'will', scheduler: 'systemd'});
const mac = namesOf(laptop, fakeHubConfig([laptop]), {platform: 'darwin', home: '/Users/will', user: 'will'});
const stick = namesOf(
	fakeSpokeConfig('stick', {method: 'manual', source: {kind: 'local', path: '/media/usb/sessions'}}),
	fakeHubConfig([]),
	{platform: 'linux', home, user: 'will'},
);
const filled = namesOf(fakeSpokeConfig('phone', {method: 'syncthing', source: undefined}));
const settings = {
	...{
		id: 'it’s',
		label: 'it’s',
		path: '/hub',
		type: 'sendreceive',
		isPaused: false,
		versioning: '',
		ignoreDelete: true,
	},
	...{ignorePerms: false, maxConflicts: 0, devices: []},
};
const present = {type: 'ssh-ed25519', fingerprint: 'SHA256:new', line: '[laptop.local]:2222 ssh-ed25519 AAAA'};
const known = {
	...present,
	fingerprint: 'SHA256:old',
	file: `${home}/.ssh/known_hosts`,
	lineNumber: 7,
	marker: undefined,
};
const facts: FixFacts = {
	...{keyFile: `${home}/.ssh/id_ed25519`, keyMode: 0o644, keyOwner: 'root', agentKeys: 9, knownKeys: [known]},
	...{
		presentKeys: [present],
		serverSays: 'HTTP/1.1 400',
		shellNoise: 'welcome',
		forcedSays: 'no',
		spokeSystem: 'Darwin',
	},
	...{rsyncFound: '/opt/homebrew/bin/rsync', piRoot: '/data/pi/sessions', place: `${home}/.ssh/config:12`},
	...{complaint: 'Bad owner or permissions on /home/will/.ssh/config', path: `${home}/.pi-brain/synced`, owner: 'will'},
	...{neededBytes: 4096, freeBytes: 12, freeInodes: 9, isPingAlive: true, lastAddress: '10.0.0.9'},
	...{missingProgram: 'rsync', holder: 'sync watch, process 812', sessions: 3},
};
const rich = withFacts(
	withResolved(linux, {jump: 'gate@[fe80::1]:2200,other', isProxied: true, port: 2222, hostname: 'laptop.local'}),
	facts,
);
/** Every face of the failures of Syncthing, with everything a diagnosis can know. */
const faces = Object.fromEntries(
	syncthingTroubles.map(trouble => [
		trouble,
		withFacts(linux, {
			serverSays: 'connection refused',
			syncthing: {
				...{trouble, url: 'http://127.0.0.1:8384', home: `${home}/.config/syncthing`, myId: 'HUB-ID', folder: 'it’s'},
				...{device: {id: 'LAPTOP-ID', name: 'laptop'}, offered: 'pi sessions', error: 'permission denied', away: '3 d'},
				warnings: folderWarnings({...emptyFolder(settings), watchError: 'no watches left'}),
				changes: [{path: 'a/b.jsonl', bytes: 12, isDeleted: false, isFolder: false}],
				changeCount: 3,
			},
		}),
	]),
);
const samples: Readonly<Record<string, FixNames>> = {bare, linux, mac, stick, filled, rich, example: exampleNames};

function samplesOf(cause: Cause): Readonly<Record<string, FixNames>> {
	return cause.startsWith('ST_') ? {...samples, ...faces} : samples;
}

test('each face of a failure of Syncthing says what to do about it', () => {
	const texts = syncthingTroubles.map(trouble => {
		const cause = troubleCause(trouble);
		const {plain, fixes} = explainCause(cause, faces[trouble]!);
		assert.ok(fixes.length > 0, trouble);
		return plain;
	});
	assert.equal(new Set(texts).size, texts.length, 'no two are told in the same words');
});

function troubleCause(trouble: string): Cause {
	if (trouble === 'absent') return 'ST_DOWN';
	const isDevice = /device|never|disconnected|not-sharing|there/.test(trouble);
	return isDevice ? 'ST_DEVICE' : 'ST_FOLDER';
}

test('no fix of Syncthing reverts, deletes, or makes a marker by itself', () => {
	for (const names of Object.values(faces)) {
		for (const {action} of ['ST_FOLDER', 'ST_DEVICE', 'ST_LOCAL'].flatMap(
			cause => explainCause(cause as Cause, names).fixes,
		)) {
			if (!action) continue;
			assert.equal(action.type, 'syncthing');
			assert.doesNotMatch(
				JSON.stringify(action).replace('{"ignoreDelete":false}', ''),
				/revert|override|remove|delete"/i,
			);
		}
	}
});

function textsOf(cause: Cause, names: FixNames): string[] {
	const {title, plain, why, fixes} = explainCause(cause, names);
	return [
		title,
		plain,
		why,
		...fixes.flatMap(fix => [fix.title, fix.command, fix.note].filter(text => text !== undefined)),
	];
}

/** Words of a command as a real shell splits them, without running anything but printf. */
function shellWords(command: string): string[] {
	const script = `printf '%s\\0' ${command}`;
	const {status, stdout, stderr} = spawnSync('sh', ['-c', script], {
		encoding: 'utf8',
		env: {HOME: home, PATH: '/usr/bin:/bin'},
	});
	assert.equal(status, 0, `${command}: ${stderr}`);
	return stdout.split('\0').slice(0, -1);
}

/** Is it one command of plain words, or does the shell do something with it? */
function isPlain(command: string): boolean {
	return !/[|&;<>$*]|\besac\b/.test(command.replaceAll(/'[^']*'/g, ''));
}

test('every class is described once, in a family', () => {
	const described = causeFamilies.flatMap(([, family]) => family.map(({cause}) => cause));
	assert.deepEqual(described.toSorted(), [...causes].toSorted());
	assert.deepEqual(
		describedCauses().map(({cause}) => cause),
		[...causes],
	);
});

for (const cause of causes) {
	test(`${cause} has a scenario, a check, texts and fixes, whatever is known of the spoke`, () => {
		const entry = entryOf(cause);
		assert.ok(entry.scenario in scenarios);
		assert.ok(checkIds.includes(entry.check));
		assert.ok(entry.confirm.length > 10);
		for (const [kind, names] of Object.entries(samplesOf(cause))) {
			const {title, plain, why, fixes} = explainCause(cause, names);
			assert.match(title, /^[A-Za-z].{8,60}[^.]$/);
			assert.match(plain, /^[\w~/].{20,}[.!]$/);
			assert.match(why, /^[A-Za-z].{20,}\.$/);
			assert.equal(fixes.length > 0, cause !== 'UNKNOWN', kind);
			for (const text of textsOf(cause, names)) {
				assert.equal(text, clean(text, 8192), `${kind}: ${text}`);
				assert.doesNotMatch(
					text,
					/undefined|\[object|NaN|\bHOST\b|\bNAME\b|\bUSER\b(?<!\$USER)|\bFILE\b|\bKEY\b|<\w+>| {2,}|\(\)|\.\.$/,
					`${kind}: ${text}`,
				);
				assert.notEqual(text.trim(), '');
			}
		}
	});

	test(`the commands of ${cause} are good shell`, () => {
		for (const names of Object.values(samplesOf(cause))) {
			for (const {command} of explainCause(cause, names).fixes) {
				if (command === undefined) continue;
				const {status, stderr} = spawnSync('sh', ['-n', '-c', `f() {\n${command}\n}`], {encoding: 'utf8'});
				assert.equal(status, 0, `${command}: ${stderr}`);
				if (isPlain(command)) assert.ok(shellWords(command).length > 0);
			}
		}
	});
}

for (const {cause, signature} of describedCauses()) {
	if (typeof signature === 'string') continue;
	test(`the recorded text of ${cause} is recognised as that`, () => {
		assert.equal(classify(signature).cause, cause);
	});
}

test('what runs on the hub alone carries an action with absolute paths; with sudo, or on the spoke, nothing does', () => {
	const runnable = new Map<string, Cause>();
	for (const cause of causes) {
		for (const names of Object.values(samplesOf(cause))) {
			for (const {action, command, where} of explainCause(cause, names).fixes) {
				if (!action) continue;
				runnable.set(action.type, cause);
				assert.equal(where, 'hub');
				assert.doesNotMatch(command ?? '', /sudo/);
				if ('path' in action) assert.match(action.path, /^\//);
				if ('file' in action) assert.match(action.file, /^\//);
			}
		}
	}

	const types = ['chmod', 'hand-over', 'install-schedule', 'keygen', 'mkdir', 'replace-host-key'];
	types.push('syncthing', 'trust-host-key');
	assert.deepEqual([...runnable.keys()].toSorted(), types);
});

const first = (cause: Cause, names: FixNames): Fix => explainCause(cause, names).fixes[0]!;

test('the names of the spoke are in the commands', () => {
	assert.equal(
		first('AUTH_DENIED', exampleNames).command,
		'ssh-copy-id -i ~/.ssh/pi-brain-sync.pub -p 2222 will@laptop.local',
	);
	assert.deepEqual(first('AUTH_DENIED', exampleNames).action, {
		type: 'hand-over',
		argv: ['ssh-copy-id', '-i', `${home}/.ssh/pi-brain-sync.pub`, '-p', '2222', 'will@laptop.local'],
	});
	assert.equal(first('KEY_PERMS', exampleNames).command, 'chmod 600 ~/.ssh/pi-brain-sync');
	assert.equal(
		first('RSYNC_MISSING', rich).command,
		'pi-brain-tui spoke set laptop rsync_path=/opt/homebrew/bin/rsync',
	);
	assert.equal(
		first('DNS_NXDOMAIN', withFacts(linux, {lastAddress: 'fe80::2'})).command,
		"pi-brain-tui spoke set laptop 'source=will@[fe80::2]:.pi/agent/sessions'",
	);
	assert.equal(first('JUMP_FAILED', rich).command, 'ssh -p 2200 gate@fe80::1 true');
	const configured = {...rich, ssh: {...rich.ssh!, configFile: `${home}/.ssh/sync_config`}};
	assert.equal(first('JUMP_FAILED', configured).command, 'ssh -F ~/.ssh/sync_config -p 2200 gate@fe80::1 true');
	assert.match(
		explainCause('HOSTKEY_CHANGED', rich).plain,
		/\(~\/\.ssh\/known_hosts, line 7\).*Known: SHA256:old.*Now: SHA256:new/,
	);
	assert.equal(hintOf('AUTH_DENIED', laptop), "give the spoke this hub's key: ssh-copy-id will@laptop");
	assert.equal(hintOf('UNKNOWN', laptop), undefined);
});

test('what is known of the systems picks the commands', () => {
	assert.deepEqual(
		explainCause('TCP_REFUSED', withFacts(linux, {spokeSystem: 'Darwin'})).fixes.map(({command}) => command)[0],
		'sudo systemsetup -setremotelogin on',
	);
	assert.match(first('DNS_NXDOMAIN', mac).command!, /^dscacheutil /);
	assert.match(first('DNS_NXDOMAIN', linux).command!, /^getent /);
	assert.deepEqual(first('SCHEDULE_NOBODY', linux).action, {type: 'install-schedule', kind: 'systemd'});
});

test('the first fix follows what was found', () => {
	const run = `${home}/.pi-brain/run`;
	assert.deepEqual(first('MUX_SOCKET', withFacts(linux, {path: run})).action, {type: 'chmod', path: run, mode: 0o700});
	assert.match(first('MUX_SOCKET', linux).command!, /sync run/);
	const file = `${home}/.pi-brain/synced`;
	const moved = first('DST_PARENT', withFacts(linux, {path: file, place: file}));
	assert.deepEqual([moved.command, moved.action], ['mv -n ~/.pi-brain/synced ~/.pi-brain/synced.aside', undefined]);
	assert.equal(first('DST_PARENT', withFacts(linux, {path: file})).action?.type, 'mkdir');
	assert.match(hintOf('STALLED', laptop)!, /^sync again/);
});

test('a changed host key is never one step away from being trusted', () => {
	const [compare, replace, ...rest] = explainCause('HOSTKEY_CHANGED', rich).fixes;
	assert.deepEqual(rest, []);
	assert.deepEqual([compare!.where, compare!.action], ['spoke', undefined]);
	assert.equal(replace!.action?.type, 'replace-host-key');
	const inEtc = withFacts(rich, {knownKeys: [{...known, file: '/etc/ssh/ssh_known_hosts'}]});
	const [, shown] = explainCause('HOSTKEY_CHANGED', inEtc).fixes;
	assert.equal(shown!.action, undefined);
	assert.match(shown!.command!, /^sudo ssh-keygen -f \/etc\/ssh\/ssh_known_hosts /);
	assert.equal(
		explainCause('HOSTKEY_REVOKED', rich).fixes.find(({action}) => action),
		undefined,
	);
});

const hostile = fc.oneof(
	fc.string({unit: 'grapheme', minLength: 1, maxLength: 40}),
	fc.string({unit: 'binary', minLength: 1, maxLength: 40}),
	fc.constantFrom(
		"a b'c",
		'$(touch /tmp/x)',
		'`id`',
		'"; rm -rf ~; "',
		'~root',
		'=ls',
		'-rf',
		'*',
		'{a,b}',
		'!!',
		'ünï çødé 漢字',
		'\u202Eevil',
		'a\nb',
		'\u001B]0;x\u0007',
		'%h',
		'\\',
		"'",
	),
);

test('no name breaks out of a command', () => {
	fc.assert(
		fc.property(fc.array(hostile, {minLength: 1, maxLength: 6}), all => {
			const words = all.map(text => text.replaceAll('\0', ''));
			const line = commandLine(home, words);
			assert.equal(line, clean(line, 100_000));
			assert.deepEqual(
				shellWords(line),
				words.map(word => clean(word, 4096)),
			);
		}),
		{numRuns: 150},
	);
});

test('a command that cannot be shown as it is is neither shown nor run', () => {
	const odd = namesOf(fakeSpokeConfig('laptop', {sshKey: `${home}/a\u202Eb`}), fakeHubConfig([laptop]));
	const {command, action, note} = first('KEY_PERMS', odd);
	assert.deepEqual([command, action], [undefined, undefined]);
	assert.match(note!, /cannot be printed/);
});

test('hostile names leave every fix one command of the same words', () => {
	fc.assert(
		fc.property(hostile, hostile, hostile, hostile, (user, host, file, text) => {
			const spoke = fakeSpokeConfig('laptop', {
				source: {kind: 'ssh', user, host, path: file},
				sshKey: `${home}/${file}`,
				path: `/hub/${file}`,
			});
			const evil = namesOf(
				spoke,
				fakeHubConfig([spoke]),
				{platform: 'linux', home, user},
				{
					...{serverSays: text, shellNoise: text, complaint: text, rsyncFound: text, piRoot: text, lastAddress: text},
					...{forcedSays: text, owner: text, keyOwner: text, path: `/hub/${text}`, place: text, holder: text},
				},
			);
			for (const cause of causes) {
				for (const line of textsOf(cause, evil)) assert.equal(line, clean(line, 100_000), cause);
				for (const {command} of explainCause(cause, evil).fixes) {
					// With every quoted part taken away, only our own words are left.
					const outside = command?.replaceAll(/'[^']*'|\\'/g, '') ?? '';
					assert.doesNotMatch(outside, /`|\$\(touch/, `${cause}: ${command}`);
				}
			}
		}),
		{numRuns: 60},
	);
});

test('a path below the home is found by the shell that reads the command', () => {
	fc.assert(
		fc.property(hostile, name => {
			const text = `f${clean(name.replaceAll('\0', ''), 4096)}`;
			const [word] = shellWords(commandLine(home, [{hub: `${home}/${text}`}]));
			assert.equal(word, `${home}/${text}`);
			const [there] = shellWords(commandLine(undefined, [{spoke: text}]));
			assert.equal(there, `${home}/${text}`);
		}),
		{numRuns: 60},
	);
});
