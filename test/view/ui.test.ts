import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {arrange} from '../../source/view/arrange.js';
import {buildRows} from '../../source/view/rows.js';
import {hubRow, sortColumns, type TableRow, type UiState} from '../../source/view/types.js';
import {initialUi, reduceUi, type UiAction} from '../../source/view/ui.js';
import {createUiStore} from '../../source/view/ui-store.js';
import {nextExpiry} from '../../source/view/ui-toasts.js';
import {fakeHub, fakeLog, fakeNow} from '../lab/fake-state.js';

const hubs = [0, 1, 5, 12].map(spokes => buildRows(fakeHub({spokes}), fakeNow, undefined));
const rows = hubs.at(-1)!;
const start = initialUi({theme: 'auto', rows});

function namesOf(list: readonly TableRow[]): string[] {
	return list.filter(({id}) => id !== hubRow).map(({id}) => id);
}

function after(ui: UiState, ...actions: readonly UiAction[]): UiState {
	return actions.reduce(reduceUi, ui);
}

test('the first spoke is selected at first, without spokes the hub', () => {
	assert.equal(start.selected, 'laptop');
	assert.equal(initialUi({theme: 'auto', rows: hubs[0]!}).selected, hubRow);
	assert.equal(initialUi({theme: 'auto'}).selected, hubRow);
});

test('when the selected row goes, the row below it is selected, else the one above', () => {
	const names = namesOf(rows);
	const without = (...gone: readonly string[]) => rows.filter(({id}) => !gone.includes(id));
	const settle = (ui: UiState, next: readonly TableRow[]) =>
		after(ui, {type: 'arranged', before: rows, rows: next, names, page: 5});
	const third = after(start, {type: 'select', id: names[2]!});
	assert.equal(settle(third, without(names[2]!)).selected, names[3]);
	assert.equal(settle(third, without(names[2]!, names[3]!)).selected, names[4]);
	const last = after(start, {type: 'select', id: names.at(-1)!});
	assert.equal(settle(last, without(names.at(-1)!)).selected, names.at(-2));
	assert.equal(settle(last, []).selected, names.at(-1), 'kept for when the filter goes');
});

test('the same rows again are no new state', () => {
	const action: UiAction = {type: 'arranged', before: rows, rows, names: namesOf(rows), page: 5};
	const once = reduceUi(start, action);
	assert.equal(reduceUi(once, action), once);
});

test('an action that changes nothing returns the very same state', () => {
	const actions: readonly UiAction[] = [
		{type: 'back'},
		{type: 'open', view: 'main'},
		{type: 'pane', pane: 'table'},
		{type: 'zoom', isZoomed: false},
		{type: 'filter', text: ''},
		{type: 'faults', isFaultsOnly: false},
		{type: 'search', place: 'help', text: ''},
		{type: 'theme', theme: 'auto'},
		{type: 'unmark'},
		{type: 'mark', id: hubRow},
		{type: 'seen'},
		{type: 'expire', now: fakeNow},
		{type: 'prompt', prompt: undefined},
		{type: 'typing', typing: {text: 'x', cursor: 1}},
		{type: 'recall', past: 0},
		{type: 'confirm-offset', offset: 3},
		{type: 'entered', line: ''},
		{type: 'log-move', lines: [], by: -1},
		{type: 'log-move', lines: fakeLog(3, []), by: 'bottom'},
		{type: 'log-move', lines: fakeLog(3, []), by: 1},
		{type: 'log-find', text: ''},
		{type: 'log-spoke', spoke: undefined},
		{type: 'select', id: start.selected},
		{type: 'move', rows: [], page: 3, by: 1},
		{type: 'scroll', place: 'detail', to: -4, extent: {total: 3, page: 10}},
	];
	for (const action of actions) assert.equal(reduceUi(start, action), start, JSON.stringify(action));
});

