import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {hubRow, themeNames} from '../../source/view/types.js';
import {fakeHub, fakeSpoke} from '../lab/fake-state.js';
import {bodyLines, openKeyboard} from './keyboard.js';

test('keys of one packet each see what the one before did', () => {
	const {press, ui, names} = openKeyboard();
	press('g', 'j', 'j', 'j');
	assert.equal(ui().selected, names()[3]);
	press('G');
	assert.equal(ui().selected, names().at(-1));
	press('pageup');
	assert.equal(ui().selected, names().at(-6), 'a page is what the table shows');
	press('g');
	assert.equal(ui().selected, hubRow);
});

test('the table scrolls no further than it must to show the selected row', () => {
	const {press, ui} = openKeyboard();
	press('g', 'j', 'j', 'j', 'j');
	assert.equal(ui().top, 0);
	press('j');
	assert.equal(ui().top, 1);
	press('k', 'k');
	assert.equal(ui().top, 1);
});

test('a filter typed and entered in one packet filters, and selection goes to the nearest row left', () => {
	const {press, type, ui, names} = openKeyboard();
	type('/nas');
	assert.deepEqual(names(), ['nas'], 'already while it is typed');
	assert.equal(ui().selected, 'nas');
	press('enter');
	assert.equal(ui().prompt, undefined);
	assert.deepEqual(names(), ['nas']);
	press('esc');
	assert.equal(ui().filter, '');
	assert.equal(ui().selected, 'nas');
});

test('esc in a filter brings back the one before, backspace in an empty one leaves', () => {
	const {press, type, ui} = openKeyboard();
	type('/nas');
	press('enter', '/', 'ctrl-u');
	type('gpu');
	assert.equal(ui().filter, 'gpu');
	press('esc');
	assert.equal(ui().filter, 'nas');
	press('/', 'ctrl-u', 'backspace');
	assert.equal(ui().prompt, undefined);
	assert.equal(ui().filter, '');
});

test('while a filter is typed arrows walk what it found', () => {
	const {press, type, ui, names} = openKeyboard();
	type('/build');
	assert.equal(names().length, 2);
	press('down');
	assert.equal(ui().selected, names()[1]);
	assert.equal(ui().prompt?.kind, 'filter');
});

test('no letter of a pasted text is a key', () => {
	const {paste, calls, ui, said} = openKeyboard();
	paste('hello\nq\nS');
	assert.deepEqual(calls, []);
	assert.match(said() ?? '', /pasted text is ignored/);
	assert.deepEqual(ui().views, ['main']);
});

test('pasted text is typed where text is typed, cleaned and on one line', () => {
	const {press, paste, ui} = openKeyboard();
	press('/');
	paste('lap\u001B[31mtop\r\nq');
	assert.equal(ui().filter, 'laptop q');
});

test('views open over each other and back returns to the same row and scroll', () => {
	const {press, ui} = openKeyboard();
	press('g', 'j', 'j', 'j', 'j', 'j', 'j', 'j');
	const {selected, top} = ui();
	press('enter', 'j', 'j', 'l', '?');
	assert.deepEqual(ui().views, ['main', 'detail', 'log', 'help']);
	press('esc', 'q', 'q');
	assert.deepEqual([ui().views, ui().selected, ui().top], [['main'], selected, top]);
	press('enter');
	assert.equal(ui().offsets.detail, 2, 'the same spoke is read where it was left');
});

test('another spoke is read from its beginning', () => {
	const {press, ui} = openKeyboard();
	press('enter', 'j', 'j', 'esc', 'j', 'enter');
	assert.equal(ui().offsets.detail, 0);
});

test('texts scroll within their bounds', () => {
	const {press, ui} = openKeyboard();
	press('i', 'k');
	assert.equal(ui().offsets.config, 0);
	press('G');
	assert.equal(ui().offsets.config, bodyLines.length - 10);
	press('ctrl-u', 'pageup');
	assert.equal(ui().offsets.config, bodyLines.length - 25);
});

test('find goes to the first match below, n and N to the others, round at the ends', () => {
	const {press, type, ui, said} = openKeyboard();
	press('enter', 'j', '/');
	type('NEEDLE');
	press('enter');
	assert.equal(ui().offsets.detail, 25, 'colours do not hide it');
	press('n');
	assert.equal(ui().offsets.detail, 50);
	press('N', 'N');
	assert.equal(ui().offsets.detail, 0);
	press('/', 'ctrl-u');
	type('nowhere');
	press('enter');
	assert.match(said() ?? '', /'nowhere' is nowhere here/);
	press('esc');
	assert.equal(ui().search.detail, '', 'esc drops the search');
	assert.equal(ui().views.at(-1), 'detail', 'and only then leaves');
});

