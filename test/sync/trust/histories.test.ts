import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import {
	acceptSpokeVersion,
	keepHubCopy,
	planPrune,
	prune,
	restoreGeneration,
	versionsOf,
} from '../../../source/sync/services/versions.js';
import {forAWhile} from '../../lab/enough.js';
import {onSpoke, type Step, sessions, touchSpoke} from '../guard/operations.js';
import {sha256} from '../guard/witness.js';
import {Acknowledged} from './acknowledged.js';
import {Engine, type Name, names} from './engine.js';

/** What a person or a schedule does on the hub. */
const onHub = [
	...(['sync', 'sync-all', 'verify', 'verify-deep', 'restore', 'restore-to-file', 'accept', 'keep'] as const),
	...(['release', 'prune', 'restart', 'lose-database', 'garble-database'] as const),
];

interface Deed {
	readonly name: Name;
	readonly deed: (typeof onSpoke)[number] | (typeof onHub)[number];
	readonly to: number;
	readonly n: number;
}

function deeds(): fc.Arbitrary<Deed> {
	const of = (list: ReadonlyArray<Deed['deed']>, weight: number) => ({arbitrary: fc.constantFrom(...list), weight});
	const deed = fc.oneof(
		of(['sync', 'sync-all'], 8),
		of(['append', 'create'], 5),
		of(onSpoke, 10),
		of(['restore', 'accept', 'keep', 'verify'], 6),
		of(onHub, 6),
	);
	const parts = {name: fc.constantFrom(...names), deed, to: fc.nat(sessions.length - 1), n: fc.nat(500)};
	return fc.record(parts, {noNullPrototype: true});
}

/** Lives through one history, and looks after each deed whether every promise still holds. */
class Life {
	readonly #engine: Engine;
	readonly #acknowledged: Acknowledged;
	#written = 0;

	constructor(engine: Engine) {
		this.#engine = engine;
		this.#acknowledged = new Acknowledged(engine);
	}

	async begin(): Promise<void> {
		for (const name of names) {
			for (const [to, session] of sessions.entries()) {
				if (to % 4 !== 3) await this.#touch({name, deed: 'create', to, n: 2 * to}, session);
			}
		}

		await this.take({name: 'laptop', deed: 'sync-all', to: 0, n: 0});
	}

	async take(what: Deed): Promise<void> {
		const {name, deed, n} = what;
		const {hub} = this.#engine;
		switch (deed) {
			case 'sync':
				return this.#sync([name]);
			case 'sync-all':
				return this.#sync(names);
			case 'verify':
				return this.#verify(names, false);
			case 'verify-deep':
				return this.#verify([name], true);
			case 'restart':
				await this.#engine.restart();
				break;
			case 'lose-database':
				await this.#engine.restart(() => this.#engine.loseDatabase(undefined));
				break;
			case 'garble-database':
				await this.#engine.restart(() => this.#engine.loseDatabase('garbage'.repeat(2000)));
				break;
			case 'release':
				await hub.release(name);
				break;
			case 'restore':
			case 'restore-to-file':
				await this.#restore(what);
				break;
			case 'accept':
				await this.#accept(what);
				break;
			case 'keep':
				await keepHubCopy(hub, name, heldOf(hub, name));
				break;
			case 'prune': {
				// What stands nowhere else is somebody's to let go of, and this person wants to keep everything.
				const plan = await planPrune(hub, name, {keep: n % 2});
				const files = new Set(plan.items.filter(item => item.containedIn !== undefined).map(({file}) => file));
				const safe = await planPrune(hub, name, {keep: n % 2, files});
				assert.equal(safe.lost.files, 0);
				await prune(hub, name, safe);
				break;
			}
			default:
				return this.#touch(what, sessions[what.to]!);
		}

		await this.#acknowledged.check();
	}

	/** Each spoke does once what ends every history: a deep verify that proves all of it. */
	async end(): Promise<void> {
		await this.#sync(names);
		await this.#verify(names, true);
	}

