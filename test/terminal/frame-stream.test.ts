import assert from 'node:assert/strict';
import {EventEmitter} from 'node:events';
import {PassThrough} from 'node:stream';
import test from 'node:test';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import fc from 'fast-check';
import {Box, render, Text} from 'ink';
import {createElement, type ReactNode} from 'react';
import {createFrameStream, type TerminalStream} from '../../source/terminal/frame-stream.js';
import {createEmulator, type Emulator} from '../lab/pty.js';

/** A terminal's stream in front of an emulator, which may be told to take nothing for a while. */
class Line extends EventEmitter implements TerminalStream {
	readonly isTTY = true;
	readonly seen: Emulator;
	writes: string[] = [];
	isStalled = false;
	#held: Array<() => void> = [];

	constructor(columns: number, rows: number) {
		super();
		this.seen = createEmulator(columns, rows);
	}

	get columns() {
		return this.seen.emulator.cols;
	}

	get rows() {
		return this.seen.emulator.rows;
	}

	write = (text: string, done?: () => void): boolean => {
		if (text !== '') this.writes.push(text);
		// As the terminal driver does.
		this.seen.write(text.replaceAll('\n', '\r\n'));
		if (this.isStalled) {
			this.#held.push(() => done?.());
			return false;
		}

		done?.();
		return true;
	};

