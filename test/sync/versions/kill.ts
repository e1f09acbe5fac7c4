import assert from 'node:assert/strict';
import fs from 'node:fs';
import type {TestContext} from 'node:test';
// First: what the place loads must find every change to the disk counted already.
import {dieAt, revive, step} from './dying.js';
import {type VersionPlace, versionPlace} from './place.js';

/** What is killed, and when. */
export interface Deed {
	/** Brings the place to where the deed begins. */
	prepare(place: VersionPlace): Promise<void>;
	deed(place: VersionPlace): Promise<unknown>;
}

/** The database is changed by SQLite itself: one step each. */
function stepOnWrites({hub: {store}}: VersionPlace): void {
	const real = store.transaction.bind(store);
	store.transaction = write => {
		step();
		real(write);
	};
}

/**
 * Kills a deed before each of its changes to the disk in turn, until one trial got through; each begins with the very
 * same folder, under the very same name.
 * @param judge called after each, with the place as the dead program left it
 */
export async function killAtEachStep(
	t: TestContext,
	{prepare, deed}: Deed,
	judge: (place: VersionPlace, message: string) => Promise<void>,
): Promise<void> {
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
		await judge(place, message);
		assert.deepEqual(fs.readdirSync(`${place.root}/hub/synced/.staging/laptop`).sort(), ['pull', 'seen'], message);
	}

	assert.ok(steps > 8, `only ${steps} steps were found`);
}

/** Every file below the spoke's generations. */
export function keptFiles(place: VersionPlace): string[] {
	const folder = `${place.root}/hub/data/generations/laptop`;
	if (!fs.existsSync(folder)) return [];
	const names = fs.readdirSync(folder, {recursive: true, encoding: 'utf8'});
	return names.filter(name => name.endsWith('.jsonl')).map(name => `${folder}/${name}`);
}
