import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {after, before} from 'node:test';
import {explain, type ForeignWriter, findForeignWriters} from '../../../source/sync/schedule/foreign.js';
import {type ForeignSources, systemSources} from '../../../source/sync/schedule/foreign-sources.js';
import {listProcesses} from '../../../source/sync/schedule/processes.js';
import {patienceMs, waitFor} from '../../lab/after.js';

// Both literally as pi-brain's own documentation spells them.
const seedCron = `# Sync every 15 minutes
*/15 * * * * rsync -avz --delete \\
  user@laptop:~/.pi/agent/sessions/ \\
  ~/.pi-brain/synced/laptop/
`;
const seedScript = `#!/bin/bash
# ~/.pi-brain/scripts/sync-all.sh

SYNC_DIR="$HOME/.pi-brain/synced"

# Laptop
rsync -avz --delete \\
  user@laptop:~/.pi/agent/sessions/ \\
  "$SYNC_DIR/laptop/"

# Server
rsync -avz --delete \\
  user@server:~/.pi/agent/sessions/ \\
  "$SYNC_DIR/server/"
`;
const seedTimer = `# ~/.config/systemd/user/pi-brain-sync.timer
[Unit]
Description=Sync pi sessions from spokes

[Timer]
OnBootSec=5min
OnUnitActiveSec=15min

[Install]
WantedBy=timers.target
`;

let home: string;

before(async () => {
	home = await mkdtemp(join(tmpdir(), 'foreign-'));
	await mkdir(join(home, 'units'));
	await mkdir(join(home, 'cron.d'));
	await mkdir(join(home, '.pi-brain/scripts'), {recursive: true});
});

after(async () => {
	await rm(home, {recursive: true, force: true});
});

function spokes() {
	return ['laptop', 'server', 'lap'].map(spoke => ({spoke, path: join(home, '.pi-brain/synced', spoke)}));
}

async function find(more: Partial<ForeignSources>): Promise<ForeignWriter[]> {
	const nothing: ForeignSources = {
		home,
		crontab: ['/nonexistent/crontab', '-l'],
		systemCrontabs: [],
		unitFolders: [],
		scriptFolders: [],
		processes: async () => [],
	};
	return findForeignWriters({paths: spokes(), sources: {...nothing, ...more}, signal: AbortSignal.timeout(patienceMs)});
}

async function inCrontab(text: string): Promise<ForeignWriter[]> {
	await writeFile(join(home, 'crontab'), text);
	return find({crontab: ['cat', join(home, 'crontab')]});
}

function brief(writers: readonly ForeignWriter[]): string[] {
	return writers.map(({spoke, kind, isDeleting}) => `${spoke} ${kind}${isDeleting ? ' deletes' : ''}`);
}

test("the documentation's cron line is found, called dangerous, and said never to work as pasted", async () => {
	const [writer, ...others] = await inCrontab(seedCron);
	assert.deepEqual(others, []);
	assert.deepEqual(
		[writer?.spoke, writer?.kind, writer?.where, writer?.program, writer?.isDeleting, writer?.isBroken, writer?.isSelf],
		['laptop', 'crontab', 'cat of this user:2', 'rsync', true, true, false],
	);
	const text = explain(writer!).join('\n');
	assert.match(text, /folder of laptop: \*\/15 \* \* \* \* rsync -avz --delete user@laptop/);
	assert.match(text, /--delete is dangerous/);
	assert.match(text, /does not join lines/);
	assert.match(text, /crontab -e; pi-brain-tui schedule --cron/);
});

