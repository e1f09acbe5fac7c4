import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import '../../lab/seed.js';
import {JsonTextError, jsonMembers, placeAt} from '../../../source/sync/nodes/json-text.js';

function members(text: string): unknown {
	return Object.fromEntries(
		jsonMembers(text).map(({key, valueStart, valueEnd}) => [key, JSON.parse(text.slice(valueStart, valueEnd))]),
	);
}

test('every object that JSON.parse takes is taken apart into the same members, and nothing else passes', () => {
	const object = fc.dictionary(
		fc.string({maxLength: 6}).filter(key => key !== '__proto__'),
		fc.jsonValue({maxDepth: 4}),
		{maxKeys: 5},
	);
	const text = fc
		.tuple(object, fc.constantFrom('', ' ', '\t', '  '))
		.map(([value, space]) => JSON.stringify(value, null, space));
	fc.assert(fc.property(text, good => assert.deepEqual(members(good), JSON.parse(good))));
	const mutated = fc.tuple(
		text,
		fc.nat(),
		fc.constantFrom('', '"', '{', '}', ',', ':', '\\', '\n', '0', 'x', ']'),
		fc.nat(2),
	);
	fc.assert(
		fc.property(mutated, ([good, at, by, cut]) => {
			const from = at % (good.length + 1);
			const bad = good.slice(0, from) + by + good.slice(from + cut);
			let expected: unknown;
			try {
				expected = JSON.parse(bad);
			} catch {
				assert.throws(() => jsonMembers(bad), JsonTextError, bad);
				return;
			}

			if (typeof expected === 'object' && expected !== null && !Array.isArray(expected))
				assert.deepEqual(members(bad), expected);
			else assert.throws(() => jsonMembers(bad), JsonTextError);
		}),
		{numRuns: 1000},
	);
});

test('what is wrong is told by line and column, however deep it lies', () => {
	const problem = (text: string) => {
		try {
			jsonMembers(text);
			return undefined;
		} catch (error) {
			const {place, message} = error as JsonTextError;
			return `${place.line}:${place.column} ${message}`;
		}
	};

	assert.equal(problem('{\n  "id": "a",\n  "x": [1, 2,]\n}'), '3:14 expected a value here');
	assert.equal(problem('{"é": "a" "b"}'), '1:11 expected , or } here');
	assert.equal(problem('[1]'), '1:1 a node is one JSON object, which begins with {');
	assert.equal(problem('{"a": "x'), '1:7 this text never ends, or holds a character that must be escaped');
	assert.equal(problem('{"a": {"b": '), '1:13 the file ends in the middle of the object');
	assert.equal(problem('{} {}'), '1:4 more text follows after the end of the object');
	assert.equal(problem(`{"a":${'['.repeat(200_000)}`), '1:200006 the file ends in the middle of the object');
	assert.equal(problem(`{"a": "${'x'.repeat(30_000_000)}"`), '1:30000009 expected , or } here');
	assert.deepEqual(placeAt('a\nbc', 3), {line: 2, column: 2});
});
