import assert from 'node:assert/strict';
import test from 'node:test';
import {causes} from '../../source/sync/causes.js';
import {wordOf} from '../../source/sync/status.js';
import {stripLegend, stripTones, wordLegend} from '../../source/view/legend.js';
import {fakeKinds} from '../lab/fake-state.js';

test('every word a row can say is explained, in a line', () => {
	const said = [...Object.values(fakeKinds).map(kind => kind(0).word), ...causes.map(wordOf)];
	for (const word of said) assert.ok(wordLegend[word], `${word} is not in the legend`);
	for (const [word, {meaning}] of Object.entries(wordLegend)) {
		assert.ok(meaning.length > 10 && meaning.length <= 80, `${word}: ${meaning}`);
	}
});

test('every sign of the history strip is explained', () => {
	assert.deepEqual(stripLegend.map(({glyph}) => glyph).sort(), Object.keys(stripTones).sort());
});
