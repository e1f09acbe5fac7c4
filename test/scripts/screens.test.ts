import assert from 'node:assert/strict';
import test from 'node:test';
import {steady, textOf} from '../../scripts/screens/steady.js';
import {svgOf} from '../../scripts/screens/svg.js';
import {readPicture} from '../lab/cells.js';
import {createEmulator} from '../lab/pty.js';

async function pictureOf(text: string, columns = 60, rows = 3) {
	const seen = createEmulator(columns, rows);
	seen.write(text);
	await seen.screen();
	return readPicture(seen.emulator);
}

test('a screen becomes an image in which every run stands in its cells, with its colours and attributes', async () => {
	const picture = await pictureOf(
		'a<b \u001B[1;31mred\u001B[0m \u001B[7minverse\u001B[0m 字x\r\n\u001B[38;5;196mcube\u001B[0m',
	);
	const svg = svgOf(picture, 'A & B');
	assert.match(svg, /<title>A &amp; B<\/title>/);
	assert.match(svg, /<text x="0" [^>]*textLength="25.2"[^>]*>a&lt;b<\/text>/);
	assert.match(svg, /<text x="33.6" [^>]*fill="#e06c75" font-weight="bold"[^>]*>red<\/text>/);
	assert.match(
		svg,
		/<rect x="67.2" y="0" width="58.8" height="18" fill="#d8dee9"\/>\n<text [^>]*fill="#16181d"[^>]*>inverse</,
	);
	assert.match(svg, /textLength="25.2"[^>]*>字x<\/text>/);
	assert.match(svg, /y="31.5"[^>]*fill="#ff0000"[^>]*>cube</);
	assert.equal(svg.match(/<text/g)?.length, svg.match(/<\/text>/g)?.length);
});

test('what differs between machines and minutes is the same in every picture, and nothing moves', async () => {
	const line = 'copy /tmp/pbl-a1B2c3/.pi-brain/synced  127.0.3.9  at 09:41';
	const text = textOf(steady(await pictureOf(line)));
	assert.equal(text, 'copy /home/will/.pi-brain/synced       10.0.0.7   at 14:02\n\n\n');
	assert.equal(text.indexOf('at 14:02'), line.indexOf('at 09:41'));
});
