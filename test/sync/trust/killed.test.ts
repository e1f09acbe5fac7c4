import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import type {VerifyReport} from '../../../source/sync/verify/types.js';
import {dieAt, revive, step} from '../versions/dying.js';
import type {VersionPlace} from '../versions/place.js';

const {versionPlace} = await import('../versions/place.js');
const {startVerifying} = await import('../../../source/sync/services/verifying.js');

const [one, other, longer] = ['first version\n', 'another version\n', 'first version\nand more\n'];
/** As long as the first: only reading tells. */
const [rotten, third] = ['first versiom\n', 'third version\n'];

interface Trial {
	/** Brings the place to where the deed begins. */
	prepare(place: VersionPlace): Promise<void>;
	deed(place: VersionPlace): Promise<unknown>;
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
	const folder = `${place.root}/hub/data/generations/laptop`;
	const names = fs.existsSync(folder) ? fs.readdirSync(folder, {recursive: true, encoding: 'utf8'}) : [];
	const kept = names.filter(name => name.endsWith('.jsonl')).map(name => `${folder}/${name}`);
	return [place.current, ...kept].map(file => fs.readFileSync(file, 'utf8'));
}

/** The database is changed by SQLite itself: one step each. */
function stepOnWrites({hub: {store}}: VersionPlace): void {
	const real = store.transaction.bind(store);
	store.transaction = write => {
		step();
		real(write);
	};
}

async function killAtEachStep(t: TestContext, {prepare, deed, safe, current, end}: Trial): Promise<void> {
	const place = await versionPlace(t);
	await prepare(place);
	const snapshot = `${place.root}-before`;
	t.after(() => fs.rmSync(snapshot, {recursive: true, force: true}));
	await place.reopen(() => fs.cpSync(place.root, snapshot, {recursive: true, preserveTimestamps: true}));
	let steps = 0;
	for (let wasKilled = true; wasKilled; ) {
		steps++;
		await place.reopen(() => {
			fs.rmSync(place.root, {recursive: true});
			fs.cpSync(snapshot, place.root, {recursive: true, preserveTimestamps: true});
		});
		stepOnWrites(place);
		dieAt(steps);
		await deed(place).catch((error: Error) => assert.match(String(error), /killed/));
		wasKilled = revive();
		const message = `killed at step ${steps}`;
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
		assert.deepEqual(fs.readdirSync(`${place.root}/hub/synced/.staging/laptop`).sort(), ['pull', 'seen'], message);
	}

	assert.ok(steps > 8, `only ${steps} steps were found`);
}

test('a sync that is killed before any of its steps: the next verify cries no wolf, the next sync takes the rewrite', async t => {
	await killAtEachStep(t, {
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
	await killAtEachStep(t, {
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
	await killAtEachStep(t, {
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
	await killAtEachStep(t, {
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
