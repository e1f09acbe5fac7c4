import assert from 'node:assert/strict';
import {after, suite, test} from 'node:test';
import {type Cause, causes} from '../../source/sync/causes.js';
import {engineHub} from '../lab/faults-hub.js';
import {impossible} from './fault.js';
import {printScore} from './score.js';
import {faults, prevented, recordedOnly} from './table.js';

/** Classes that must be brought about for real. */
const wanted = 35;

const real = new Set<Cause>();
const notHere = new Map<Cause, string>();
let seen = 0;

suite('every fault is brought about and named', {concurrency: 4}, () => {
	for (const row of faults) {
		test(`${row.cause}: ${row.by}`, {timeout: 180_000}, async t => {
			seen++;
			const reason = await impossible(row);
			if (reason !== undefined) {
				notHere.set(row.cause, reason);
				t.diagnostic(`recorded only: ${reason}`);
				return;
			}

			const fault = await row.make(t);
			const hub = await engineHub(t, fault.entry, fault.settings);
			const {name} = fault.entry;
			if (fault.isAfterRun) {
				const {result, message} = await hub.run(name, fault);
				assert.equal(result, 'done', message);
			}

			await fault.spoil?.(hub);
			const run = await hub.run(name, fault);
			assert.equal(run.cause ?? run.result, row.run ?? row.cause, `${run.result}: ${run.message}\n${run.detail}`);
			assert.equal(run.word, row.word);
			const found = await hub.diagnose(name, fault);
			const steps = found.checks.map(({id, status, summary}) => `${id} ${status}: ${summary}`).join('\n');
			assert.equal(found.cause ?? 'ok', row.diagnosis ?? row.cause, steps);
			if (row.run === undefined || row.diagnosis === undefined) real.add(row.cause);
			if (row.diagnosis !== undefined || row.cause === 'UNKNOWN') return;
			const [best] = found.fixes;
			assert.match(`${best?.title}: ${best?.command}`, row.firstFix ?? /./);
		});
	}
});

test('every class is brought about, recorded or prevented', () => {
	const named = new Set(faults.map(({cause}) => cause));
	for (const cause of causes) {
		const isKnown = named.has(cause) || cause in recordedOnly || cause in prevented;
		assert.ok(isKnown, `${cause} is in no table`);
	}
});

after(() => {
	// A part of the table says nothing about the whole.
	if (seen < faults.length) return;
	const score = printScore({real, notHere});
	assert.ok(score >= wanted, `${score} classes were brought about, ${wanted} are asked for (some only root can make)`);
});
