import assert from 'node:assert/strict';
import {isUtf8} from 'node:buffer';
import test from 'node:test';
import fc from 'fast-check';
import {JsonLines} from '../../../source/sync/verify/json-lines.js';

interface Read {
	readonly shape: string;
	readonly offset: number;
	readonly length: number;
	readonly number: number;
	readonly isTerminated: boolean;
	readonly isUtf8: boolean;
	readonly hasNulBehind: boolean;
	readonly values: Readonly<Record<string, string | number | undefined>>;
}

const names = ['type', 'id', 'timestamp', 'version', 'kind'] as const;

function read(bytes: Buffer, pieces: readonly number[] = [bytes.length]): readonly Read[] {
	const found: Read[] = [];
	const lines = new JsonLines(({values, ...line}) => {
		const said = names.map(name => [name, values.text(name) ?? values.number(name)]);
		found.push({...line, values: line.shape === 'object' ? Object.fromEntries(said) : {}});
	});
	let at = 0;
	for (const length of pieces) {
		// A copy that is spoilt afterwards: nothing of a piece may be looked at later.
		const piece = Buffer.from(bytes.subarray(at, at + length));
		lines.feed(piece);
		piece.fill(0x22);
		at += length;
	}

	lines.end();
	return found;
}

/** What JSON.parse thinks of a line, and of what it names. */
function parsed(line: Buffer): {shape: string; isUtf8: boolean; values: Read['values']} {
	try {
		const value: unknown = JSON.parse(line.toString());
		const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
		const said = names.map(name => {
			const one = isObject ? (value as Record<string, unknown>)[name] : undefined;
			return [name, typeof one === 'string' || typeof one === 'number' ? one : undefined];
		});
		return {
			shape: isObject ? 'object' : 'other',
			isUtf8: isUtf8(line),
			values: isObject ? Object.fromEntries(said) : {},
		};
	} catch {
		return {shape: 'malformed', isUtf8: isUtf8(line), values: {}};
	}
}

function assertAsParsed(line: Buffer, pieces?: readonly number[]): void {
	const [found, ...more] = read(line, pieces);
	assert.deepEqual(more, []);
	const expected = parsed(line);
	assert.equal(found?.shape, expected.shape, line.toString());
	if (expected.shape === 'malformed') return;
	assert.equal(found?.isUtf8, expected.isUtf8, line.toString('latin1'));
	assert.deepEqual(found?.values, expected.values, line.toString());
}

function cut(length: number, size: number): number[] {
	return Array.from({length: Math.ceil(length / size)}, (_, index) => Math.min(size, length - index * size));
}

const hard = [
	'{}',
	'[]',
	'[[[]],{"a":[{}]}]',
	'{"a":{"type":"inner"},"type":"outer"}',
	'{"type":"first","type":"last"}',
	'{"type":"first","type":{"id":"x"}}',
	'{"type":null,"id":true,"version":false}',
	'{"\\u0074ype":"escaped","i\\u0064":"\\ud83d\\ude00\\n\\"é"}',
	'{"version":3,"timestamp":-0.5e+3,"kind":1E-2}',
	'{"version":0,"id":"","timestamp":12}',
	' \t{ "type" : "blank" , "version" : 1 } \r',
	'"x"',
	'0',
	'-0',
	'12.50e10',
	'true',
	'false',
	'null',
	'"\\ud800"',
	'"\\u00e9\\/\\b\\f"',
	'"😀é\u2028\u{10ffff}"',
	'{"é":"ü","id":"ключ"}',
	// Not JSON:
	'{',
	'}',
	'[',
	']',
	'[}',
	'{]',
	'{"a"}',
	'{"a":}',
	'{"a":1,}',
	'{,}',
	'[1,]',
	'[,1]',
	'[1 2]',
	'{"a" "b"}',
	'{"a":1 "b":2}',
	'{a:1}',
	"{'a':1}",
	'01',
	'-',
	'-a',
	'1.',
	'.5',
	'1.e3',
	'1e',
	'1e+',
	'+1',
	'1.2.3',
	'0x10',
	'NaN',
	'tru',
	'truex',
	'nulll',
	'"',
	'"\\',
	'"\\x"',
	'"\\u12g4"',
	'"\\u123',
	'"a\tb"',
	'"a\x7fb"',
	'"a\x01b"',
	'{}{}',
	'{} x',
	'"a" "b"',
	'\v1',
	'{"a":1}}',
	'\u00a01',
];

