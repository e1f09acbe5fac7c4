import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {type Arrangement, arrange} from '../../source/view/arrange.js';
import {buildRows} from '../../source/view/rows.js';
import {hubRow, sortColumns, type TableRow} from '../../source/view/types.js';
import {fakeHub, fakeNow} from '../lab/fake-state.js';

const rows = buildRows(fakeHub({spokes: 16}), fakeNow, undefined);
const plain: Arrangement = {sort: {column: 'state', isReversed: false}, filter: '', isFaultsOnly: false};

function ids(arrangement: Partial<Arrangement>, list: readonly TableRow[] = rows): string[] {
	return arrange(list, {...plain, ...arrangement}).map(({id}) => id);
}

test('the hub comes first, then the worst, then by name', () => {
	const [first, ...others] = arrange(rows, plain);
	assert.equal(first?.id, hubRow);
	for (const [index, row] of others.entries()) {
		const before = others[index - 1];
		if (!before) continue;
		const isRight = before.severity < row.severity || (before.severity === row.severity && before.name <= row.name);
		assert.ok(isRight, `${before.name} (${before.severity}) before ${row.name} (${row.severity})`);
	}
});

test('every order is an order of the same rows, the hub first, the unknown last either way round', () => {
	for (const column of sortColumns) {
		for (const isReversed of [false, true]) {
			const list = arrange(rows, {...plain, sort: {column, isReversed}});
			assert.equal(list[0]?.id, hubRow);
			assert.deepEqual(list.map(({id}) => id).toSorted(), rows.map(({id}) => id).toSorted());
			if (column !== 'errors') continue;
			const known = list.slice(1).map(({errors}) => errors !== undefined);
			assert.ok(!known.slice(known.indexOf(false)).includes(true) || !known.includes(false), String(known));
		}
	}
});

test('numbers: the most first; reversed: the least', () => {
	const sessions = (isReversed: boolean) =>
		arrange(rows, {...plain, sort: {column: 'sessions', isReversed}})
			.slice(1)
			.flatMap(row => (row.sessions === undefined ? [] : [row.sessions]));
	assert.deepEqual(
		sessions(false),
		sessions(true)
			.toReversed()
			.toSorted((one, other) => other - one),
	);
	assert.ok(sessions(true)[0]! <= sessions(true).at(-1)!);
});

test('rows in touch keep their order when one is probed', () => {
	const [hub, one, other] = rows;
	const base = {...one!, isConnected: true, seenAt: 1000};
	const list = [hub!, {...base, id: 'b', name: 'b'}, {...other!, id: 'a', name: 'a', isConnected: true, seenAt: 900}];
	assert.deepEqual(ids({sort: {column: 'seen', isReversed: false}}, list), [hubRow, 'a', 'b']);
});

test('the same rows in the same arrangement are the very same list', () => {
	assert.equal(arrange(rows, plain), arrange(rows, {...plain, sort: {...plain.sort}}));
	assert.notEqual(arrange(rows, plain), arrange([...rows], plain));
});

test('a filter finds text in name, state, method and source, in any case', () => {
	assert.deepEqual(ids({filter: 'NAS'}), ['nas']);
	assert.ok(ids({filter: 'syncing'}).includes('server'));
	assert.ok(ids({filter: 'rsync'}).length > 3);
	const row = rows.find(({spoke}) => spoke?.config.sourceText !== undefined)!;
	assert.ok(ids({filter: row.spoke!.config.sourceText!}).includes(row.id));
	assert.deepEqual(ids({filter: 'no such thing'}), []);
	assert.equal(ids({filter: '   '}).length, rows.length);
});

test('an exclamation mark turns a filter round, ~state asks for a word', () => {
	fc.assert(
		fc.property(fc.constantFrom('nas', 'rsync', 'o', '~state:ok', '~state:l', 'zzz'), filter => {
			const both = [...ids({filter}), ...ids({filter: `!${filter}`})];
			assert.deepEqual(both.toSorted(), ids({}).toSorted());
		}),
	);
	assert.deepEqual(ids({filter: '~state:auth'}), ['gpu-box']);
	assert.deepEqual(ids({filter: '~STATE:au'}), ['gpu-box'], 'while it is typed');
	assert.equal(ids({filter: '!'}).length, rows.length, 'nothing to turn round yet');
});

test('the hub stays under a filter only when it matches', () => {
	assert.ok(!ids({filter: 'nas'}).includes(hubRow));
	assert.ok(ids({filter: '~state:hub'}).includes(hubRow));
	assert.ok(!ids({isFaultsOnly: true}).includes(hubRow));
});
