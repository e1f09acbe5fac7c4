import assert from 'node:assert/strict';
import {chmod, mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {openScene} from '../../source/commands/open-scene.js';
import {systemClock} from '../../source/sync/clock.js';
import type {ProblemScene} from '../../source/terminal/scene.js';
import {temporaryFolder, waitFor} from '../lab/after.js';
import {type Dashboard, type DashboardOptions, openDashboard, type StagedSpoke} from '../lab/dashboard.js';
import type {Cost} from '../lab/screen.js';
import {matchSnapshot} from '../lab/snapshot.js';

// Times are shown in the zone of the machine.
process.env.TZ = 'UTC';

const folder = import.meta.dirname;

/** One spoke for every word a row can say, and what else makes a row another one. */
const everyWord: readonly StagedSpoke[] = [
	{name: 'laptop'},
	{name: 'server', kind: 'syncing'},
	{name: 'gpu-box', kind: 'auth'},
	{name: 'work-laptop', kind: 'late'},
	{name: 'nas', kind: 'host-key'},
	{name: 'old-mac', kind: 'disabled'},
	{name: 'build-01', kind: 'remote-config'},
	{name: 'build-02', kind: 'held'},
	{name: 'raspberry', kind: 'unreachable'},
	{name: 'studio', kind: 'error'},
	{name: 'thinkpad', kind: 'asleep'},
	{name: 'devbox', kind: 'due'},
	{name: 'pixel-tablet', kind: 'never'},
	{name: 'mum', kind: 'local-disk'},
	{name: 'ci-runner-eu-west-1', kind: 'invalid'},
	{name: 'phone', kind: 'undriven'},
];

/** What is said for some seconds only, and the keys that have it said again. */
interface Passing {
	readonly line: RegExp;
	readonly again: readonly string[];
}

/** What is pressed from the main view on, what must be there then, and what leads back. */
const views: ReadonlyArray<{
	readonly name: string;
	readonly keys: readonly string[];
	readonly shows?: RegExp;
	readonly says?: Passing;
	readonly back: readonly string[];
}> = [
	{name: 'filter-prompt', keys: ['/', 'b', 'u'], back: ['enter']},
	{name: 'filtered', keys: [], back: ['escape']},
	{name: 'faults', keys: ['f'], back: ['f']},
	{name: 'wide', keys: ['w'], back: ['w']},
	{name: 'detail', keys: ['/', 'build-02', 'enter', 'enter'], shows: /projects/, back: ['escape', 'escape']},
	{name: 'versions', keys: ['/', 'build-02', 'enter', 'h'], shows: /held: gone/, back: ['escape', 'escape']},
	{name: 'confirm-release', keys: [':', 'release build-02', 'enter'], back: ['n']},
	{name: 'log', keys: ['l', 'l'], back: ['escape']},
	{name: 'help', keys: ['?'], back: ['escape']},
	{name: 'config', keys: ['i'], back: ['escape']},
	{name: 'command', keys: [':', 'sync bu', 'tab'], back: ['escape']},
	{name: 'copy', keys: ['y'], back: ['escape']},
	{
		name: 'marked-sorted',
		keys: ['g', 'j', 'space', 'j', 'space', 'o'],
		says: {line: /sorted by name/, again: [':', 'sort name', 'enter']},
		back: [],
	},
];

async function open(t: TestContext, options: DashboardOptions = {}): Promise<Dashboard> {
	return openDashboard(t, {spokes: everyWord, columns: 80, rows: 24, ...options});
}

/**
 * Waits until the screen looks as it once did: what a view shows is read piece by piece, the disks last.
 * @returns the frame
 */
async function looksLike(name: string, {picture, screen}: Dashboard, shows?: RegExp, says?: Passing): Promise<string> {
	const look = async () => {
		const frame = await picture(shows);
		// On a machine that stood still for seconds it is gone already.
		if (says && !says.line.test(frame)) await screen.press(...says.again);
		matchSnapshot(name, frame, {folder});
		return {frame};
	};
	return (await waitFor(look, {message: `the picture ${name}`})).frame;
}

/** The row under the cursor, by the spoke's name. */
function selected(frame: string): string | undefined {
	return /^> ?\S? ?(?:\S )?(\S+)/m.exec(frame)?.[1];
}

for (const [columns, rows] of [
	[120, 40],
	[80, 24],
	[60, 20],
	[40, 8],
] as const) {
	test(`every view has its place on ${columns}x${rows}, and keys lead from one to the next and back`, async t => {
		const dashboard = await open(t, {columns, rows});
		const look = async (name: string, shows?: RegExp, says?: Passing) => {
			const frame = await looksLike(`${name}-${columns}x${rows}`, dashboard, shows, says);
			assert.equal(frame.split('\n').length, rows, `${name} is as high as the screen`);
		};
		await look('main', columns === 120 ? /4 projects/ : undefined);
		for (const {name, keys, shows, says, back} of views) {
			await dashboard.screen.press(...keys);
			await look(name, rows > 8 ? shows : undefined, says);
			await dashboard.screen.press(...back);
		}

		const last = await dashboard.screen.frame();
		assert.match(selected(last) ?? '', /^ci-run/, `the main view, with the spoke that was marked last:\n${last}`);
	});
}

test('what a verify found has its place at every size, and is looked into and left again', async t => {
	const dashboard = await open(t, {spokes: [{name: 'build-02', kind: 'held'}]});
	await dashboard.picture(/held 3 sessions/);
	await dashboard.screen.press('v');
	for (const [columns, rows] of [
		[120, 40],
		[80, 24],
		[60, 20],
		[40, 8],
	] as const) {
		await dashboard.screen.resize(columns, rows);
		const frame = await looksLike(`verify-${columns}x${rows}`, dashboard, /RESULT[\s\S]*need a look/);
		assert.equal(frame.split('\n').length, rows);
	}

	await dashboard.screen.press('enter', 'enter');
	await dashboard.screen.waitFor(/jsonl/);
	await dashboard.screen.press('escape', 'escape', 'escape');
	await dashboard.screen.waitFor(/SPOKE/);
});

test('without colours the same is said, and nothing is coloured', async t => {
	const dashboard = await open(t, {env: {NO_COLOR: '1'}});
	await looksLike('main-80x24', dashboard);
	const {rows} = await dashboard.screen.picture();
	const colored = rows
		.flat()
		.filter(({foreground, background}) => foreground !== undefined || background !== undefined);
	assert.deepEqual(colored, []);
});

test('a terminal without UTF-8 gets nothing but ASCII', async t => {
	const dashboard = await open(t, {env: {LANG: 'C'}});
	await looksLike('main-ascii-80x24', dashboard);
	for (const {name, keys, back} of [{name: 'main', keys: [], back: []}, ...views]) {
		await dashboard.screen.press(...keys);
		assert.match(await dashboard.screen.frame(), /^[\n -~]*$/, name);
		await dashboard.screen.press(...back);
	}
});

test('read-only: the footer names no key that starts anything, and the header says why', async t => {
	const dashboard = await open(t, {isReadOnly: true});
	await looksLike('main-read-only-80x24', dashboard);
	await dashboard.screen.press('S');
	assert.deepEqual([...dashboard.looks.keys()], ['server'], 'nothing was started');
});

test('without a config.yaml, and with one that names no spokes, the screen says what to do next', async t => {
	const missing = await open(t, {spokes: [], hasConfigFile: false});
	await looksLike('config-missing-80x24', missing, /20 sessions/);
	await missing.screen.resize(40, 8);
	await looksLike('config-missing-40x8', missing);
	const empty = await open(t, {spokes: []});
	await looksLike('no-spokes-80x24', empty, /20 sessions/);
});

test('a config.yaml that cannot be used is shown with its mistakes; r tries again, q leaves', async t => {
	const problem = await brokenConfig(t);
	const dashboard = await open(t, {spokes: [], problem});
	await looksLike('broken-config-80x24', dashboard);
	await dashboard.screen.press('r', 'q');
	assert.deepEqual([dashboard.retries, dashboard.exits], [1, [0]]);
});

/** What the dashboard makes of a file with a mistake in its syntax. */
async function brokenConfig(t: TestContext): Promise<ProblemScene> {
	const {path: home} = await temporaryFolder(t);
	const file = path.join(home, '.pi-brain/config.yaml');
	await mkdir(path.dirname(file));
	await writeFile(file, 'hub:\n  sessions_dir: ~/.pi\nspokes:\n  - name: laptop\n    source: [laptop:\n');
	await chmod(file, 0o600);
	const said = {write() {}, isTerminal: true, columns: 80};
	const streams = {stdout: said, stderr: said, hasColor: true};
	const {signal} = new AbortController();
	const io = {...streams, env: {}, home, hostname: 'atlas', clock: systemClock, signal};
	const scene = await openScene(io, {});
	assert.ok('problem' in scene, 'no hub can be opened with it');
	const same = (text: string) => text.replaceAll(home, '/home/demo-user');
	const {title, lines} = scene.problem;
	return {...scene.problem, title: same(title), lines: lines.map(same), file: same(scene.problem.file)};
}

test('three keys in one piece are three keys; what is pasted is none', async t => {
	const {screen, looks, exits} = await open(t, {spokes: many(12)});
	await screen.waitFor(/> .*spoke-01/);
	await screen.send('jjj');
	assert.equal(selected(await screen.frame()), 'spoke-04');
	await screen.send('jjkk\u001B[B');
	assert.equal(selected(await screen.frame()), 'spoke-05');
	await screen.paste('Sq?jj\r');
	assert.equal(selected(await screen.waitFor('pasted text is ignored')), 'spoke-05');
	assert.deepEqual([[...looks.keys()], exits], [[], []]);
	await screen.press('/');
	await screen.paste('spoke-1\n');
	assert.match(await screen.frame(), /spoke-1/, 'where text is typed it is text');
	assert.equal(selected(await screen.frame()), 'spoke-10');
});

test('another size keeps the selected spoke on the screen', async t => {
	const {screen} = await open(t, {spokes: many(40), columns: 120, rows: 40});
	await screen.press('G', 'k', 'k');
	assert.equal(selected(await screen.frame()), 'spoke-38');
	for (const [columns, rows] of [
		[60, 20],
		[40, 8],
		[200, 60],
		[80, 24],
	] as const) {
		await screen.resize(columns, rows);
		assert.equal(selected(await screen.frame()), 'spoke-38', `at ${columns}x${rows}`);
		assert.equal((await screen.frame()).split('\n').length, rows);
	}
});

test('the selection stays with its spoke when the order changes', async t => {
	const {screen, hub, clock} = await open(t, {spokes: many(12)});
	await screen.waitFor(/> .*spoke-01/);
	await screen.send('jjjj');
	fail('spoke-09', {hub, clock});
	await screen.waitFor(/spoke-09.*unreachable[\s\S]*spoke-01/);
	assert.equal(selected(await screen.frame()), 'spoke-05');
	fail('spoke-05', {hub, clock});
	const frame = await screen.waitFor(/spoke-05.*unreachable[\s\S]*spoke-01/);
	assert.equal(selected(frame), 'spoke-05');
});

test("one spoke's change of state costs one write of at most 300 bytes on a screen of 40 spokes", async t => {
	const {screen, hub, clock, picture} = await open(t, {spokes: many(40), columns: 120, rows: 40});
	// By name: a row that stays where it is.
	await screen.press('o', 'g');
	await picture(/Folder [^╎]*9.3 MB/);
	const costs = await costOfFaults(['spoke-07', 'spoke-12', 'spoke-17'], {screen, hub, clock});
	for (const {bytes} of costs) {
		assert.ok(bytes > 0 && bytes <= 300, `${bytes} bytes for the row, the header, the toast, the title and the bell`);
	}

	assert.equal(Math.min(...costs.map(({writes}) => writes)), 1);
});

test('a fault that moves its row to the top costs one write', async t => {
	const {screen, hub, clock, picture} = await open(t, {spokes: many(40), columns: 120, rows: 40});
	await picture(/4 projects/);
	const costs = await costOfFaults(['spoke-07', 'spoke-09'], {screen, hub, clock});
	for (const {bytes} of costs) assert.ok(bytes < 1500, `${bytes} bytes for seven rows`);
	assert.equal(Math.min(...costs.map(({writes}) => writes)), 1);
});

/** What each fault costs; a toast that goes, or a detail that is read again, may meanwhile need a write of its own. */
async function costOfFaults(
	names: readonly string[],
	{screen, hub, clock}: Pick<Dashboard, 'screen' | 'hub' | 'clock'>,
): Promise<Cost[]> {
	const costs: Cost[] = [];
	for (const name of names) {
		const work = async () => {
			fail(name, {hub, clock});
			await screen.waitFor(new RegExp(`${name}.*unreachable`));
		};
		costs.push(await screen.cost(work));
	}

	return costs;
}

function many(count: number): StagedSpoke[] {
	return Array.from({length: count}, (_, index) => ({name: `spoke-${String(index + 1).padStart(2, '0')}`}));
}

/** The spoke does not answer any more. */
function fail(name: string, {hub, clock}: Pick<Dashboard, 'hub' | 'clock'>): void {
	const failure = {cause: 'TCP_REFUSED' as const, message: 'connection refused', detail: ''};
	hub.learn(name, {contactFailure: {...failure, at: clock.at, since: clock.at}, checkedAt: clock.at});
}