test('JSON.parse and the reader agree on every rule of the grammar, wherever the pieces end', () => {
	for (const text of hard) {
		const line = Buffer.from(text);
		for (let size = 1; size <= line.length; size++) assertAsParsed(line, cut(line.length, size));
	}
});

const key = fc.oneof(fc.constantFrom(...names), fc.string({unit: 'binary', maxLength: 4}));
const {tree} = fc.letrec<{tree: unknown; entry: unknown}>(tie => ({
	tree: fc.oneof(
		{depthSize: 'small', withCrossShrink: true},
		fc.string({unit: 'binary'}),
		fc.double({noNaN: true, noDefaultInfinity: true}),
		fc.constantFrom(true, false, null),
		fc.array(tie('tree')),
		tie('entry'),
	),
	entry: fc.array(fc.tuple(key, tie('tree'))).map(entries => Object.fromEntries(entries)),
}));

test('valid documents are read as JSON.parse reads them', () => {
	fc.assert(
		fc.property(tree, fc.integer({min: 1, max: 40}), (value, size) => {
			const line = Buffer.from(JSON.stringify(value));
			assertAsParsed(line, cut(line.length, size));
		}),
		{numRuns: 400},
	);
});

test('documents with bytes changed, cut out and put in are judged as JSON.parse judges them', () => {
	const change = fc.record({
		at: fc.nat(),
		drop: fc.integer({min: 0, max: 2}),
		put: fc.oneof(
			fc.constantFrom(...'{}[]:,"\\ eE+-.0u1tn\t', '\xe9', '\xf0\x9f', '\xff', '\xc0\x80', '\xed\xa0\x80'),
			fc.string({unit: fc.integer({min: 1, max: 255}).map(code => String.fromCharCode(code)), maxLength: 2}),
		),
	});
	fc.assert(
		fc.property(
			tree,
			fc.array(change, {minLength: 1, maxLength: 3}),
			fc.integer({min: 1, max: 40}),
			(value, changes, size) => {
				let line = Buffer.from(JSON.stringify(value));
				for (const {at, drop, put} of changes) {
					const place = at % (line.length + 1);
					// LF ends a line, and NUL is padding: both have tests of their own.
					const bytes = Buffer.from(put.replaceAll('\n', ''), 'latin1');
					line = Buffer.concat([line.subarray(0, place), bytes, line.subarray(place + drop)]);
				}

				fc.pre(line.length > 0 && !/^[ \t\r]*$|^[ \t\r]*\xef/.test(line.toString('latin1')));
				assertAsParsed(line, cut(line.length, size));
			},
		),
		{numRuns: 2000},
	);
});

test('strings long enough to be passed over by words are checked like short ones', () => {
	const special = fc.constantFrom(
		'',
		'"',
		'\\',
		'\\n',
		'\\x',
		'\\u00e9',
		'\n',
		'\t',
		'\x1f',
		'\x7f',
		'é',
		'€',
		'\xff',
		'!',
		'#',
		'[',
		']',
	);
	const property = fc.property(
		fc.array(fc.tuple(fc.integer({min: 0, max: 300}), special), {minLength: 1, maxLength: 4}),
		fc.integer({min: 0, max: 3}),
		fc.integer({min: 1, max: 400}),
		(parts, shift, size) => {
			const body = parts.map(([length, text]) => 'QUJD\u00e4x '.repeat(length).slice(0, length) + text).join('');
			const line = Buffer.from(`${' '.repeat(shift)}{"id":"${body.replaceAll('\n', '\v')}"}`);
			assertAsParsed(line, cut(line.length, size));
			// In a memory that is shared with others, at a place that is no multiple of four.
			const shared = Buffer.alloc(line.length + shift + 5, 0x22);
			line.copy(shared, shift);
			let shape = '';
			const lines = new JsonLines(found => {
				shape = found.shape;
			});
			lines.feed(shared.subarray(shift, shift + line.length));
			lines.end();
			assert.equal(shape, parsed(line).shape);
		},
	);
	fc.assert(property, {numRuns: 1000});
});

