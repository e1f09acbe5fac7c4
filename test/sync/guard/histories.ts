import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {firstContent, moveRoot, onHub, type Step, sessions, touchHub, touchSpoke} from './operations.js';
import {Witness} from './witness.js';
import {World} from './world.js';

/** Lives through one history on a fresh hub; throws at the first promise that is broken. */
export async function live(kind: 'manual' | 'rsync', history: readonly Step[]): Promise<void> {
	const world = await World.make(kind);
	try {
		for (const [to, session] of sessions.entries()) {
			if (to % 6 !== 5) await touchSpoke({step: 'create', to, n: 2 * to}, path.join(world.source, session));
		}

		const neighbour = `${world.root}/hub/synced/laptop2/x.jsonl`;
		fs.mkdirSync(path.dirname(neighbour), {recursive: true});
		fs.writeFileSync(neighbour, firstContent(1, 1));
		const witness = new Witness(world);
		for (const step of [...history, {step: 'sync', to: 0, n: 0} as const]) await take(world, witness, step);
		assert.deepEqual(fs.readFileSync(neighbour), firstContent(1, 1), 'the folder of another spoke was written to');
		await rebuild(world, witness);
	} finally {
		world.store.close();
		fs.rmSync(world.root, {recursive: true, force: true});
	}
}

async function take(world: World, witness: Witness, step: Step): Promise<void> {
	const session = sessions[step.to]!;
	if (step.step === 'sync') await sync(world, witness);
	else if (step.step === 'sync-twice') await syncTwice(world, witness);
	else if (step.step === 'release') await world.release();
	else if (step.step === 'forget-database') await world.forgetDatabase();
	else if (step.step === 'garbled-database') await world.garbleDatabase();
	else if (step.step === 'empty-root' || step.step === 'restore-root') moveRoot(world, step.step === 'empty-root');
	else if (step.step === 'truncate-many') {
		for (const name of sessions.slice(step.to))
			await touchSpoke({...step, step: 'truncate'}, path.join(world.source, name));
	} else if ((onHub as readonly string[]).includes(step.step)) {
		if (touchHub(step, path.join(world.current, session))) witness.damaged(session);
	} else {
		await touchSpoke(step, path.join(world.source, session));
	}
}

async function sync(world: World, witness: Witness): Promise<boolean> {
	const due = witness.mustRepair();
	const before = world.outline(world.source);
	const report = await world.sync();
	assert.equal(report.result, 'done', `the run ended as ${report.result}: ${report.message} ${report.detail}`);
	assert.deepEqual(world.outline(world.source), before, 'a sync wrote to the spoke');
	const isHalted = world.store.facts.get('laptop').hold !== undefined;
	await witness.check(due, isHalted);
	return isHalted;
}

/** A second run of an unchanged spoke changes nothing, and fetches nothing that it has seen. */
async function syncTwice(world: World, witness: Witness): Promise<void> {
	await sync(world, witness);
	const state = () => ({
		// Where a pull stages, nothing is anybody's: it may be emptied at any time.
		files: world.outline(`${world.root}/hub/synced`).filter(name => !name.startsWith('.staging/laptop/pull')),
		kept: world.outline(`${world.root}/hub/data`).filter(name => !name.startsWith('sync.db')),
		rows: [...world.ledger().values()],
		generations: world.kept(),
	});
	const before = state();
	const report = await world.sync();
	assert.deepEqual(state(), before, 'a second sync of an unchanged spoke changed something on the hub');
	assert.deepEqual([report.files.new, report.files.extended, report.bytes], [0, 0, 0]);
	const isBelowFile = fs
		.readdirSync(world.source, {recursive: true, encoding: 'utf8'})
		.some(name => name.endsWith('inner.jsonl'));
	if (world.spoke.method === 'manual' && !isBelowFile)
		assert.equal(report.received, 0, 'an unchanged spoke was read again');
	await witness.check(new Map(), world.store.facts.get('laptop').hold !== undefined);
}

/** The database is deleted: the plain ledger brings every entry back, and everything is still there. */
async function rebuild(world: World, witness: Witness): Promise<void> {
	await sync(world, witness);
	const {hold} = world.store.facts.get('laptop');
	if (hold) await world.release();
	await sync(world, witness);
	const answer = () =>
		[...world.ledger().values()].map(({path: name, length, sha256, firstAt, since}) => ({
			...{name, length, sha256, firstAt, since},
		}));
	const before = answer();
	await world.forgetDatabase();
	await sync(world, witness);
	if (!witness.hasDamage) assert.deepEqual(answer(), before, 'a rebuilt ledger differs');
}
