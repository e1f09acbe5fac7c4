import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {EntryRef, SessionComparison} from '../../source/sync/conflicts/compare-sessions.js';
import {textPage} from '../../source/view/text-window.js';
import {versionsPanel, versionsWindow} from '../../source/view/versions-panel.js';
import type {SpokeVersions, VersionsSight} from '../../source/view/versions-sight.js';
import {type FakeKind, fakeNow} from '../lab/fake-state.js';
import {matchSnapshot} from '../lab/snapshot.js';
import {anyStyle, assertFits, hostileText, readable} from './hostile.js';
import {heldSession, kept, known, pathOf, session, some, versionsSight} from './versions.js';

const folder = import.meta.dirname;

/** Lines of the view on screens of 40, 24 and 20: the last two are the toasts' and the footer's. */
const sizes = [
	[120, 38],
	[80, 22],
	[60, 18],
] as const;

function view(
	versions: SpokeVersions | undefined,
	[width, rows]: readonly [number, number],
	change: Partial<VersionsSight> = {},
	kind: FakeKind = 'held',
): string {
	const sight = versionsSight(versions, [width, textPage(rows)], change, kind);
	const lines = versionsWindow(sight, versionsPanel(sight), rows);
	assert.equal(lines.length, rows);
	assertFits(lines, width);
	return readable(lines);
}

const page = {spoke: 'laptop', level: 'session', path: pathOf(0), version: undefined, marked: undefined} as const;
const earlier = kept(pathOf(0), 1).file;

function entry(index: number): EntryRef {
	return {
		...{id: `a1b2c3${index}`, type: 'message', role: index % 2 === 0 ? 'user' : 'assistant', line: index + 2},
		...{timestamp: fakeNow - index * 60_000, preview: `what was said as number ${index}`},
	};
}

const found: SessionComparison = {
	...{onlyHere: Array.from({length: 30}, (_, index) => entry(index)), onlyHereCount: 1018},
	...{onlyThere: [], onlyThereCount: 0, both: 1, changed: [], changedCount: 0},
	...{firstDifference: {offset: 146, line: 2}, relation: 'here-longer', sizes: [974_031, 146]},
};

const comparison = {path: pathOf(0), one: 'current', other: 'spoke', found, failure: undefined};

for (const [width, rows] of sizes) {
	const size = [width, rows] as const;
	const name = (what: string) => `versions-${what}-${width}x${rows}`;

	test(`held and earlier versions at ${width}x${rows}`, () => {
		matchSnapshot(name('list'), view(known(some), size), {folder});
	});

	test(`a held session with earlier versions at ${width}x${rows}`, () => {
		matchSnapshot(name('held'), view(known(some), size, {ui: page}), {folder});
	});

	test(`an earlier version under the cursor at ${width}x${rows}`, () => {
		matchSnapshot(name('kept'), view(known(some), size, {ui: {...page, version: earlier}}), {folder});
	});

	test(`two versions compared at ${width}x${rows}`, () => {
		const ui = {...page, level: 'compare', version: 'spoke'} as const;
		matchSnapshot(name('compare'), view(known(some, {comparison}), size, {ui}), {folder});
	});

	test(`nothing held, nothing kept, at ${width}x${rows}`, () => {
		matchSnapshot(name('empty'), view(known([]), size, {}, 'ok'), {folder});
	});
}

test('in a folder that others fill nothing is offered that would write into it, and the way out is named', () => {
	const ui = {...page, version: earlier};
	const text = view(known(some), [120, 38], {ui}, 'manual');
	assert.doesNotMatch(text, /^ +[Ab] /m);
	assert.match(text, /^ +u keeps[\s\S]*^ +w writes earlier 2 into a file/m);
	assert.match(text, /something else fills this folder/);
});

test('where nothing may be changed only comparing is offered', () => {
	const keys = {keep: undefined, accept: undefined, restore: undefined, write: undefined, compare: 'c'};
	const text = view(known(some), [80, 22], {keys, ui: {...page, version: earlier}});
	assert.doesNotMatch(text, /^ +[uAbw] {1,2}\w/m);
	assert.match(text, /^ +c compares/m);
});

test('a session of the same id on another computer stands on the page, and can be compared', () => {
	const path = pathOf(2);
	const twin = {computer: 'server', spoke: 'server', root: '/home/will/.pi-brain/synced/server', path};
	const other = {
		...session(2),
		twins: [{...twin, bytes: 412_000, mtimeMs: fakeNow - 3_600_000, lastEntryAt: undefined}],
	};
	const ui = {...page, path, version: `${twin.root}/${path}`};
	const text = view(known([other]), [80, 22], {ui});
	assert.match(text, /^> on server +412,000 B +13:02:31 +the same session id$/m);
	assert.match(text, /c compares current with on server/);
	assert.doesNotMatch(text, /^ +[bw] /m);
});

