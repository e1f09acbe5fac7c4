import assert from 'node:assert/strict';
import test from 'node:test';
import {SpokeTable} from '../../source/components/spoke-table.js';
import {buildRows} from '../../source/view/rows.js';
import {createStyle} from '../../source/view/style.js';
import {tableLines} from '../../source/view/table.js';
import {themeNames} from '../../source/view/types.js';
import {fakeHub, fakeNow} from '../lab/fake-state.js';
import {openScreen} from '../lab/screen.js';

const rows = buildRows(fakeHub({spokes: 40}), fakeNow, undefined);
const bare = (line: string) => line.replaceAll(/\u001B\[[\d;]*m/g, '').trimEnd();

for (const theme of themeNames) {
	test(`on a terminal the table of the theme ${theme} reads as it was made, however far it scrolled`, async t => {
		const style = createStyle({theme, isAscii: false, hasColor: true});
		const table = (selected: string, top: number) => {
			const ui = {selected, top, marks: new Set(['nas']), isWide: false};
			return {rows, ui, style, width: 100, height: 20, now: fakeNow};
		};
		const screen = openScreen(<SpokeTable {...table('(hub)', 0)} />, {scope: t, columns: 100, rows: 20});
		for (const [selected, top] of [
			['(hub)', 0],
			['gpu-box', 0],
			['node-0030', 3],
			['laptop', 0],
		] as const) {
			screen.rerender(<SpokeTable {...table(selected, top)} />);
			const frame = (await screen.frame()).split('\n').map(line => line.trimEnd());
			assert.deepEqual(frame.slice(0, 20), tableLines(table(selected, top)).lines.map(bare), `${selected} from ${top}`);
			const picture = await screen.picture();
			const inverse = picture.rows.filter(runs => runs.some(run => run.isInverse));
			assert.equal(inverse.length, 1, 'one row is selected');
			assert.ok(
				inverse[0]!.every(run => run.isInverse),
				'from edge to edge',
			);
		}
	});
}
