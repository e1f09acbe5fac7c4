import assert from 'node:assert/strict';
import test from 'node:test';
import {createTitle} from '../../source/terminal/title.js';

test('a title is written when it changes, without control characters, and what was there comes back', () => {
	const written: string[] = [];
	const title = createTitle(bytes => written.push(bytes));
	title.set('pi-brain: all ok');
	title.set('pi-brain: all ok');
	title.set('bad\u0007\u001B]0;evil\u0007 name');
	title.restore();
	title.restore();
	assert.deepEqual(written, [
		'\u001B[22;0t\u001B]2;pi-brain: all ok\u0007',
		'\u001B]2;bad? name\u0007',
		'\u001B[23;0t',
	]);
	title.set('again');
	assert.equal(written.at(-1), '\u001B[22;0t\u001B]2;again\u0007');
});
