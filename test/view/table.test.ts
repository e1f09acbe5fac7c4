import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {cellText, fitColumns} from '../../source/view/columns.js';
import {buildRows} from '../../source/view/rows.js';
import {createStyle} from '../../source/view/style.js';
import {type TableInput, tableLines, tablePage, topOf} from '../../source/view/table.js';
import type {TableRow} from '../../source/view/types.js';
import {cells} from '../../source/view/width.js';
import {type FakeKind, fakeHub, fakeKinds, fakeNow, fakeSpoke} from '../lab/fake-state.js';
import {matchSnapshot} from '../lab/snapshot.js';

const plain = createStyle({theme: 'mono', isAscii: true, hasColor: false});
const coloured = createStyle({theme: 'auto', isAscii: false, hasColor: true});
const hub = fakeHub({spokes: 16});
const rows = buildRows(hub, fakeNow, undefined);
const ui = {selected: 'gpu-box', top: 0, marks: new Set(['laptop', 'gpu-box']), isWide: false};
const bare = (line: string) => line.replaceAll(/\u001B\[[\d;]*m/g, '');

function draw(changes: Partial<TableInput> = {}) {
	return tableLines({rows, ui, style: plain, width: 80, height: 18, now: fakeNow, ...changes});
}

for (const [width, isWide] of [
	[120, false],
	[80, false],
	[60, false],
	[40, false],
	[80, true],
] as const) {
	test(`the table on ${width} columns${isWide ? ', wide' : ''}`, () => {
		const {lines} = draw({width, height: 18, ui: {...ui, isWide}});
		matchSnapshot(`table-${width}${isWide ? '-wide' : ''}`, lines.map(bare).join('\n'), {folder: import.meta.dirname});
	});
}

test('columns go in their order as the screen gets narrower; the sign, the name and the word stay', () => {
	const order = ['strip', 'size', 'added', 'method', 'seen', 'newest', 'errors', 'sessions', 'synced'];
	let before = fitColumns(200, 12, false, plain).list.map(({name}) => name as string);
	const gone: string[] = [];
	for (let width = 199; width > 0; width--) {
		const now = fitColumns(width, 12, false, plain).list.map(({name}) => name as string);
		gone.push(...before.filter(name => !now.includes(name)));
		assert.deepEqual(
			now.filter(name => !before.includes(name)),
			[],
			`nothing comes back at ${width}`,
		);
		before = now;
	}

	assert.deepEqual(gone.slice(0, order.length), order);
	const names = (width: number) => fitColumns(width, 12, false, plain).list.map(({name}) => name as string);
	assert.ok(names(36).includes('synced'));
	assert.deepEqual(names(24), ['name', 'state']);
});

test('wide mode shows more columns on the same screen', () => {
	const count = (isWide: boolean) => fitColumns(80, 12, isWide, plain).list.length;
	assert.ok(count(true) > count(false), `${count(true)} and ${count(false)}`);
});

test('no line is wider than the screen and there are exactly as many as asked for, at any size', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 1, max: 200}),
			fc.integer({min: 0, max: 40}),
			fc.boolean(),
			fc.constantFrom(plain, coloured),
			fc.constantFrom('(hub)', 'gpu-box', 'nas', 'gone'),
			fc.integer({min: -3, max: 40}),
			(width, height, isWide, style, selected, top) => {
				const {lines} = draw({width, height, style, ui: {...ui, isWide, selected, top}});
				assert.equal(lines.length, height);
				for (const line of lines)
					assert.ok(cells(line) <= width, `${cells(line)} cells on ${width}: ${JSON.stringify(line)}`);
			},
		),
		{numRuns: 500},
	);
});

test('the selected row is on the screen wherever it is, and nothing scrolls without need', () => {
	fc.assert(
		fc.property(
			fc.integer({min: -5, max: 60}),
			fc.integer({min: 1, max: 50}),
			fc.integer({min: 1, max: 30}),
			fc.nat(),
			(before, total, page, at) => {
				const selected = at % total;
				const top = topOf(before, selected, total, page);
				assert.ok(top <= selected && selected < top + page);
				assert.ok(top >= 0 && (total <= page ? top === 0 : top + page <= total));
				const isKeepable = before >= 0 && before <= Math.max(0, total - page);
				if (isKeepable && before <= selected && selected < before + page) assert.equal(top, before);
			},
		),
	);
	assert.equal(tablePage(18), 17);
	assert.equal(tablePage(2), 2, 'a row is worth more than the titles');
});

test('only the rows on the screen are built: a thousand spokes cost what ten do', () => {
	const many = buildRows(fakeHub({spokes: 1000}), fakeNow, undefined);
	let read = 0;
	const get = (target: TableRow, key: string | symbol) => {
		if (key === 'stateText') read++;
		return Reflect.get(target, key);
	};
	const watched = many.map(row => new Proxy(row, {get}));
	const {lines, top} = draw({rows: watched, longestName: 12, height: 21, ui: {...ui, selected: 'node-0900'}});
	assert.equal(read, 20);
	assert.ok(top > 800);
	assert.ok(lines.some(line => line.includes('node-0900')));
});

test('the selected row is inverse from edge to edge, the cursor and the mark beside each other', () => {
	const {lines} = draw({style: coloured});
	const line = lines.find(text => text.includes('gpu-box'))!;
	assert.match(line, /^\u001B\[7m>\*✗ gpu-box .*\u001B\[27m$/);
	assert.equal(cells(line), 80);
	assert.match(bare(lines.find(text => text.includes('laptop'))!), /^ \*/);
});

test('SEEN says now while there is contact, ~ where it is old, - where nobody asks', () => {
	const seen = (kind: FakeKind, facts = {}) => {
		const state = {...hub, spokes: [fakeSpoke({kind, facts})]};
		const row = buildRows(state, fakeNow, undefined)[1]!;
		const column = fitColumns(120, 8, false, plain).list.find(({name}) => name === 'seen')!;
		return cellText(row, column, {style: plain, now: fakeNow, isPlain: true}).trim();
	};
	assert.equal(seen('ok'), 'now');
	assert.equal(seen('late'), '26h');
	assert.equal(seen('late', {checkedAt: fakeNow - 3_600_000}), '~26h');
	assert.equal(seen('disabled'), '-');
	assert.equal(seen('undriven'), '-');
	assert.equal(seen('never'), 'never');
});

test('every kind of spoke has its word on the smallest usual screen', () => {
	const kinds = Object.keys(fakeKinds) as FakeKind[];
	const all = buildRows(fakeHub({spokes: kinds.length, kinds}), fakeNow, undefined);
	const {lines} = draw({rows: all, width: 40, height: all.length + 1});
	for (const [index, row] of all.entries())
		assert.ok(bare(lines[index + 1]!).includes(row.word), `${row.word}: ${lines[index + 1]}`);
});