test('the log stops following upwards, follows again at the bottom and with f', () => {
	const {press, ui, context} = openKeyboard();
	press('l');
	assert.equal(ui().log.spoke, ui().selected);
	press('l');
	assert.equal(ui().log.spoke, undefined);
	const lines = context().log;
	press('k');
	assert.deepEqual(
		[ui().log.isFollowing, ui().log.cursor, ui().log.pausedAt],
		[false, lines.at(-2)!.seq, lines.at(-1)!.seq],
	);
	press('G');
	assert.equal(ui().log.isFollowing, true);
	press('f');
	assert.equal(ui().log.isFollowing, false);
	press('f', 'g');
	assert.equal(ui().log.cursor, lines[0]!.seq);
	press('w', 'e');
	assert.deepEqual([ui().log.isWrapped, ui().log.level], [false, 'warn']);
});

test('find in the log starts upwards from the newest line', () => {
	const {press, type, ui, context} = openKeyboard();
	press('l', 'l', '/');
	type('connection refused');
	press('enter');
	const matches = context().log.filter(({text}) => text.includes('connection refused'));
	assert.equal(ui().log.cursor, matches.at(-1)!.seq);
	press('N');
	assert.equal(ui().log.cursor, matches.at(-2)!.seq);
});

test('tab walks the panes, keys go to the focused one, esc leads back to the table', () => {
	const {press, ui} = openKeyboard();
	press('tab', 'tab');
	assert.equal(ui().pane, 'log');
	press('k');
	assert.equal(ui().log.isFollowing, false);
	press('enter');
	assert.deepEqual(ui().views, ['main', 'log']);
	press('esc', 'shift-tab');
	assert.equal(ui().pane, 'detail');
	press('j', 'z');
	assert.deepEqual([ui().offsets.detail, ui().isZoomed], [1, true]);
	press('esc', 'esc');
	assert.deepEqual([ui().isZoomed, ui().pane], [false, 'table']);
});

test('where there is room for the table only, panes say so', () => {
	const {press, ui, said} = openKeyboard({context: {panes: ['table']}});
	press('tab');
	assert.equal(ui().pane, 'table');
	assert.match(said() ?? '', /no room/);
});

test('in the help letters search, esc drops the search and then closes, ? closes', () => {
	const {press, type, paste, calls, ui} = openKeyboard();
	press('?', '/');
	type('sync q');
	assert.equal(ui().search.help, 'sync q');
	press('backspace', 'backspace');
	paste(' now');
	assert.equal(ui().search.help, 'sync now');
	press('down', 'esc');
	assert.deepEqual([ui().search.help, ui().views.at(-1)], ['', 'help']);
	press('esc');
	assert.deepEqual(ui().views, ['main']);
	press('?', '?');
	assert.deepEqual(ui().views, ['main']);
	assert.deepEqual(calls, []);
});

test('marks are set, all at once, and dropped with esc', () => {
	const {press, ui, names} = openKeyboard();
	press('space');
	assert.deepEqual([...ui().marks], [ui().selected]);
	press('*');
	assert.equal(ui().marks.size, names().length - 1, 'the hub has none');
	press('*');
	assert.equal(ui().marks.size, 0);
	press('g', 'space');
	assert.equal(ui().marks.size, 0);
	press('*', 'esc');
	assert.equal(ui().marks.size, 0);
});

test('faults only leaves what needs a look, and says nothing is lost', () => {
	const {press, names, context} = openKeyboard();
	press('f');
	assert.ok(names().length > 0 && names().length < context().all.length);
	assert.ok(context().rows.every(({tone}) => tone === 'warn' || tone === 'bad'));
	press('f');
	assert.equal(names().length, context().all.length);
});

test('an open detail stays with its spoke when a filter hides the row, and closes when the spoke is gone', () => {
	const state = fakeHub({spokes: 3, kinds: ['auth', 'ok', 'ok']});
	const {press, publish, ui} = openKeyboard({state});
	press('f', 'enter');
	assert.equal(ui().selected, 'laptop');
	publish({...state, spokes: [fakeSpoke({name: 'laptop'}), ...state.spokes.slice(1)]});
	assert.deepEqual([ui().selected, ui().views], ['laptop', ['main', 'detail']]);
	publish({...state, spokes: state.spokes.slice(1)});
	assert.deepEqual(ui().views, ['main']);
	press('f');
	assert.notEqual(ui().selected, 'laptop');
});

test('themes go round, pause starts and ends, columns widen', () => {
	const {press, ui, said} = openKeyboard();
	for (const theme of [...themeNames.slice(1), themeNames[0]]) {
		press('T');
		assert.equal(ui().theme, theme);
		assert.equal(said(), `theme: ${theme}`);
	}

	press('p', 'w');
	assert.notEqual(ui().pausedSince, undefined);
	assert.equal(ui().isWide, true);
	press('p');
	assert.equal(ui().pausedSince, undefined);
});