test('a crontab that names a script or runs through wrappers is followed to the line that writes', async () => {
	const script = join(home, '.pi-brain/scripts/sync-all.sh');
	await writeFile(script, seedScript);
	for (const command of [
		script,
		'~/.pi-brain/scripts/sync-all.sh >/dev/null 2>&1',
		`bash ${script}`,
		`nice -n 5 flock -n /tmp/l bash -c '. ${script}'`,
	]) {
		const writers = await inCrontab(`MAILTO=""\n\n@hourly ${command}\n`);
		assert.deepEqual(brief(writers), ['laptop crontab deletes', 'server crontab deletes'], command);
		assert.deepEqual(
			writers.map(({where, via}) => [where, via]),
			[
				[`${script}:7`, 'cat of this user:3'],
				[`${script}:12`, 'cat of this user:3'],
			],
		);
	}

	const alone = await find({scriptFolders: [join(home, '.pi-brain/scripts')]});
	assert.deepEqual(brief(alone), ['laptop script deletes', 'server script deletes']);
	assert.match(explain(alone[0]!).join('\n'), /do not run .*sync-all\.sh any more/);
});

test("the documentation's timer, service and script are one finding per spoke, and the timer is named", async () => {
	const script = join(home, '.pi-brain/scripts/sync-all.sh');
	await writeFile(script, seedScript);
	await writeFile(join(home, 'units/pi-brain-sync.timer'), seedTimer);
	await writeFile(
		join(home, 'units/pi-brain-sync.service'),
		'[Unit]\nDescription=Sync pi sessions from spokes\n\n[Service]\nType=oneshot\nExecStart=%h/.pi-brain/scripts/sync-all.sh\n',
	);
	const writers = await find({unitFolders: [join(home, 'units')], scriptFolders: [join(home, '.pi-brain/scripts')]});
	assert.deepEqual(brief(writers), ['laptop systemd deletes', 'server systemd deletes']);
	assert.equal(writers[0]?.where, `${script}:7`);
	assert.match(explain(writers[0]!).join('\n'), /systemctl --user disable --now pi-brain-sync\.timer/);
});

test('system crontabs are read with their user field', async () => {
	await writeFile(
		join(home, 'cron.d/pi'),
		`SHELL=/bin/sh\nDEST=${home}/.pi-brain/synced\n0 * * * * root rsync -a --del host:/s/ $DEST/server\n`,
	);
	const writers = await find({systemCrontabs: [join(home, 'cron.d'), '/nonexistent']});
	assert.deepEqual(brief(writers), ['server crontab deletes']);
	assert.equal(writers[0]?.where, `${join(home, 'cron.d/pi')}:3`);
});

test('what writes below, above, by variable or by loop is found; what only reads, lists or writes elsewhere is not', async () => {
	const cases: ReadonlyArray<readonly [string, string[]]> = [
		['rsync -a laptop:s/ ~/.pi-brain/synced/laptop/proj', ['laptop crontab']],
		[
			'rsync -a --delete-after old: ~/.pi-brain/',
			['laptop crontab deletes', 'server crontab deletes', 'lap crontab deletes'],
		],
		[
			'for s in laptop server; do rsync -a $s:s/ "$HOME/.pi-brain/synced/$s/"; done',
			['laptop crontab', 'server crontab', 'lap crontab'],
		],
		['cd ~/.pi-brain/synced && scp -r lap:s/* lap', ['lap crontab']],
		[
			'find ~/.pi-brain/synced -mtime +30 -delete',
			['laptop crontab deletes', 'server crontab deletes', 'lap crontab deletes'],
		],
		['rclone sync box:pi "$DIR/x"; cp a ~/.pi-brain/synced/server/', ['server crontab']],
		['/usr/bin/unison -batch ~/.pi-brain/synced/lap ssh://lap/s', ['lap crontab deletes']],
		['rsync -a --delete home: ~', ['laptop crontab deletes', 'server crontab deletes', 'lap crontab deletes']],
		['rsync -a --delete ~/.pi-brain/synced/ backup:pi/', []],
		['rsync -avzn --delete laptop:s/ ~/.pi-brain/synced/laptop/', []],
		['rsync -a laptop:s/ ~/.pi-brain/synced/laptop2/', []],
		['scp box:notes.txt ~/', []],
		['rsync -a laptop:s/ "$NOBODY_SET_THIS"', []],
		['echo rsync -a x: ~/.pi-brain/synced/lap', []],
		['true # rsync -a x: ~/.pi-brain/synced/lap', []],
		['ls ~/.pi-brain/synced/laptop', []],
	];
	for (const [command, expected] of cases) {
		assert.deepEqual(brief(await inCrontab(`5 4 * * 1 ${command}\n`)), expected, command);
	}
});

