import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import type {LedgerLine} from '../../../source/sync/guard/ledger-file.js';
import {type Deed, keptFiles, killAtEachStep} from './kill.js';
import type {VersionPlace} from './place.js';

const {acceptSpokeVersion, planPrune, prune, restoreGeneration, versionsOf} = await import(
	'../../../source/sync/services/versions.js'
);

const [one, other, third] = ['first version\n', 'another version\n', 'and a third version\n'];
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

interface Trial extends Deed {
	/** Contents that must be retrievable whatever happens. */
	readonly safe: readonly string[];
	/** What may be current afterwards: as before, or as asked. */
	readonly current: readonly string[];
	/** Called when a sync has found what the dead program left. */
	check(place: VersionPlace): Promise<void>;
}

function ledgerLines(place: VersionPlace): LedgerLine[] {
	const text = fs.readFileSync(`${place.root}/hub/data/ledger/laptop.jsonl`, 'utf8');
	return text
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line) as LedgerLine);
}

function checkSafe(place: VersionPlace, safe: readonly string[]): void {
	const seen = `${place.root}/hub/synced/.staging/laptop/seen/p/a.jsonl`;
	const files = [place.current, ...keptFiles(place), ...(fs.existsSync(seen) ? [seen] : [])];
	const held = files.map(file => fs.readFileSync(file, 'utf8'));
	for (const content of safe) assert.ok(held.includes(content), `${content.trim()} is nowhere`);
}

/** What database, plain ledger and disk say of kept versions is one. */
function checkRows(place: VersionPlace): void {
	const rows = place.hub.store.ledger.generations('laptop');
	for (const {file, length, sha256: hash} of rows) {
		assert.equal(sha256(fs.readFileSync(file, 'utf8').slice(0, length)), hash, `${file} is not what its row says`);
	}

	const told = new Set<string>();
	for (const line of ledgerLines(place)) {
		if (line.op === 'keep') told.add(line.file);
		if (line.op === 'pruned') told.delete(line.file);
	}

	assert.deepEqual(new Set(rows.map(({file}) => file)), told, 'the plain ledger and the database disagree');
	const entry = place.hub.store.ledger.get('laptop', 'p/a.jsonl');
	assert.equal(entry?.sha256, sha256(place.text()), 'the ledger and the current file disagree');
}

async function assertSurvived(t: TestContext, {safe, current, check, ...deed}: Trial): Promise<void> {
	await killAtEachStep(t, deed, async (place, message) => {
		assert.ok(current.includes(place.text()), `${message}: ${place.text()}`);
		checkSafe(place, safe);
		await place.sync();
		const found = place.text();
		assert.ok(current.includes(found), `${message}, recovered: ${found}`);
		checkSafe(place, safe);
		checkRows(place);
		await check(place);
		await place.sync();
		assert.equal(place.text(), found, `${message}: two syncs later the session is another`);
	});
}

test('a restore that is killed before any of its steps leaves the session as it was, or as asked', async t => {
	await assertSurvived(t, {
		async prepare(place) {
			for (const content of [one, other]) {
				place.write(content);
				await place.sync();
			}
		},
		deed: async place => restoreGeneration(place.hub, 'laptop', place.generations().at(-1)!.file),
		safe: [one, other],
		current: [one, other],
		async check(place) {
			const isAsked = place.text() === one;
			assert.equal(versionsOf(place.hub, 'laptop', 'p/a.jsonl')[0]?.held !== undefined, isAsked);
			const isAnnounced = ledgerLines(place)
				.filter(({op}) => op === 'take')
				.at(-1);
			assert.equal(isAnnounced?.op === 'take' && isAnnounced.sha256, sha256(isAsked ? one : other));
		},
	});
});

test('taking over the spoke’s version, killed before any step, leaves the session as it was, or as asked', async t => {
	await assertSurvived(t, {
		async prepare(place) {
			for (const content of [other, one]) {
				place.write(content);
				await place.sync();
			}
		},
		deed: async place => acceptSpokeVersion(place.hub, 'laptop', 'p/a.jsonl'),
		safe: [one, other],
		current: [one, other],
		async check(place) {
			const {holds = 0} = place.hub.store.ledger.holdCounts().get('laptop') ?? {};
			assert.equal(holds, place.text() === other ? 1 : 0);
		},
	});
});

test('a prune that is killed before any of its steps loses only what its ledger names', async t => {
	await assertSurvived(t, {
		async prepare(place) {
			for (const content of [one, other, third]) {
				place.write(content);
				await place.sync();
			}
		},
		deed: async place => prune(place.hub, 'laptop', await planPrune(place.hub, 'laptop')),
		safe: [third],
		current: [third],
		async check(place) {
			const lines = ledgerLines(place);
			const gone = new Set(lines.flatMap(line => (line.op === 'pruned' ? [line.sha256] : [])));
			checkSafe(
				place,
				[one, other].filter(content => !gone.has(sha256(content))),
			);
			const rows = place.hub.store.ledger.generations('laptop').map(({file}) => file);
			assert.deepEqual(keptFiles(place).sort(), rows.sort(), 'a file is left that nobody knows of');
		},
	});
});
