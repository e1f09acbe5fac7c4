import assert from 'node:assert/strict';
import test from 'node:test';
import {Text} from 'ink';
import {cleanup, render} from 'ink-testing-library';
import type {ReactElement} from 'react';
import {FirstRun} from '../../source/components/first-run.js';
import {Footer} from '../../source/components/footer.js';
import {Header} from '../../source/components/header.js';
import {Panes} from '../../source/components/panes.js';
import {Preview} from '../../source/components/preview.js';
import {ScreenReader} from '../../source/components/screen-reader.js';
import {SpokeTable} from '../../source/components/spoke-table.js';
import {Toasts} from '../../source/components/toasts.js';
import {buildRows} from '../../source/view/rows.js';
import {createStyle} from '../../source/view/style.js';
import {fakeHub, fakeNow} from '../lab/fake-state.js';

// Ink asks a program for the size of a terminal that is none; it believes these.
process.env.COLUMNS = '100';
process.env.LINES = '40';

const style = createStyle({theme: 'mono', isAscii: false, hasColor: false});
const ascii = createStyle({theme: 'mono', isAscii: true, hasColor: false});
const state = fakeHub({spokes: 12});
const rows = buildRows(state, fakeNow, undefined);
const ui = {
	...{selected: 'laptop', top: 0, marks: new Set<string>(), isWide: false},
	...{pausedSince: undefined, filter: '', isFaultsOnly: false},
};
const head = {state, rows, shown: rows, ui, isReadOnly: false, now: fakeNow, width: 100, style};

test.afterEach(() => cleanup());

/** Lines as they are drawn, without colours. */
function linesOf(tree: ReactElement): string[] {
	const {lastFrame, unmount} = render(tree);
	const frame = lastFrame() ?? '';
	unmount();
	return frame.replaceAll(/\u001B\[[\d;]*m/g, '').split('\n');
}

test('each part is exactly as high as it was given, drawn by Ink', () => {
	assert.equal(linesOf(<Header {...head} isBusy={false} />).length, 1);
	assert.equal(linesOf(<Header {...head} isBusy />).length, 1);
	assert.equal(linesOf(<SpokeTable {...{rows, ui, style, width: 100, now: fakeNow}} height={20} />).length, 20);
	assert.equal(linesOf(<SpokeTable {...{rows, ui, style, width: 100, now: fakeNow}} height={5} />).length, 5);
	assert.equal(linesOf(<Preview {...{row: rows[1], state, style, width: 100, now: fakeNow}} height={3} />).length, 3);
	assert.equal(linesOf(<Toasts toasts={[]} width={100} style={style} />).length, 1);
	assert.equal(linesOf(<Footer hints={[]} width={100} style={style} />).length, 1);
	assert.equal(
		linesOf(<Panes {...{leftLines: ['a'], rightLines: [], left: 40, right: 57, style}} rows={7} />).length,
		7,
	);
	const screen = {kind: 'no-spokes', file: '/c.yaml', own: undefined, addKey: 'a'} as const;
	assert.equal(linesOf(<FirstRun screen={screen} width={100} height={20} style={style} />).length, 20);
});

test('the spinner is at the right edge while a job runs, and the line stands still', () => {
	const [idle] = linesOf(<Header {...head} isBusy={false} />);
	const [busy] = linesOf(<Header {...head} isBusy />);
	assert.match(busy!, /\d\d:\d\d [⊶⊷]$/);
	assert.equal(busy!.slice(0, idle!.trimEnd().length), idle!.trimEnd());
	const [dots] = linesOf(<Header {...head} style={ascii} isBusy />);
	assert.match(dots!, /^[ -~]*\d\d:\d\d \.$/, 'ASCII alone');
	assert.doesNotMatch(linesOf(<Header {...head} width={30} isBusy />)[0]!, /[⊶⊷]/, 'a narrow screen needs the cells');
});

test('the spinner holds no timer once nothing runs', () => {
	const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
	const before = timers();
	const view = render(<Header {...head} isBusy={false} />);
	const idle = timers();
	view.rerender(<Header {...head} isBusy />);
	assert.equal(timers(), idle + 1);
	view.rerender(<Header {...head} isBusy={false} />);
	assert.equal(timers(), idle);
	view.unmount();
	assert.ok(timers() <= before, 'nothing is left behind');
});

test('the screen reader hears every spoke once, and then only what changed', () => {
	const view = render(<ScreenReader rows={rows} now={fakeNow} selected="laptop" />);
	const all = view.lastFrame()!;
	for (const row of rows.slice(1)) assert.equal(all.split(`${row.name}: ${row.word}`).length, 2, row.name);
	assert.match(all, /Selected: laptop, ok/);
	const changed = rows.map(row =>
		row.id === 'nas' ? {...row, word: 'held' as const, stateText: 'held 3 sessions'} : row,
	);
	view.rerender(<ScreenReader rows={changed} now={fakeNow} selected="laptop" />);
	assert.match(view.lastFrame()!, /nas: held 3 sessions/);
	view.rerender(
		<ScreenReader rows={changed} now={fakeNow + 60_000} selected="laptop">
			<Text>release nas? y or n</Text>
		</ScreenReader>,
	);
	assert.match(view.lastFrame()!, /release nas\? y or n/);
	// The testing library's terminal repeats what was said before in every frame; nothing is said twice in one.
	assert.equal(view.lastFrame()!.split('nas: held').length, 2);
	assert.equal(view.lastFrame()!.split('gpu-box: auth').length, 2);
});
