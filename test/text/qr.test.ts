import assert from 'node:assert/strict';
import test from 'node:test';
import {qrLines} from '../../source/text/qr.js';

const id = 'P56IOI7-MZJNU2Y-IQGDREY-DM2MGTI-MGL3BXN-PQ6W5BM-TBBZ4TJ-XZWICQ2';

test('a device id fits a small terminal, and ASCII draws the very same code', () => {
	const [blocks, ascii] = [qrLines(id, false), qrLines(id, true)];
	assert.ok(blocks.length <= 20 && blocks.every(line => line.length === blocks[0]!.length && line.length <= 40));
	assert.ok(ascii.every(line => /^[# ]+$/.test(line)));
	const light = (x: number, y: number) => {
		const sign = blocks[y >> 1]![x]!;
		return sign === '█' || sign === (y % 2 === 0 ? '▀' : '▄');
	};

	for (const [y, line] of ascii.entries()) {
		for (let x = 0; x < line.length / 2; x++) assert.equal(line[2 * x] === '#', light(x, y), `${x},${y}`);
	}
});
