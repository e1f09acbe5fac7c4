import assert from 'node:assert/strict';
import test from 'node:test';
import {explanations} from '../../../source/sync/verify/explain.js';
import {findingKinds} from '../../../source/sync/verify/types.js';

test('every kind of finding is explained in plain words and says what to do', () => {
	assert.deepEqual(Object.keys(explanations).sort(), [...findingKinds].sort());
	for (const kind of findingKinds) {
		const {severity, title, means, todo} = explanations[kind];
		assert.ok(['info', 'look', 'damage'].includes(severity), kind);
		assert.ok(title.length > 3 && title.length <= 40 && !title.endsWith('.'), `${kind}: ${title}`);
		assert.match(means, /^[A-Z].+\.$/, kind);
		assert.match(todo, /^[A-Z].+\.$/, kind);
	}

	const damage = findingKinds.filter(kind => explanations[kind].severity === 'damage');
	assert.deepEqual(damage, ['bit-rot', 'truncated', 'missing'], 'what came so from the spoke is never damage');
});
