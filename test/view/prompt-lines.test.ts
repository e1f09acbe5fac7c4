import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {promptLines} from '../../source/view/prompt-lines.js';
import type {Prompt, Typing} from '../../source/view/prompt-types.js';
import {createStyle} from '../../source/view/style.js';
import {matchSnapshot} from '../lab/snapshot.js';
import {anyStyle, assertFits, hostileText, plainStyle, readable} from './hostile.js';

const typing = (text: string, cursor = text.length): Typing => ({text, cursor});
const command = (text: string, completion?: Extract<Prompt, {kind: 'command'}>['completion']): Prompt => ({
	kind: 'command',
	typing: typing(text),
	past: undefined,
	completion,
});
const confirm = (lines: readonly string[], offset = 0): Prompt => ({
	kind: 'confirm',
	title: 'Release 3 held sessions of laptop?',
	lines,
	offset,
	action: {type: 'release', spokes: ['laptop']},
});
const copy: Prompt = {
	kind: 'copy',
	items: [
		{key: 'n', label: 'name', text: 'laptop'},
		{key: 's', label: 'source', text: 'will@laptop:~/.pi/agent/sessions/'},
		{key: 'p', label: 'folder', text: '/home/will/.pi-brain/synced/laptop'},
	],
};
const show = (prompt: Prompt, width = 60, rows = 6) => readable(promptLines(prompt, plainStyle, width, rows));

test('every prompt looks as it did', () => {
	const many = Array.from({length: 9}, (_, index) => `session ${index + 1}`);
	const screens = [
		show({kind: 'filter', typing: typing('lap'), before: ''}),
		show({kind: 'find', typing: typing('denied'), before: ''}),
		show(command('sync ')),
		show(command('sync laptop', {choices: ['laptop', 'nas', 'server'], at: 0, from: 5})),
		show(confirm(['laptop: 3 sessions', 'the hub’s copies stay'])),
		show(confirm(many, 4)),
		show(confirm(many), 60, 1),
		show(copy),
		show(copy, 60, 2),
		show({kind: 'quit', jobs: 1}),
		show({kind: 'quit', jobs: 3}, 30),
	];
	matchSnapshot('prompts-60', screens.join('\n\n'), {folder: import.meta.dirname});
});

test('a text too long for its line shows the part around the cursor', () => {
	const text = 'a long beginning that nobody needs to see any more, and its END';
	assert.match(show(command(text), 30), /^:.*and its END$/);
	const middle: Prompt = {kind: 'filter', typing: typing(text, 10), before: ''};
	assert.match(show(middle, 30), /^\/.*ginning/);
});

test('the cursor is on the character it is before, and behind the text at its end', () => {
	const style = createStyle({theme: 'auto', isAscii: false, hasColor: true});
	const at = (cursor: number) =>
		promptLines({kind: 'filter', typing: typing('ab', cursor), before: ''}, style, 40, 1)[0]!;
	assert.ok(at(1).includes(`a${style.paint('selected', 'b')}`), JSON.stringify(at(1)));
	assert.ok(at(2).includes(`ab${style.paint('selected', ' ')}`), JSON.stringify(at(2)));
});

test('a confirmation names y and never enter', () => {
	for (const rows of [1, 2, 3, 8]) {
		const text = show(confirm(['one', 'two', 'three']), 80, rows);
		assert.match(text, /\by\b/);
		assert.doesNotMatch(text, /enter/);
	}
});

test('a prompt never takes more lines or cells than there are, whatever is typed or named', () => {
	const anyPrompt: fc.Arbitrary<Prompt> = fc
		.tuple(hostileText, hostileText, fc.integer({min: 0, max: 40}))
		.chain(([text, other, at]) =>
			fc.constantFrom<Prompt>(
				{kind: 'filter', typing: typing(text, Math.min(at, text.length)), before: ''},
				{kind: 'find', typing: typing(text, Math.min(at, text.length)), before: ''},
				command(text, {choices: [other, text], at: 1, from: 0}),
				{...confirm([other, text, other, text], at), title: text} as Prompt,
				{
					kind: 'copy',
					items: [
						{key: 'n', label: other, text},
						{key: 'p', label: 'path', text: other},
					],
				},
				{kind: 'quit', jobs: at},
			),
		);
	fc.assert(
		fc.property(
			anyPrompt,
			fc.integer({min: 1, max: 200}),
			fc.integer({min: 1, max: 12}),
			anyStyle,
			(prompt, width, rows, style) => {
				const lines = promptLines(prompt, style, width, rows);
				assert.ok(lines.length >= 1 && lines.length <= rows, `${lines.length} lines of ${rows}`);
				assertFits(lines, width);
			},
		),
		{numRuns: 400},
	);
});

test('what must be agreed to by typing a name is shown whole, and says when the name is complete', () => {
	const fingerprint = `trusted from now on: SHA256:${'x'.repeat(43)} (ED25519)`;
	const typed = (text: string): Prompt => ({
		...{kind: 'typed', title: 'Replace the key of nas?', lines: [fingerprint], offset: 0, expected: 'nas'},
		typing: typing(text),
		action: {type: 'release', spokes: ['nas']},
	});
	const open = show(typed('na'), 50, 8);
	assert.match(open.replaceAll(/\s+/g, ''), /SHA256:x{43}\(ED25519\)/, 'no part of it is cut off');
	assert.match(open, /^type nas: na {4}in full, then enter; esc leaves it$/m);
	assert.match(show(typed('nas'), 50, 8), /^type nas: nas {4}enter does it$/m);
	assert.match(show(typed('nas'), 50, 1), /^type nas: nas/);
});

test('a file to write into is asked for, on one line where there is no more', () => {
	const prompt: Prompt = {
		...{kind: 'file', typing: {text: '~/back.jsonl', cursor: 12}, spoke: 'laptop'},
		...{file: '/kept/1', what: 'earlier 1', name: 'session.jsonl'},
	};
	const lines = promptLines(prompt, plainStyle, 60, 5);
	assertFits(lines, 60);
	assert.match(
		readable(lines),
		/^Write earlier 1 into which file\? None is overwritten\.\nwrite to ~\/back\.jsonl\nenter/,
	);
	assert.equal(promptLines(prompt, plainStyle, 60, 2).length, 1);
});
