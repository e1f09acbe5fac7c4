import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {type Counts, layoutOf, type PartKind, rowsOf} from '../../source/view/layout.js';
import type {PaneName} from '../../source/view/types.js';

const table = {pane: 'table', isZoomed: false} as const;
const usual: Counts = {rows: 13, problems: 0, prompt: 0};
const kinds = (
	columns: number,
	rows: number,
	counts: Partial<Counts> = {},
	ui: Parameters<typeof layoutOf>[1] = table,
) => layoutOf({columns, rows}, ui, {...usual, ...counts}).parts.map(({kind, rows: height}) => `${kind} ${height}`);

test('the parts fill exactly the screen, at every size from 1x1 to 200x80', () => {
	const panes: readonly PaneName[] = ['table', 'detail', 'log'];
	for (let rows = 1; rows <= 80; rows++) {
		for (let columns = 1; columns <= 200; columns += columns < 110 ? 3 : 17) {
			for (const prompt of [0, 1, 5, 30]) {
				for (const pane of panes) {
					const counts = {rows: 13, problems: rows % 2, prompt};
					const layout = layoutOf({columns, rows}, {pane, isZoomed: rows % 3 === 0}, counts);
					const sum = layout.parts.reduce((total, part) => total + part.rows, 0);
					assert.equal(sum, rows, `${columns}x${rows}, prompt ${prompt}: ${JSON.stringify(layout.parts)}`);
					assert.ok(
						layout.parts.every(part => part.rows > 0),
						`${columns}x${rows}: ${JSON.stringify(layout.parts)}`,
					);
				}
			}
		}
	}
});

test('the parts fill the screen whatever there is to show', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 1, max: 200}),
			fc.integer({min: 1, max: 80}),
			fc.record({rows: fc.nat(2000), problems: fc.nat(5), prompt: fc.nat(100)}),
			fc.boolean(),
			(columns, rows, counts, isZoomed) => {
				const {parts, panes} = layoutOf({columns, rows}, {pane: 'log', isZoomed}, counts);
				assert.equal(
					parts.reduce((total, part) => total + part.rows, 0),
					rows,
				);
				if (panes) assert.equal(panes.left + panes.bar + panes.right, columns);
			},
		),
	);
});

test('a large screen has panes, a usual one three lines, a small one a line, a tiny one the table alone', () => {
	assert.deepEqual(kinds(120, 40), [
		...['header 1', 'rule 1', 'table 14', 'divider 1', 'panes 20', 'rule 1', 'toast 1', 'footer 1'],
	]);
	assert.deepEqual(kinds(80, 24), ['header 1', 'rule 1', 'table 16', 'divider 1', 'preview 3', 'toast 1', 'footer 1']);
	assert.deepEqual(kinds(60, 20), ['header 1', 'rule 1', 'table 14', 'divider 1', 'preview 1', 'toast 1', 'footer 1']);
	assert.deepEqual(kinds(40, 8), ['header 1', 'table 6', 'footer 1']);
	assert.deepEqual(kinds(40, 4), ['header 1', 'table 2', 'footer 1']);
	assert.deepEqual(kinds(40, 3), ['summary 3']);
	assert.deepEqual(kinds(1, 1), ['summary 1']);
});

test('many spokes leave the panes their share of a large screen', () => {
	const layout = layoutOf({columns: 120, rows: 40}, table, {...usual, rows: 1000});
	assert.ok(rowsOf(layout, 'panes') >= 10);
	assert.ok(rowsOf(layout, 'table') >= 15);
});

test('zoom gives the focused pane the whole screen', () => {
	const heightOf = (kind: PartKind, pane: PaneName) =>
		rowsOf(layoutOf({columns: 120, rows: 40}, {pane, isZoomed: true}, usual), kind);
	assert.equal(heightOf('zoomed', 'log'), 34);
	assert.equal(heightOf('table', 'log'), 0);
	assert.equal(heightOf('table', 'table'), 34);
	assert.equal(heightOf('preview', 'table'), 0);
	assert.deepEqual(
		kinds(80, 24, {}, {pane: 'log', isZoomed: true}).filter(part => /zoomed|table/.test(part)),
		['table 19'],
	);
});

test('a prompt takes the place of footer and toast, and never hides header and table', () => {
	assert.equal(kinds(80, 24, {prompt: 1}).at(-1), 'prompt 1');
	assert.ok(kinds(80, 24, {prompt: 1}).every(part => !/footer|toast/.test(part)));
	const tall = kinds(80, 24, {prompt: 50});
	assert.equal(tall[0], 'header 1');
	assert.ok(
		tall.some(part => part.startsWith('table')),
		tall.join(', '),
	);
});

test('a broken configuration gets a line under the header', () => {
	assert.ok(kinds(80, 24, {problems: 2}).includes('banner 1'));
	assert.ok(!kinds(40, 8, {problems: 2}).includes('banner 1'), 'a row is worth more there');
});