test('characters that are not UTF-8 are found in strings of every length, cut anywhere', () => {
	const wrong = ['ff', 'c3', 'c080', 'e2 82', 'eda080', 'f09f98', 'f4908080', 'f8888080', '80', 'e0 80 80'];
	for (const hex of wrong) {
		const middle = Buffer.from(hex.replaceAll(' ', ''), 'hex');
		const line = Buffer.concat([Buffer.from('{"id":"é€😀'), middle, Buffer.from('é"}')]);
		for (let size = 1; size <= line.length; size++) {
			const [found] = read(line, cut(line.length, size));
			assert.deepEqual([found?.shape, found?.isUtf8], ['object', false], `${hex} in pieces of ${size}`);
		}
	}
});

test('lines keep their numbers, offsets and lengths across pieces', () => {
	const text = '{"id":"a"}\n\n  \r\nnonsense "\n[1]\n12\n\0\0\n\0{"id":"é"}\0\n{"id":"tail"}';
	const bytes = Buffer.from(text);
	const whole = read(bytes);
	assert.deepEqual(
		whole.map(line => [line.number, line.shape, line.offset, line.length, line.isTerminated, line.hasNulBehind]),
		[
			[1, 'object', 0, 10, true, false],
			[2, 'blank', 11, 0, true, false],
			[3, 'blank', 12, 3, true, false],
			[4, 'malformed', 16, 10, true, false],
			[5, 'other', 27, 3, true, false],
			[6, 'other', 31, 2, true, false],
			[7, 'blank', 34, 2, true, false],
			[8, 'object', 37, 13, true, true],
			[9, 'object', 51, 13, false, false],
		],
	);
	for (let size = 1; size < bytes.length; size++) assert.deepEqual(read(bytes, cut(bytes.length, size)), whole);
});

test('a byte order mark in front of a line is passed over, half of one is not', () => {
	const bytes = Buffer.concat([Buffer.from('\ufeff{"id":"a"}\n\ufeff\n'), Buffer.from('efbb7b7d', 'hex')]);
	for (const size of [1, 2, 3, 50]) {
		const shapes = read(bytes, cut(bytes.length, size)).map(line => line.shape);
		assert.deepEqual(shapes, ['object', 'blank', 'malformed']);
	}
});

test('a long value is kept by its beginning, and a line after it is not disturbed', () => {
	const long = 'x'.repeat(5000);
	const lines = read(
		Buffer.from(`{"id":"${long}","type":"t"}\n{"${long}":1,"id":"${'\\n'.repeat(3000)}"}\n{"id":"b"}\n`),
	);
	assert.deepEqual(lines[0]?.values.id, 'x'.repeat(4096));
	assert.equal(lines[0]?.values.type, 't');
	assert.equal(lines[1]?.shape, 'object');
	assert.equal(lines[2]?.values.id, 'b');
});

test('deep nesting costs a bit a level and no stack', () => {
	const deep = 3_000_000;
	const lines = read(Buffer.from(`${'[{"a":'.repeat(deep)}1${'}]'.repeat(deep)}\n${'['.repeat(deep)}\n{}`));
	assert.deepEqual(
		lines.map(line => line.shape),
		['other', 'malformed', 'object'],
	);
});