test('a session that was released says so and is not held any more', () => {
	const before = heldSession(0);
	const released = {...before, held: {...before.held!, isReleased: true}};
	assert.doesNotMatch(view(known([released]), [80, 22]), /held:|1 held/);
	const text = view(known([released]), [80, 22], {ui: page});
	assert.match(text, /^Released +smaller there than here/m);
	assert.doesNotMatch(text, /u keeps/);
	assert.match(text, /A makes the spoke's version current/);
});

test('a page whose session has nothing but its current version any more says that', () => {
	assert.match(view(known([session(5)]), [80, 22], {ui: page}), /Nothing is held of this session any more/);
});

test('what cannot be read, and what is being read, is said', () => {
	assert.match(view(undefined, [80, 22]), /reading~/);
	assert.match(view(known(undefined, {failure: 'disk I/O error'}), [80, 22]), /could not be read: disk I\/O error/);
	const ui = {...page, level: 'compare', version: 'spoke'} as const;
	assert.match(view(known(some), [80, 22], {ui}), /reading~/);
	const failed = {...comparison, found: undefined, failure: 'ENOENT'};
	assert.match(view(known(some, {comparison: failed}), [80, 22], {ui}), /could not be compared: ENOENT/);
});

test('a list of a hundred thousand is drawn in the time of a screen', () => {
	const many = Array.from({length: 100_000}, (_, index) => session(index % 50, {path: `p/${index}.jsonl`}));
	const ui = {...page, level: 'list', path: 'p/77777.jsonl'} as const;
	// The best of some: what else the machine does has its share of each.
	let took = Number.POSITIVE_INFINITY;
	for (let round = 0; round < 10; round++) {
		const start = performance.now();
		const {lines, extent} = versionsPanel(versionsSight(known(many), [80, 20], {ui}));
		took = Math.min(took, performance.now() - start);
		assert.match(readable(lines), /^> .*77777\.jsonl/m);
		assert.equal(extent.total, 100_000);
	}

	assert.ok(took < 100, `${took} ms`);
});

test('whatever a spoke says and however small the screen, no line overflows and the cursor is in sight', () => {
	const sized = fc.tuple(fc.integer({min: 16, max: 130}), fc.integer({min: 1, max: 40}));
	const level = fc.constantFrom('list' as const, 'session' as const, 'compare' as const);
	fc.assert(
		fc.property(sized, hostileText, fc.nat(20), level, fc.nat(60), anyStyle, (size, text, at, where, offset, style) => {
			const path = `${text}x`;
			const generations = Array.from({length: 12}, (_, index) => kept(path, index, {file: `/f/${text}/${index}`}));
			const twin = {computer: text, spoke: text, root: '/r', path: text, bytes: 1, mtimeMs: 0, lastEntryAt: undefined};
			const named = heldSession(0, {path, story: text, generations, seenFile: `/seen/${text}`, twins: [twin]});
			const list = [...some, named, ...Array.from({length: 12}, (_, index) => session(index + 10))];
			const chosen = where === 'list' ? list[at % list.length]!.path : path;
			const said: EntryRef = {...entry(1), id: text, role: text, preview: text};
			const compared = {
				...{path, one: 'current', other: 'spoke', failure: undefined},
				found: {...found, onlyThere: [said], onlyThereCount: 1, changed: [said], changedCount: 9},
			};
			const version = where === 'session' && at > 1 ? generations[at % 12]!.file : 'current';
			const ui = {spoke: 'laptop', level: where, path: chosen, version, marked: undefined};
			const versions = known(list, {comparison: compared});
			const sight = versionsSight(versions, size, {ui, offset, style, find: text.slice(0, 3)});
			const panel = versionsPanel(sight);
			assertFits(panel.lines, size[0]);
			assertFits(panel.body, size[0]);
			assert.ok(panel.lines.length <= size[1], `${panel.lines.length} lines of ${size[1]}`);
			assert.ok(panel.extent.page >= 1);
			if (where !== 'compare') {
				const lines = readable(panel.lines).split('\n');
				assert.ok(
					lines.some(line => line.startsWith('>')),
					lines.join('\n'),
				);
			}
		}),
	);
});
