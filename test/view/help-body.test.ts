import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {type HelpSight, helpBody} from '../../source/view/help-body.js';
import {wordLegend} from '../../source/view/legend.js';
import {matchSnapshot} from '../lab/snapshot.js';
import {anyStyle, assertFits, hostileText, plainStyle, readable} from './hostile.js';

const sections: HelpSight['sections'] = [
	{
		category: 'Move',
		entries: [
			{keys: ['j', 'k', 'down', 'up'], title: 'up and down'},
			{keys: ['g', 'G', 'home', 'end'], title: 'first, last'},
			{keys: ['pgdn', 'pgup'], title: 'a page'},
			{keys: ['enter'], title: 'open'},
			{keys: ['esc'], title: 'back'},
		],
	},
	{
		category: 'Act',
		entries: [
			{keys: ['s'], title: 'sync it, or what is marked'},
			{keys: ['n'], title: 'dry run: list what would come'},
			{keys: ['x'], title: 'cancel the running sync'},
			{keys: ['u'], title: 'release what is held'},
		],
	},
	{
		category: 'View',
		entries: [
			{keys: ['/'], title: 'filter'},
			{keys: ['f'], title: 'faults only'},
			{keys: ['o', 'O'], title: 'sort by the next column, the other way round'},
		],
	},
	{
		category: 'App',
		entries: [
			{keys: ['?'], title: 'help'},
			{keys: ['q'], title: 'quit'},
			{keys: ['ctrl-z'], title: 'suspend'},
		],
	},
];
const commands = [
	{keys: [':sync NAME'], title: 'sync a spoke now'},
	{keys: [':sync --all'], title: 'sync every spoke now'},
];
const sight: HelpSight = {sections, commands, search: '', width: 80, style: plainStyle};

for (const width of [60, 80, 120]) {
	test(`help looks as it did, ${width} wide`, () => {
		matchSnapshot(`help-${width}`, readable(helpBody({...sight, width})), {folder: import.meta.dirname});
	});
}

test('every key, command line and state word is in it', () => {
	const body = readable(helpBody({...sight, width: 200}));
	for (const {keys, title} of [...sections.flatMap(({entries}) => entries), ...commands]) {
		assert.ok(body.includes(`${keys.join(' ')}  `), `${keys.join(' ')} is missing`);
		assert.ok(body.includes(title), `${title} is missing`);
	}

	for (const [word, {meaning}] of Object.entries(wordLegend)) {
		assert.ok(body.includes(` ${word}  `), `${word} is missing`);
		assert.ok(body.includes(meaning), `the meaning of ${word} is missing`);
	}
});

test('a search leaves what holds it: a key’s title, a category, a word', () => {
	const search = (text: string) => readable(helpBody({...sight, search: text}));
	assert.equal(search('faults'), 'VIEW\n f  faults only');
	assert.match(search('host-key'), /^STATE WORDS\n XX host-key +it is unknown/);
	assert.match(search('move'), /^MOVE\n j k down up +up and down/);
	assert.equal(search('zebra'), 'nothing about "zebra"');
});

test('help fits every width, whatever is searched', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 1, max: 200}),
			fc.oneof(fc.constant(''), fc.constant('s'), hostileText),
			anyStyle,
			(width, search, style) => {
				assertFits(helpBody({...sight, width, search, style}), width);
			},
		),
	);
});