	async #touch({name, deed, to, n}: Deed, session: string): Promise<void> {
		await touchSpoke({step: deed as Step['step'], to, n}, path.join(this.#engine.source(name), session));
	}

	async #sync(wanted: readonly Name[]): Promise<void> {
		const before = new Map(wanted.map(name => [name, tree(this.#engine.source(name))]));
		for (const report of await this.#engine.hub.sync(wanted)) {
			assert.equal(report.result, 'done', `${report.spoke}: ${report.message} ${report.detail}`);
		}

		for (const [name, files] of before)
			assert.deepEqual(tree(this.#engine.source(name)), files, `${name} was written to`);
		await this.#acknowledged.check();
	}

	/** Nobody damaged anything: no verify may say so, and each must find all there is. */
	async #verify(wanted: readonly Name[], isDeep: boolean): Promise<void> {
		const {hub, verifying} = this.#engine;
		const outlines = wanted.map(name => tree(this.#engine.current(name)));
		for (const report of await verifying.run(wanted, {isDeep, by: 'command'})) {
			const {spoke, result, failure, findings, proof} = report;
			assert.equal(result, 'done', `${spoke}: ${failure?.message}`);
			const damage = findings.filter(({severity}) => severity === 'damage');
			assert.deepEqual(damage, [], `${spoke}: damage that nobody did`);
			assert.deepEqual([proof.isAllHere, proof.unproved], [true, 0], spoke);
			const name = spoke as Name;
			const {sessions: entries, bytes} = hub.store.ledger.totals(name);
			assert.deepEqual([proof.sessions, proof.bytes], [entries, bytes]);
			// The hub's own copies of what is current are no versions of their own.
			const ledger = hub.store.ledger.all(name);
			const kept = hub.store.ledger
				.generations(name)
				.filter(one => one.why !== 'protected' || ledger.get(one.path)?.sha256 !== one.sha256);
			assert.equal(proof.generations, kept.length, spoke);
		}

		assert.deepEqual(
			wanted.map(name => tree(this.#engine.current(name))),
			outlines,
			'a verify changed something',
		);
		await this.#acknowledged.check();
	}

	async #restore({name, deed, n}: Deed): Promise<void> {
		const {hub, root} = this.#engine;
		const kept = hub.store.ledger.generations(name);
		if (kept.length === 0) return;
		const {file, length, sha256: hash, path: session} = kept[n % kept.length]!;
		if (deed === 'restore-to-file') {
			const to = `${root}/out-${this.#written++}.jsonl`;
			await restoreGeneration(hub, name, file, {to});
			const bytes = fs.readFileSync(to);
			assert.deepEqual([bytes.length, sha256(bytes)], [length, hash]);
			return;
		}

		const outcome = await refusable(restoreGeneration(hub, name, file));
		if (outcome === undefined) return;
		const bytes = fs.readFileSync(path.join(this.#engine.current(name), session));
		assert.deepEqual([bytes.length, sha256(bytes)], [length, hash], `${session}: not what was asked for`);
	}

	async #accept({name, n}: Deed): Promise<void> {
		const {hub} = this.#engine;
		const held = heldOf(hub, name);
		if (held.length > 0) await refusable(acceptSpokeVersion(hub, name, held[n % held.length]!));
	}
}

/** Sessions that wait for a person. */
function heldOf(hub: Engine['hub'], name: Name): string[] {
	return versionsOf(hub, name)
		.filter(({held}) => held !== undefined)
		.map(one => one.path);
}

/** A no with a reason for people is an answer, and so is that nothing had to be done. */
async function refusable<Result>(work: Promise<Result>): Promise<Result | undefined> {
	return work.catch((error: Error) => {
		assert.equal(error.name, 'Refusal', String(error.stack));
		return undefined;
	});
}

/** Names, sizes and times of every file below a folder. */
function tree(folder: string): string[] {
	const names = fs.readdirSync(folder, {recursive: true, encoding: 'utf8'}).sort();
	return names.map(name => {
		const stat = fs.lstatSync(path.join(folder, name));
		return stat.isFile() ? `${name} ${stat.size} ${stat.mtimeMs} ${stat.ino}` : name;
	});
}

async function live(history: readonly Deed[]): Promise<void> {
	const engine = await Engine.make();
	try {
		const life = new Life(engine);
		await life.begin();
		for (const what of history) await life.take(what);
		await life.end();
	} finally {
		await engine.remove();
	}
}

test('whatever spokes and people do to a hub, what it acknowledged is retrievable and no verify cries wolf', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(deeds(), {minLength: 1, maxLength: 40, size: 'max'}), forAWhile(15_000, live)),
		{numRuns: 10},
	);
});
