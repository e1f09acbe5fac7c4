import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import type {VerifyReport} from '../../../source/sync/verify/types.js';
import {type Deed, keptFiles, killAtEachStep} from '../versions/kill.js';
import type {VersionPlace} from '../versions/place.js';

const {startVerifying} = await import('../../../source/sync/services/verifying.js');

const [one, other, longer] = ['first version\n', 'another version\n', 'first version\nand more\n'];
/** As long as the first: only reading tells. */
const [rotten, third] = ['first versiom\n', 'third version\n'];

interface Trial extends Deed {
	/** Contents that must be current or kept whatever happens. */
	readonly safe: readonly string[];
	/** What may be current when it was killed. */
	readonly current: readonly string[];
	/** What must be current once a sync has found what the dead program left, and a repair was asked for. */
	readonly end: string;
}

async function verify({hub}: VersionPlace): Promise<VerifyReport> {
	const [report] = await startVerifying(hub, {threads: 1}).run(['laptop'], {isDeep: true, by: 'command'});
	assert.equal(report?.result, 'done', report?.failure?.message);
	return report!;
}

async function repair({hub}: VersionPlace): Promise<void> {
	const done = await startVerifying(hub).repair('laptop');
	assert.ok('repaired' in done);
}

/** Rots a file of the hub: size and time stay. */
function rot(file: string): void {
	const {atimeMs, mtimeMs} = fs.statSync(file);
	fs.writeFileSync(file, rotten);
	fs.utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
}

function held(place: VersionPlace): string[] {
	return [place.current, ...keptFiles(place)].map(file => fs.readFileSync(file, 'utf8'));
}

async function assertSurvived(t: TestContext, {safe, current, end, ...deed}: Trial): Promise<void> {
	await killAtEachStep(t, deed, async (place, message) => {
		assert.ok(current.includes(place.text()), `${message}: ${place.text()}`);
		for (const content of safe) assert.ok(held(place).includes(content), `${message}: ${content.trim()} is nowhere`);

		// The next program, which was told nothing: a verify tells what is damaged, and nothing else is.
		await place.reopen(() => {});
		const isRotten = place.text() === rotten;
		const found = await verify(place);
		const damage = found.findings.filter(({severity}) => severity === 'damage');
		assert.deepEqual(
			damage.map(({kind}) => kind),
			isRotten ? ['bit-rot'] : [],
			message,
		);
		await repair(place);
		await place.sync();
		assert.equal(place.text(), end, message);
		for (const content of safe) assert.ok(held(place).includes(content), `${message}: ${content.trim()} is lost`);
		const {proof, findings} = await verify(place);
		assert.deepEqual([proof.isAllHere, findings.filter(({severity}) => severity === 'damage')], [true, []], message);
	});
}

test('a sync that is killed before any of its steps: the next verify cries no wolf, the next sync takes the rewrite', async t => {
	await assertSurvived(t, {
		async prepare(place) {
			place.write(one);
			await place.sync();
			place.write(other);
		},
		deed: async place => place.sync(),
		safe: [one],
		current: [one, other],
		end: other,
	});
});

test('a sync that takes growth, killed before any of its steps, loses nothing and is told by no verify', async t => {
	await assertSurvived(t, {
		async prepare(place) {
			place.write(one);
			await place.sync();
			place.write(longer);
		},
		deed: async place => place.sync(),
		safe: [],
		current: [one, longer],
		end: longer,
	});
});

test('a repair that is killed before any of its steps keeps the damaged bytes, and the next one ends it', async t => {
	await assertSurvived(t, {
		async prepare(place) {
			place.write(one);
			await place.sync();
			rot(place.current);
			await verify(place);
		},
		deed: repair,
		safe: [rotten],
		current: [one, rotten],
		end: one,
	});
});

test('the repair of a kept version, killed before any of its steps, keeps the damaged bytes too', async t => {
	await assertSurvived(t, {
		async prepare(place) {
			for (const content of [one, third, one]) {
				place.write(content);
				await place.sync();
			}

			rot(place.generations().at(-1)!.file);
			const [found] = (await verify(place)).findings;
			assert.deepEqual([found?.kind, found?.severity, found?.repair], ['bit-rot', 'look', 'generation']);
		},
		deed: repair,
		safe: [one, third, rotten],
		current: [one],
		end: one,
	});
});
