import assert from 'node:assert/strict';
import test from 'node:test';
import {Box, Text, useApp, useInput, usePaste, useWindowSize} from 'ink';
import {useState} from 'react';
import {waitFor} from './after.js';
import {openScreen} from './screen.js';

/** A list that fills the screen: keys move, count and end; a paste is shown as one. */
function List() {
	const {columns, rows} = useWindowSize();
	const {exit} = useApp();
	const [heard, setHeard] = useState<readonly string[]>([]);
	const hear = (text: string) => setHeard(before => [...before, text]);
	useInput((input, key) => {
		if (input === 'q') exit('good-bye');
		else hear(key.escape ? 'escape' : key.upArrow ? 'up' : input);
	});
	if (heard.includes('!')) throw new Error('a key broke it');
	usePaste(text => hear(`paste ${text}`));
	return (
		<Box width={columns} height={rows} flexDirection="column" overflow="hidden">
			<Text wrap="truncate">{`${columns}x${rows} \u001B[31mred\u001B[39m \u001B[1;7mbold\u001B[22;27m`}</Text>
			<Text wrap="truncate">{`heard: ${heard.join(', ')}`}</Text>
		</Box>
	);
}

test('a tree is drawn by Ink itself on the alternate buffer, hears keys and a paste, and follows the size', async t => {
	const screen = openScreen(<List />, {scope: t, columns: 40, rows: 6});
	assert.equal(await screen.frame(), '40x6 red bold\nheard:\n\n\n\n');
	assert.deepEqual([screen.isAlternate, screen.isRaw, screen.isBracketedPaste], [true, true, true]);
	await screen.press('j', 'up', 'escape');
	await screen.send('kkk');
	await screen.paste('a b');
	assert.match(await screen.frame(), /heard: j, up, escape, kkk, paste a b\n/);
	await screen.resize(30, 4);
	assert.match(await screen.frame(), /^30x4 /);
	await screen.resize(50, 9);
	assert.match(await screen.waitFor('50x9'), /^50x9 red bold\nheard: j, up, escape, kkk, paste a b\n/);
});

test('what a change costs is counted, and what changes nothing costs nothing', async t => {
	const screen = openScreen(<List />, {scope: t, columns: 40, rows: 6});
	await screen.frame();
	assert.deepEqual(await screen.cost(() => screen.rerender(<List />)), {bytes: 0, writes: 0});
	const {bytes, writes} = await screen.cost(() => screen.press('x'));
	assert.ok(bytes > 0 && bytes < 200 && writes > 0, `${bytes} bytes in ${writes} writes`);
});

test('colours and attributes can be read, cell by cell', async t => {
	const screen = openScreen(<List />, {scope: t, columns: 40, rows: 6});
	const [first] = (await screen.picture()).rows;
	const look = (text: string) => first?.find(run => run.text === text);
	assert.equal(look('red')?.foreground, 1);
	assert.equal(look('red')?.column, 5);
	assert.deepEqual([look('bold')?.isBold, look('bold')?.isInverse, look('bold')?.foreground], [true, true, undefined]);
	assert.equal(
		first?.reduce((sum, {width}) => sum + width, 0),
		40,
	);
});

test('an end gives its value, a crash its error, and the terminal is as it was', async t => {
	const screen = openScreen(<List />, {scope: t});
	await screen.press('q');
	assert.equal(await screen.ended, 'good-bye');
	assert.deepEqual([screen.isAlternate, screen.isRaw, screen.isCursorShown], [false, false, true]);
	const broken = openScreen(<List />, {scope: t});
	await broken.press('!');
	await assert.rejects(broken.ended, /a key broke it/);
	await waitFor(() => !broken.isAlternate);
});

test('waiting in vain shows the last frame', async t => {
	const screen = openScreen(<List />, {scope: t, columns: 40, rows: 3});
	await assert.rejects(screen.waitFor(/never/, 50), /in vain for \/never\/ on the screen; it shows:\n40x3/);
});