test('our own lines are told as ours', async () => {
	const writers = await inCrontab(
		'*/15 * * * * /usr/bin/node /opt/x/dist/pi-brain-tui.js sync run --all >/dev/null\n0 1 * * * pi-brain-tui sync run lap\n',
	);
	assert.deepEqual(
		writers.map(({spoke, isSelf, where}) => `${spoke} ${isSelf} ${where}`),
		['laptop', 'server', 'lap'].map(spoke => `${spoke} true cat of this user:1`).concat('lap true cat of this user:2'),
	);
	assert.match(explain(writers[0]!).join('\n'), /already/);
});

test('a live copy into a spoke folder is found by its arguments; our own children and staging are ours', async () => {
	const path = join(home, '.pi-brain/synced/laptop');
	await mkdir(path, {recursive: true});
	const script = 'while :; do sleep 0.05; done';
	// Behind a shell that leaves at once, so that it is nobody's child.
	const behind = '(exec -a rsync bash -c "$1" --server . "$2") >/dev/null 2>&1 & echo $!';
	const shell = spawn('bash', ['-c', behind, 'x', script, `${path}/`], {detached: true});
	const [bytes] = (await once(shell.stdout, 'data')) as [Buffer];
	await once(shell, 'exit');
	const own = spawn('bash', ['-c', script, 'host:/s/', path], {argv0: 'rsync', stdio: 'ignore', detached: true});
	const ofThisTest = async () => (await listProcesses()).filter(({argv}) => argv.some(word => word.startsWith(home)));
	try {
		const look = async () => {
			const found = await find({processes: ofThisTest});
			return found.length >= 2 ? found : undefined;
		};
		const writers = await waitFor(look, {message: 'both to run'});
		const foreign = writers.filter(({isSelf}) => !isSelf);
		assert.deepEqual(brief(foreign), ['laptop process']);
		assert.match(foreign[0]!.where, /^pid \d+$/);
		assert.deepEqual(
			writers.filter(({isSelf}) => isSelf).map(({where}) => where),
			[`pid ${own.pid}`],
		);
		const staged = await find({
			processes: async () => [
				{pid: 2, ppid: 1, pgid: 2, startTime: '', isZombie: false, argv: ['rsync', 'h:', `${path}/.pi-brain-staging/`]},
			],
		});
		assert.deepEqual(
			staged.map(({isSelf}) => isSelf),
			[true],
		);
	} finally {
		process.kill(Number(bytes), 'SIGKILL');
		own.kill('SIGKILL');
		// The next tests look at the whole machine, on which the dying still show.
		await waitFor(async () => (await ofThisTest()).length === 0, {message: 'both to be gone'});
	}
});

test('text from elsewhere is shown without control characters', async () => {
	const [writer] = await inCrontab('* * * * * rsync -a x: ~/.pi-brain/synced/lap/\x1b[31m\n');
	assert.doesNotMatch(explain(writer!).join('\n'), /\x1b/);
});

test('the places of a real machine can be searched, whatever is absent', async () => {
	const writers = await findForeignWriters({
		paths: spokes(),
		sources: systemSources(home),
		signal: AbortSignal.timeout(patienceMs),
	});
	// What runs on this machine on schedule, of another test or of whoever works here, is ours and has its right to be there.
	const others = writers.filter(({kind, isSelf}) => kind !== 'script' && !isSelf);
	assert.deepEqual(others, [], 'only the script in the test folder');
});
