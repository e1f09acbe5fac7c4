import assert from 'node:assert/strict';
import test from 'node:test';
import {type FirstRun, firstRunLines} from '../../source/view/first-run.js';
import {previewLines} from '../../source/view/preview.js';
import {buildRows} from '../../source/view/rows.js';
import {gistOf, sentenceOf} from '../../source/view/sentences.js';
import {createStyle} from '../../source/view/style.js';
import {cells} from '../../source/view/width.js';
import {type FakeKind, fakeHub, fakeKinds, fakeNow} from '../lab/fake-state.js';
import {matchSnapshot} from '../lab/snapshot.js';

const plain = createStyle({theme: 'mono', isAscii: true, hasColor: false});
const kinds = Object.keys(fakeKinds) as FakeKind[];
const state = fakeHub({spokes: kinds.length, kinds});
const next = () => fakeNow + 300_000;
const rows = buildRows(state, fakeNow, next);
const bare = (line: string) => line.replaceAll(/\u001B\[[\d;]*m/g, '');

function preview(kind: FakeKind | 'hub', height = 3, width = 100): string[] {
	const row = rows[kind === 'hub' ? 0 : kinds.indexOf(kind) + 1];
	return previewLines({row, state, now: fakeNow, width, height, style: plain}).map(bare);
}

test('the preview tells where a spoke that is well comes from, when it is next, and how the last run went', () => {
	const [source, schedule, last] = preview('ok');
	assert.match(source!, /^\S+ {2}rsync {2}\S+:~\/\.pi\/agent\/sessions\/ -> \/\S+$/);
	assert.match(schedule!, /^schedule \*\/15 \* \* \* \*, next \d\d:\d\d, run by this dashboard$/);
	assert.match(last!, /^last run \S+ ago by watch: 3 files, 422 KB in 1\.2 s {3}never verified$/);
});

test('the preview of a spoke that failed says the cause, the reason in plain words and what to try', () => {
	const [, reason, hint] = preview('auth');
	assert.equal(reason, 'XX auth AUTH_DENIED: Permission denied (publickey)');
	assert.match(hint!, /^try: give the spoke this hub's key: ssh-copy-id /);
	assert.match(preview('held')[2]!, /^try: once you have looked: pi-brain-tui sync release /);
	assert.match(preview('auth', 1)[0]!, /^\S+: XX auth AUTH_DENIED: /, 'on one line the reason comes before the source');
});

test('the preview of a spoke that is not well offers its diagnosis, that of one that is well does not', () => {
	const offered = (kind: FakeKind) =>
		previewLines({
			...{row: rows[kinds.indexOf(kind) + 1], state, now: fakeNow, width: 100, height: 3, style: plain},
			diagnoseKey: 'd',
		}).map(bare);
	assert.match(offered('auth')[2]!, /^d diagnoses {3}try: give the spoke this hub's key/);
	assert.doesNotMatch(offered('ok').join('\n'), /diagnoses/);
});

test('a foreign program in the folder is said in the preview', () => {
	const kind = kinds.find(one => rows[kinds.indexOf(one) + 1]!.isForeign)!;
	assert.ok(
		preview(kind).some(line => /^!! .*(?:also writes|is writing) into the folder of /.test(line)),
		preview(kind).join('\n'),
	);
});

test('the preview of the hub is about its own sessions', () => {
	assert.match(
		preview('hub').join('\n'),
		/this hub, its own sessions in .*\n318 sessions of its own, 412 MB, newest 4m/,
	);
});

test('the preview has exactly its height, and no line is wider than the screen, for every kind at any width', () => {
	for (const kind of [...kinds, 'hub'] as const) {
		for (let width = 0; width <= 200; width += 7) {
			for (const height of [0, 1, 3, 6]) {
				const lines = preview(kind, height, width);
				assert.equal(lines.length, height);
				for (const line of lines) assert.ok(cells(line) <= width, `${kind} ${width}: ${line}`);
			}
		}
	}

	assert.deepEqual(previewLines({row: undefined, state, now: fakeNow, width: 9, height: 2, style: plain}), ['', '']);
});

const file = '/home/will/.pi-brain/config.yaml';
const own = {folder: '/home/will/.pi/agent/sessions', sessions: 318};
const screens: readonly FirstRun[] = [
	{kind: 'config-missing', file, own, addKey: 'a'},
	{kind: 'no-spokes', file, own, addKey: 'a'},
];
for (const screen of screens) {
	test(`the screen for ${screen.kind} says the next thing to do`, () => {
		const lines = firstRunLines(screen, 80, 18, plain).map(bare);
		matchSnapshot(`first-run-${screen.kind}-80x18`, lines.join('\n'), {folder: import.meta.dirname});
		for (let width = 0; width < 120; width += 3) {
			for (const height of [0, 1, 5, 40]) {
				const small = firstRunLines(screen, width, height, plain);
				assert.equal(small.length, height);
				for (const line of small) assert.ok(cells(line) <= width, `${width}: ${line}`);
			}
		}
	});
}

test('where nothing may be changed the first screen shows what to write by hand', () => {
	for (const screen of screens) {
		const text = firstRunLines({...screen, addKey: undefined}, 80, 18, plain)
			.map(bare)
			.join('\n');
		assert.match(text, /- name: laptop[\s\S]*pi-brain-tui config/);
		assert.doesNotMatch(text, /add a spoke/);
	}
});

test('a sentence for the screen reader has the state first and no signs', () => {
	const row = (kind: FakeKind) => rows[kinds.indexOf(kind) + 1]!;
	assert.match(
		sentenceOf(row('auth'), fakeNow),
		/^[\w-]+: auth AUTH_DENIED, last synced 3 days ago, newest session .* ago, [\d,]+ sessions, .*, 14 errors in 24 hours\. Reason: Permission denied \(publickey\)\. Try: give the spoke/,
	);
	assert.match(sentenceOf(row('ok'), fakeNow), /: ok, connected, last synced \d+ minutes? ago, /);
	assert.match(sentenceOf(rows[0]!, fakeNow), /^Hub atlas, 318 sessions, 412 MB\.$/);
});

test('a row is worth being said again when its state changed, not when a minute passed', () => {
	const late = fakeHub({spokes: 1, kinds: ['late']});
	const [, before] = buildRows(late, fakeNow, next);
	const [, after] = buildRows(late, fakeNow + 3_600_000, next);
	assert.notEqual(before, after);
	assert.equal(gistOf(before!), gistOf(after!));
	assert.notEqual(gistOf(before!), gistOf({...before!, word: 'ok'}));
});
