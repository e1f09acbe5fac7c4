import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import {stripVTControlCharacters} from 'node:util';
import fc from 'fast-check';
import type {LogLine} from '../../source/sync/state.js';
import {type LogSight, logTitle, logWindow, visibleLog} from '../../source/view/log-body.js';
import {cursorIndex, filteredLog, newSince, nextMatch} from '../../source/view/log-filter.js';
import {plainText} from '../../source/view/pieces.js';
import {createStyle} from '../../source/view/style.js';
import type {LogUi} from '../../source/view/types.js';
import {fakeHub, fakeLog, fakeNow} from '../lab/fake-state.js';
import {matchSnapshot} from '../lab/snapshot.js';
import {anyStyle, assertFits, hostileText, plainStyle, readable} from './hostile.js';

const following: LogUi = {
	isFollowing: true,
	cursor: 0,
	pausedAt: 0,
	level: 'all',
	spoke: undefined,
	isWrapped: true,
	find: '',
};

function sightOf(change: Partial<LogSight> = {}): LogSight {
	const {log: lines} = fakeHub({spokes: 5});
	return {lines, ui: following, width: 80, rows: 20, now: fakeNow, timeZone: 'UTC', style: plainStyle, ...change};
}

const anyLine = fc.record({
	level: fc.constantFrom<LogLine['level']>('INFO', 'WARN', 'ERROR', 'CMD'),
	spoke: fc.option(hostileText, {nil: undefined}),
	text: hostileText,
});
const anyLog = fc
	.array(anyLine, {maxLength: 30})
	.map(lines => lines.map((line, index) => ({...line, seq: 100 + index, at: fakeNow - index * 60_000})));
const anyUi: fc.Arbitrary<LogUi> = fc.record({
	isFollowing: fc.boolean(),
	cursor: fc.integer({min: 90, max: 140}),
	pausedAt: fc.integer({min: 90, max: 140}),
	level: fc.constantFrom('all', 'info', 'warn', 'error'),
	spoke: fc.constant(undefined),
	isWrapped: fc.boolean(),
	find: fc.oneof(fc.constant(''), hostileText),
});

test('following, the newest line is at the bottom', () => {
	const lines = logWindow(sightOf());
	assert.equal(lines.length, 20);
	matchSnapshot('log-following-80x20', readable(lines), {folder: import.meta.dirname});
});

test('paused, the cursor’s line is marked and what came since is counted', () => {
	const ui: LogUi = {...following, isFollowing: false, cursor: 30, pausedAt: 38, find: 'laptop'};
	matchSnapshot('log-paused-60x20', readable(logWindow(sightOf({ui, width: 60}))), {folder: import.meta.dirname});
	assert.match(plainText(logTitle(sightOf({ui}))), /FOLLOW off, 2 new/);
	assert.match(plainText(logTitle(sightOf())), /FOLLOW on .*40 lines/);
});

test('pausing moves nothing', () => {
	const sight = sightOf();
	const {seq} = sight.lines.at(-1)!;
	const paused: LogUi = {...following, isFollowing: false, cursor: seq, pausedAt: seq};
	const seqs = (rows: ReturnType<typeof visibleLog>) => rows.map(row => row.seq);
	assert.deepEqual(seqs(visibleLog({...sight, ui: paused})), seqs(visibleLog(sight)));
});

test('paused, new lines change nothing on the screen', () => {
	const sight = sightOf({ui: {...following, isFollowing: false, cursor: 25, pausedAt: 40}});
	const more = [...sight.lines, ...fakeLog(10, ['laptop']).map((line, index) => ({...line, seq: 41 + index}))];
	assert.deepEqual(visibleLog({...sight, lines: more}), visibleLog(sight));
	assert.equal(newSince(more, sight.ui), 10);
});

test('the cursor’s line is always on the screen, and no line is wider than it, whatever was logged', () => {
	fc.assert(
		fc.property(
			anyLog,
			anyUi,
			fc.integer({min: 1, max: 200}),
			fc.integer({min: 1, max: 30}),
			anyStyle,
			(lines, ui, width, rows, style) => {
				const sight = sightOf({lines, ui, width, rows, style});
				const shown = visibleLog(sight);
				assert.ok(shown.length <= rows, `${shown.length} rows of ${rows}`);
				assertFits(
					shown.map(row => row.text),
					width,
				);
				const passing = filteredLog(lines, ui);
				const {seq} = passing[cursorIndex(passing, ui)] ?? {seq: undefined};
				assert.ok(seq === undefined || shown.some(row => row.seq === seq), `line ${seq} is not shown`);
				assert.equal(logWindow(sight).length, rows);
				assertFits(logWindow(sight), width);
			},
		),
	);
});

test('of 2,000 lines only those on the screen are made into text', () => {
	const base = fakeLog(2000, ['laptop', 'nas']);
	let read = 0;
	const lines = base.map(line => ({
		...line,
		get at() {
			read++;
			return line.at;
		},
	}));
	visibleLog(sightOf({lines, rows: 40}));
	assert.ok(read <= 41, `${read} lines were formatted for 40 rows`);
});

test('levels and spokes let through what they say', () => {
	const {lines} = sightOf();
	assert.equal(filteredLog(lines, following), lines, 'nothing is copied where everything passes');
	const levels = (level: LogUi['level']) =>
		[...new Set(filteredLog(lines, {...following, level}).map(line => line.level))].sort();
	assert.deepEqual(levels('info'), ['ERROR', 'INFO', 'WARN']);
	assert.deepEqual(levels('warn'), ['ERROR', 'WARN']);
	assert.deepEqual(levels('error'), ['ERROR']);
	const own = filteredLog(lines, {...following, spoke: 'nas'});
	assert.ok(own.length > 0 && own.every(({spoke}) => spoke === 'nas'));
});

test('find goes to the next line that holds it, in both directions, round the ends', () => {
	const {lines} = sightOf();
	const hits = lines.filter(({text}) => text.includes('Watching')).map(({seq}) => seq);
	const ui: LogUi = {...following, isFollowing: false, cursor: hits[1]!, pausedAt: 40, find: 'WATCHING'};
	assert.equal(nextMatch(lines, ui, 1), hits[2]);
	assert.equal(nextMatch(lines, ui, -1), hits[0]);
	assert.equal(nextMatch(lines, {...ui, cursor: hits[0]!}, -1), hits.at(-1));
	assert.equal(nextMatch(lines, {...ui, find: 'nowhere'}, 1), undefined);
	assert.equal(nextMatch([], ui, 1), undefined);
});

test('commands stand there as they ran, on one line when cut', () => {
	const ui: LogUi = {...following, isWrapped: false};
	const rows = visibleLog(sightOf({ui, width: 200})).map(({text}) => stripVTControlCharacters(text));
	assert.ok(
		rows.some(row => /cmd +\S+ +\$ rsync -a --whole-file .* \.staging\/$/.test(row)),
		rows.join('\n'),
	);
	assert.equal(visibleLog(sightOf({ui, width: 60, rows: 40})).length, 40);
});

test('matches are marked', () => {
	const style = createStyle({theme: 'auto', isAscii: false, hasColor: true});
	const [row] = visibleLog(sightOf({style, rows: 1, ui: {...following, find: 'REFUSED'}}));
	assert.ok(row!.text.includes(style.paint('match', 'refused')), JSON.stringify(row!.text));
});

test('one line is one line', () => {
	const sight = sightOf();
	assert.match(plainText(logTitle({...sight, lines: sight.lines.slice(-1)})), / 1 line$/);
});