	goOn() {
		this.isStalled = false;
		for (const done of this.#held.splice(0)) done();
	}

	resize(columns: number, rows: number) {
		this.seen.emulator.resize(columns, rows);
		this.emit('resize');
	}
}

/** What a person sees: characters and their colours, row by row. */
async function picture({seen}: Line): Promise<string[]> {
	await seen.screen();
	const {emulator} = seen;
	const {active} = emulator.buffer;
	return Array.from({length: emulator.rows}, (_, y) => {
		const line = active.getLine(active.baseY + y)!;
		return Array.from({length: emulator.cols}, (_, x) => {
			const cell = line.getCell(x)!;
			const look = [
				cell.isBold(),
				cell.isDim(),
				cell.isInverse(),
				cell.isUnderline(),
				cell.getFgColor(),
				cell.getBgColor(),
			];
			return `${cell.getChars() || (cell.getWidth() === 0 ? '' : ' ')}${look.some(one => one > 0) ? `<${look.join()}>` : ''}`;
		}).join('');
	});
}

/** Ink in front of both: what it writes reaches one terminal as it is and another through a frame stream. */
function twin(columns: number, rows: number, tree: ReactNode) {
	const raw = new Line(columns, rows);
	const folded = new Line(columns, rows);
	const stream = createFrameStream(folded);
	const stdout = Object.assign(new EventEmitter(), {
		isTTY: true,
		write(text: string, done?: () => void) {
			raw.write(text);
			return stream.stdout.write(text, done);
		},
	});
	Object.defineProperties(stdout, {columns: {get: () => raw.columns}, rows: {get: () => raw.rows}});
	const stdin = Object.assign(new PassThrough(), {isTTY: true, setRawMode() {}, ref() {}, unref() {}});
	const app = render(tree, {
		stdout: stdout as unknown as NodeJS.WriteStream,
		stdin: stdin as unknown as NodeJS.ReadStream,
		interactive: true,
		alternateScreen: true,
		incrementalRendering: true,
		patchConsole: false,
		exitOnCtrlC: false,
		maxFps: 1000,
	});
	return {
		raw,
		folded,
		stream,
		app,
		resize(wide: number, high: number) {
			raw.resize(wide, high);
			folded.resize(wide, high);
			stdout.emit('resize');
		},
		async close() {
			app.unmount();
			await app.waitUntilExit();
			stream.close();
		},
	};
}

const word = fc.constantFrom(
	'ok',
	'syncing 42%',
	'unreachable',
	'日本語',
	'é̂x',
	'──',
	'✓ laptop',
	'          ',
	'▁▂▃',
	'a',
	' ',
	'1,204',
);
const piece = fc.record({
	text: word,
	color: fc.constantFrom(undefined, 'red', 'cyan', '#ff8800'),
	backgroundColor: fc.constantFrom(undefined, undefined, 'blue'),
	bold: fc.boolean(),
	dimColor: fc.boolean(),
	inverse: fc.boolean(),
});
const line = fc.array(piece, {maxLength: 6});

function treeOf(lines: ReadonlyArray<ReadonlyArray<{readonly text: string}>>, columns: number, rows: number) {
	return createElement(
		Box,
		{width: columns, height: rows, overflow: 'hidden', flexDirection: 'column'},
		lines
			.slice(0, rows)
			.map((pieces, index) =>
				createElement(
					Text,
					{key: index, wrap: 'truncate'},
					' ',
					...pieces.map(({text, ...look}, at) => createElement(Text, {key: at, ...look}, text)),
				),
			),
	);
}

test('after any frames and sizes the terminal shows what one would that had just been opened, and less was sent', async () => {
	const step = fc.record({
		lines: fc.array(line, {minLength: 1, maxLength: 12}),
		size: fc.option(fc.record({columns: fc.integer({min: 8, max: 60}), rows: fc.integer({min: 2, max: 14})}), {
			freq: 4,
			nil: undefined,
		}),
	});
	let [sent, written] = [0, 0];
	await fc.assert(
		fc.asyncProperty(fc.array(step, {minLength: 1, maxLength: 8}), async steps => {
			const both = twin(40, 10, treeOf([], 40, 10));
			try {
				for (const {lines, size} of steps) {
					if (size) both.resize(size.columns, size.rows);
					const {columns, rows} = both.raw;
					both.app.rerender(treeOf(lines, columns, rows));
					await both.app.waitUntilRenderFlush();
					// Without the stream, Ink alone leaves old rows behind when a terminal becomes narrower and lower at once.
					const fresh = twin(columns, rows, treeOf(lines, columns, rows));
					await fresh.app.waitUntilRenderFlush();
					assert.deepEqual(await picture(both.folded), await picture(fresh.raw));
					await fresh.close();
				}
			} finally {
				await both.close();
			}

			await both.folded.seen.screen();
			assert.equal(both.folded.seen.emulator.buffer.active.type, 'normal', 'the alternate screen was left');
			assert.equal(both.folded.seen.facts.isCursorShown, true, 'the cursor is shown again');
			sent += both.folded.seen.facts.bytes;
			written += both.raw.seen.facts.bytes;
		}),
		{numRuns: 60},
	);
	assert.ok(sent < written, `${sent} bytes sent of ${written} written`);
});

function rowsOf(count: number, change: (row: number) => string): ReactNode {
	return createElement(
		Box,
		{width: 120, height: 40, overflow: 'hidden', flexDirection: 'column'},
		Array.from({length: count}, (_, row) =>
			createElement(Text, {key: row, wrap: 'truncate'}, `row ${row} ${change(row)} ${'columns '.repeat(10)}`),
		),
	);
}

test('one changed cell is one write of a few bytes, and a frame without a change is none', async () => {
	const both = twin(
		120,
		40,
		rowsOf(40, () => 'ok  '),
	);
	await both.app.waitUntilRenderFlush();
	const before = both.folded.writes.length;
	both.app.rerender(rowsOf(40, () => 'ok  '));
	await both.app.waitUntilRenderFlush();
	assert.equal(both.folded.writes.length, before, 'nothing changed');
	both.app.rerender(rowsOf(40, row => (row === 20 ? 'late' : 'ok  ')));
	await both.app.waitUntilRenderFlush();
	assert.deepEqual(both.folded.writes.slice(before), ['\u001B[21;8Hlate']);
	await both.close();
});

/** Rows that can be told apart, as those of a table can. */
function tableOf(names: readonly number[]): ReactNode {
	return createElement(
		Box,
		{width: 120, height: 40, overflow: 'hidden', flexDirection: 'column'},
		names.map((name, row) =>
			createElement(
				Text,
				{key: row, wrap: 'truncate'},
				`row ${name} ${'▮'.repeat(name % 20)} ${'columns '.repeat(name % 9)}`,
			),
		),
	);
}

test('rows that go up or down together are moved by the terminal, not painted again', async () => {
	const names = Array.from({length: 40}, (_, row) => row + 100);
	const both = twin(120, 40, tableOf(names));
	await both.app.waitUntilRenderFlush();
	const before = both.folded.writes.length;
	const moved = [...names.slice(0, 3), names[20]!, ...names.slice(3, 20), ...names.slice(21)];
	both.app.rerender(tableOf(moved));
	await both.app.waitUntilRenderFlush();
	assert.deepEqual(both.folded.writes.slice(before), [
		'\u001B[4;21r\u001B[4H\u001B[L\u001B[r\u001B[4Hrow 120  columns columns columns',
	]);
	both.app.rerender(tableOf(names));
	await both.app.waitUntilRenderFlush();
	assert.ok(Buffer.byteLength(both.folded.writes.at(-1)!) < 120, 'and back');
	assert.deepEqual(await picture(both.folded), await picture(both.raw));
	await both.close();
});

test('whatever is moved, scrolled, taken out or put in, the terminal shows what one would that had just been opened', async () => {
	const row = fc.integer({min: 0, max: 60});
	const step = fc.record({
		from: fc.nat(39),
		count: fc.integer({min: 0, max: 20}),
		to: fc.nat(39),
		fresh: fc.array(row, {maxLength: 4}),
	});
	await fc.assert(
		fc.asyncProperty(
			fc.array(row, {minLength: 40, maxLength: 40}),
			fc.array(step, {minLength: 1, maxLength: 4}),
			async (start, steps) => {
				const both = twin(120, 40, tableOf(start));
				await both.app.waitUntilRenderFlush();
				let rows = start;
				for (const {from, count, to, fresh} of steps) {
					const rest = rows.toSpliced(from, count);
					rows = rest.toSpliced(to, 0, ...rows.slice(from, from + count), ...fresh).slice(0, 40);
					both.app.rerender(tableOf(rows));
					await both.app.waitUntilRenderFlush();
					assert.deepEqual(await picture(both.folded), await picture(both.raw));
				}

				await both.close();
			},
		),
		{numRuns: 40},
	);
});

test('a terminal that stalls is sent nothing more, and then only what differs from the newest frame', async () => {
	const both = twin(
		120,
		40,
		rowsOf(40, () => 'ok  '),
	);
	await both.app.waitUntilRenderFlush();
	both.folded.isStalled = true;
	const before = both.folded.writes.length;
	for (let round = 0; round < 50; round++) {
		const started = performance.now();
		both.app.rerender(rowsOf(40, row => (row === 3 ? `${1000 + round}` : 'ok  ')));
		while (performance.now() - started < 2);
		await new Promise(resolve => setImmediate(resolve));
	}

	both.app.rerender(rowsOf(40, row => (row === 3 ? 'late' : 'ok  ')));
	await new Promise(resolve => setTimeout(resolve, 5));
	assert.ok(both.folded.writes.length - before <= 1, `${both.folded.writes.length - before} writes while it stalled`);
	both.folded.goOn();
	await both.app.waitUntilRenderFlush();
	assert.match(both.folded.writes.at(-1)!, /^\u001B\[4;\d+Hlate$/);
	assert.deepEqual(await picture(both.folded), await picture(both.raw));
	await both.close();
});

test('while a terminal stalls, frames that it never sees take no memory', () => {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;
	const line = new Line(200, 50);
	const stream = createFrameStream(line);
	stream.stdout.write('\u001B[?1049h');
	line.isStalled = true;
	const frames = (count: number) => {
		for (let frame = 0; frame < count; frame++) {
			const rows = Array.from({length: 49}, (_, row) => `\u001B[2K${frame} ${row}\n`);
			stream.stdout.write(`\u001B[?2026h\u001B[49A${rows.join('')}\u001B[?2026l`);
		}

		collect();
		return process.memoryUsage().heapUsed;
	};

	const before = frames(10);
	const grown = (frames(200) - before) / 1e6;
	stream.close();
	// Of 200 frames each would have kept half a megabyte of rows.
	assert.ok(grown < 10, `${grown.toFixed(1)} MB more`);
});

test('what is not part of the picture goes between frames, never into one, and out with the next one', async () => {
	const line = new Line(20, 3);
	const stream = createFrameStream(line);
	stream.stdout.write('\u001B[?1049h\u001B[?25l');
	stream.stdout.write('\u001B[?2026h');
	stream.stdout.write('first\n');
	stream.between('\u0007');
	stream.stdout.write('second\u001B[?2026l');
	assert.deepEqual(line.writes, ['\u001B[?1049h\u001B[H\u001B[2J\u0007\u001B[?25l\u001B[1Hfirst\r\nsecond']);
	stream.between('\u001B]2;title\u001B\\');
	stream.stdout.write('\u001B[?2026h\u001B[1Athird\n\u001B[?2026l');
	assert.equal(line.writes.length, 2, 'one write for both');
	assert.match(line.writes[1]!, /^\u001B\]2;title\u001B\\.*third$/);
	stream.between('\u0007');
	await new Promise(resolve => setImmediate(resolve));
	assert.equal(line.writes.at(-1), '\u0007', 'without a frame it waits for none');
	stream.close();
});

test('bytes that are not understood are passed on as they are, from the place where Ink believes the cursor to be', async () => {
	const line = new Line(20, 4);
	const stream = createFrameStream(line);
	stream.stdout.write('\u001B[?1049h\u001B[?2026hone\ntwo\u001B[?2026l');
	stream.stdout.write('\u001B[?2026h\u001B[1A\u001B[3;3f\u001B[?2026l');
	stream.stdout.write('\u001B[?2026hxyz\u001B[?2026l');
	assert.equal(await line.seen.screen(), 'one\ntwo\n  xyz\n');
	stream.close();
});

test('a repaint sends every row again', async () => {
	const both = twin(30, 4, treeOf([], 30, 4));
	both.app.rerender(createElement(Box, {height: 4, flexDirection: 'column'}, createElement(Text, null, 'hello')));
	await both.app.waitUntilRenderFlush();
	both.folded.seen.write('\u001B[2Jgarbage\r\n\r\n\r\n\r\nof another program');
	both.stream.repaint();
	assert.equal(await both.folded.seen.screen(), 'hello\n\n\n');
	await both.close();
});
