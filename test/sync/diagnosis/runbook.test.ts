import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import test from 'node:test';
import {runbookFile, runbookPage} from '../../../scripts/docs/runbook.js';
import {causes} from '../../../source/sync/causes.js';
import {scenarios} from '../../../source/sync/diagnosis/types.js';

test('docs/runbook.md says what the table of causes says (node --import tsx scripts/docs.ts writes it)', async () => {
	assert.equal(await readFile(runbookFile, 'utf8'), runbookPage());
});

test('the runbook has a section for every scenario and every cause, and nothing unfilled', () => {
	const page = runbookPage();
	for (const [letter, title] of Object.entries(scenarios))
		assert.ok(page.includes(`\n## Scenario ${letter}: ${title}\n`));
	for (const cause of causes) {
		assert.equal(page.split(`\n### ${cause}\n`).length, 2, cause);
		assert.ok(page.includes(`](#${cause.toLowerCase()})`), cause);
	}

	assert.doesNotMatch(page, /undefined|\[object|NaN|\n\n\n/);
	for (const title of ['Symptoms', 'Diagnosis', 'Verification', 'What this runbook corrects'])
		assert.ok(page.includes(`\n## ${title}\n`));
});