test('sorting goes through the columns, says which, and keeps the selected spoke', () => {
	const {press, ui, names, said} = openKeyboard();
	press('j', 'j');
	const {selected} = ui();
	press('o');
	assert.equal(said(), 'sorted by name');
	assert.equal(ui().selected, selected);
	const spokes = names().slice(1);
	press('O');
	assert.deepEqual(names().slice(1), spokes.toReversed());
	assert.equal(names()[0], fakeHub().config.hubName, 'the hub stays first');
});

test('q leaves at once without jobs, asks with jobs, and goes back elsewhere', () => {
	const idle = openKeyboard({state: fakeHub({kinds: ['ok']})});
	idle.press('enter', 'q', 'q');
	assert.deepEqual(idle.calls, [['quit', 0]]);

	const state = fakeHub({spokes: 2, kinds: ['syncing', 'ok']});
	const entering = state.spokes.map(spoke => ({...spoke, job: spoke.job && {...spoke.job, isArrival: true}}));
	const arriving = openKeyboard({state: {...state, spokes: entering}});
	arriving.press('q');
	assert.deepEqual(arriving.calls, [['quit', 0]], 'what arrives is entered the next time: nobody is asked');

	const busy = openKeyboard({state});
	busy.press('q');
	assert.deepEqual(busy.ui().prompt, {kind: 'quit', jobs: 1});
	busy.press('enter', 'esc');
	assert.equal(busy.ui().prompt, undefined);
	assert.deepEqual(busy.calls, []);
	busy.press('q', 'w');
	assert.deepEqual(busy.calls, [['quitWhenDone']]);
	busy.press('q', 'x');
	assert.deepEqual(busy.calls, [['quitWhenDone'], ['quit', 0]]);
});

test('ctrl-c quits, ctrl-z suspends, ctrl-l redraws, whatever is asked', () => {
	for (const before of [[], ['/'], [':'], ['?'], ['y'], ['enter', '/']]) {
		const {press, calls} = openKeyboard();
		press(...before, 'ctrl-l', 'ctrl-z', 'ctrl-c');
		assert.deepEqual(calls, [['redraw'], ['suspend'], ['quit', 130]], before.join(' '));
	}
});

test('keys of the file work, those they replace do not', () => {
	const {press, ui} = openKeyboard({keys: {down: ['%']}});
	press('g', 'j');
	assert.equal(ui().selected, hubRow);
	press('%');
	assert.notEqual(ui().selected, hubRow);
});

test('whatever is pressed, the screen stays in one piece', () => {
	const keys = [
		...'jkgGsSnxurRyY/fFoOwpzleiT?:q*NabcQ1'.split(''),
		...'space enter esc tab shift-tab up down left right home end pageup pagedown backspace delete'.split(' '),
		...'ctrl-u ctrl-d ctrl-k ctrl-w ctrl-a ctrl-e ctrl-x'.split(' '),
	];
	const states = [fakeHub(), fakeHub({spokes: 3}), fakeHub({spokes: 0}), fakeHub({spokes: 30, seed: 3})];
	const step = fc.oneof(
		{weight: 12, arbitrary: fc.constantFrom(...keys)},
		{weight: 1, arbitrary: fc.nat(states.length - 1)},
	);
	fc.assert(
		fc.property(fc.array(step, {maxLength: 60}), steps => {
			const {press, publish, ui, context} = openKeyboard();
			for (const one of steps) {
				if (typeof one === 'number') publish(states[one]!);
				else press(one);
				const {selected, top, views, toasts, offsets} = ui();
				const ids = context().rows.map(({id}) => id);
				const isInDetail = views.includes('detail');
				assert.ok(ids.length === 0 || isInDetail || ids.includes(selected), `${selected} is selected and no row`);
				assert.ok(top >= 0 && top <= Math.max(0, ids.length - 5), `row ${top} of ${ids.length} at the top`);
				const at = ids.indexOf(selected);
				assert.ok(at === -1 || isInDetail || (at >= top && at < top + 5), 'the selected row is on the screen');
				assert.equal(views[0], 'main');
				assert.equal(new Set(views).size, views.length);
				assert.ok(toasts.length <= 5);
				assert.ok(Object.values(offsets).every(offset => offset >= 0 && offset <= bodyLines.length - 10));
				const names = context().state.spokes.map(({config}) => config.name);
				assert.ok(
					[...ui().marks].every(name => names.includes(name)),
					'marks are of spokes there are',
				);
			}
		}),
		{numRuns: 150},
	);
});