test('toasts go in their time, errors stay until a key, the newest five are kept', () => {
	const toast = (level: 'info' | 'warn' | 'error', text: string): UiAction => ({
		type: 'toast',
		level,
		text,
		now: fakeNow,
	});
	const ui = after(start, toast('info', 'one'), toast('warn', 'two'), toast('error', 'three'));
	assert.equal(nextExpiry(ui.toasts), fakeNow + 4000);
	const later = reduceUi(ui, {type: 'expire', now: fakeNow + 4000});
	assert.deepEqual(
		later.toasts.map(({text}) => text),
		['two', 'three'],
	);
	const latest = reduceUi(later, {type: 'expire', now: fakeNow + 8000});
	assert.deepEqual(
		latest.toasts.map(({text}) => text),
		['three'],
	);
	assert.equal(nextExpiry(latest.toasts), undefined, 'no timer for what waits for a key');
	assert.deepEqual(reduceUi(latest, {type: 'seen'}).toasts, []);
	const many = after(start, ...[...'abcdefg'].map(text => toast('info', text)));
	assert.deepEqual(
		many.toasts.map(({text}) => text),
		[...'cdefg'],
	);
	assert.equal(new Set(many.toasts.map(({id}) => id)).size, 5);
	assert.equal(after(start, toast('info', 'x'), toast('info', 'x')).toasts.length, 1, 'the same again is one line');
});

test('a view that is open already is gone back to', () => {
	const ui = after(start, {type: 'open', view: 'log'}, {type: 'open', view: 'detail'}, {type: 'open', view: 'log'});
	assert.deepEqual(ui.views, ['main', 'log']);
});

test('the store tells its listeners of changes only, and at once', () => {
	const store = createUiStore(start);
	let calls = 0;
	const leave = store.subscribe(() => calls++);
	store.dispatch({type: 'wide'});
	store.dispatch({type: 'back'});
	assert.equal(calls, 1);
	assert.equal(store.snapshot().isWide, true);
	store.settle({rows, names: namesOf(rows), page: 5});
	store.settle({rows: rows.slice(0, 1), names: namesOf(rows), page: 5});
	assert.equal(store.snapshot().selected, hubRow);
	leave();
	store.dispatch({type: 'wide'});
	assert.equal(calls, 2);
});

test('whatever happens, the selected row exists, the table has no gap, and a view is open', () => {
	const log = fakeLog(30, ['laptop', 'server']);
	const step = fc.oneof(fc.integer({min: -40, max: 40}), fc.constantFrom('top' as const, 'bottom' as const));
	const action = fc.oneof(
		fc.record({type: fc.constant('move' as const), by: step}),
		fc.record({type: fc.constant('log-move' as const), by: step, lines: fc.constantFrom(log, log.slice(20), [])}),
		fc.record({type: fc.constant('open' as const), view: fc.constantFrom('main', 'detail', 'log', 'help', 'config')}),
		fc.record({type: fc.constant('filter' as const), text: fc.constantFrom('', 'la', '!la', '~state:ok', 'none')}),
		fc.record({type: fc.constant('faults' as const), isFaultsOnly: fc.boolean()}),
		fc.record({type: fc.constant('sort' as const), column: fc.constantFrom(...sortColumns)}),
		fc.record({type: fc.constantFrom('back', 'reverse', 'mark-all', 'log-level', 'log-wrap', 'seen')}),
		fc.record({type: fc.constant('mark' as const), id: fc.constantFrom('laptop', 'nas', hubRow)}),
		fc.record({
			type: fc.constant('scroll' as const),
			place: fc.constantFrom('detail', 'help', 'config'),
			to: fc.integer({min: -9, max: 99}),
			extent: fc.constant({total: 40, page: 12}),
		}),
		fc.record({type: fc.constant('hub' as const), at: fc.nat(hubs.length - 1)}),
	);
	fc.assert(
		fc.property(fc.array(action, {maxLength: 60}), fc.integer({min: 1, max: 9}), (actions, page) => {
			const store = createUiStore(start);
			let all = rows;
			for (const one of actions) {
				const shown = arrange(all, store.snapshot());
				if (one.type === 'hub') all = hubs[one.at]!;
				else store.dispatch({rows: shown, page, ...one} as UiAction);
				const next = arrange(all, store.snapshot());
				store.settle({rows: next, names: namesOf(all), page});
				const ui = store.snapshot();
				const ids = next.map(({id}) => id);
				const exists = ids.includes(ui.selected) || all.some(({id}) => id === ui.selected);
				assert.ok(exists, `${ui.selected} is selected and nowhere`);
				assert.ok(ui.top >= 0 && ui.top <= Math.max(0, ids.length - page), `${ui.top} of ${ids.length}`);
				assert.ok(ui.views.length > 0 && ui.views[0] === 'main');
				assert.ok([...ui.marks].every(id => namesOf(all).includes(id)));
				assert.ok(Object.values(ui.offsets).every(offset => offset >= 0 && offset <= 28));
			}
		}),
		{numRuns: 500},
	);
});
