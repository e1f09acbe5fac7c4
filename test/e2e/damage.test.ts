import assert from 'node:assert/strict';
import {readFileSync, renameSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import type {FindingKind} from '../../source/sync/verify/types.js';
import {makeSession, writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {randomFrom} from '../lab/text.js';
import {assertSameTree, expectExit, generations, quickHub, runJson} from './support.js';
import {damageOf, verifyJson} from './verifying.js';

/** Bytes of a session: several chunks, the last one partial. */
const size = 300_000;
const chunk = 65_536;
const random = randomFrom(20_261_122);

/** What is done to a file, and what a deep verify must call it; `at` is an offset of a byte that is another now. */
interface Damage {
	/** @returns the damaged bytes */
	act(bytes: Buffer, at: number): Buffer;
	/** Size and time of writing stay as they were: nothing but reading finds it. */
	readonly isHidden: boolean;
	readonly kinds: readonly FindingKind[];
}

function edited(bytes: Buffer, at: number, change: (piece: Buffer) => void, length = 1): Buffer {
	const copy = Buffer.from(bytes);
	change(copy.subarray(at, at + length));
	return copy;
}

const damages: Readonly<Record<string, Damage>> = {
	'a flipped bit': {
		act: (bytes, at) => edited(bytes, at, piece => piece.writeUInt8(piece[0]! ^ (1 << random.below(8)))),
		isHidden: true,
		kinds: ['bit-rot'],
	},
	'a block of NUL bytes': {
		act: (bytes, at) => edited(bytes, at, piece => piece.fill(0), 4096),
		isHidden: true,
		kinds: ['bit-rot'],
	},
	'a cut': {act: (bytes, at) => bytes.subarray(0, at), isHidden: false, kinds: ['truncated']},
	'a cut with the old time': {act: (bytes, at) => bytes.subarray(0, at), isHidden: true, kinds: ['truncated']},
	'an edit in place': {
		act: (bytes, at) => edited(bytes, at, piece => piece.fill('x'), 20),
		isHidden: false,
		kinds: ['foreign-edit'],
	},
	'an edit with the old time': {
		act: (bytes, at) => edited(bytes, at, piece => piece.fill('x'), 20),
		isHidden: true,
		kinds: ['bit-rot'],
	},
	'an inserted byte': {
		act: (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from([1]), bytes.subarray(at)]),
		isHidden: false,
		kinds: ['foreign-edit'],
	},
};

test('every damage on the hub is found by a deep verify with its file and place, and repaired from the spoke', async t => {
	const spoke = await startSpoke({scope: t});
	const hub = await quickHub(t, {spokes: [spoke]});
	const root = hub.synced('laptop');
	// Each damage once in the first chunk, within, at both sides of a border, and in the last, partial one.
	const places = [3, 2 * chunk + 777, chunk - 1, 3 * chunk, size - 5000];
	const trials: Array<{readonly what: string; readonly name: string; readonly at: number; readonly damage: Damage}> =
		[];
	let seed = 0;
	for (const [what, damage] of Object.entries(damages)) {
		for (const at of places) {
			const {path: name, file} = await writeSession(spoke.sessionsDir, {seed: ++seed, bytes: size});
			// Listed in whole seconds: an edit in the very one in which the session was written shows no other time.
			utimesSync(file, 1_770_000_000 + seed, 1_770_000_000.25 + seed);
			trials.push({what, name, at, damage});
		}
	}

	const pairs = [];
	for (let count = 0; count < 3; count++) {
		// Two of one size: only what is in them tells them apart.
		const texts = [0, 1].map(() => makeSession({seed: ++seed, bytes: size}));
		const length = Math.max(...texts.map(({text}) => Buffer.byteLength(text))) + 100;
		const names = [];
		for (const {path: name, text} of texts) {
			await writeSession(spoke.sessionsDir, {seed});
			const file = path.join(spoke.sessionsDir, name);
			const rest = length - Buffer.byteLength(text) - 1;
			writeFileSync(file, `${text}${JSON.stringify({type: 'custom', data: ''}).padEnd(rest, ' ')}\n`);
			utimesSync(file, 1_770_000_000, 1_770_000_000);
			names.push(name);
		}

		pairs.push(names as [string, string]);
	}

	const {path: quiet} = await writeSession(spoke.sessionsDir, {seed: ++seed, bytes: size});
	await runJson(hub, [], 0);
	assert.deepEqual((await verifyJson(hub, ['--deep'], 0)).of.laptop!.findings, []);

	const damaged = new Map<string, Buffer>();
	for (const {name, at, damage} of trials) {
		const file = path.join(root, name);
		const [bytes, stat] = [readFileSync(file), statSync(file)];
		assert.ok(at < bytes.length);
		const made = damage.act(bytes, at);
		assert.ok(!made.equals(bytes));
		writeFileSync(file, made);
		if (damage.isHidden) utimesSync(file, stat.atimeMs / 1000, stat.mtimeMs / 1000);
		damaged.set(name, made);
	}

	for (const [one, other] of pairs) {
		const [here, there] = [path.join(root, one), path.join(root, other)];
		damaged.set(one, readFileSync(there));
		damaged.set(other, readFileSync(here));
		renameSync(here, `${here}.swap`);
		renameSync(there, here);
		renameSync(`${here}.swap`, there);
	}

	const report = (await verifyJson(hub, ['--deep'], 5)).of.laptop!;
	const found = damageOf(report);
	assert.deepEqual(found.map(({path: name}) => name).sort(), [...damaged.keys()].sort(), 'these, and no others');
	assert.equal(report.proof.isAllHere, false);
	const byName = new Map(found.map(finding => [finding.path, finding]));
	for (const {what, name, at, damage} of trials) {
		const {kind, offset = -1, length = 0, repair, line} = byName.get(name)!;
		const told = `${what} at ${at}: ${kind} ${offset}+${length} line ${line}`;
		assert.ok(damage.kinds.includes(kind), told);
		assert.ok(offset <= at && at < offset + length, told);
		assert.ok(at - offset < chunk, `as fine as a chunk: ${told}`);
		assert.equal(repair, 'spoke', told);
	}

	for (const name of pairs.flat()) {
		const {kind, offset, repair} = byName.get(name)!;
		assert.deepEqual([kind, offset, repair], ['bit-rot', 0, 'spoke'], name);
	}

	// A quick one sees what size and time tell, and forgets nothing of what was found.
	assert.deepEqual(
		damageOf((await verifyJson(hub, [], 5)).of.laptop!)
			.map(({path: name}) => name)
			.sort(),
		[...damaged.keys()].sort(),
	);
	await expectExit(hub, ['sync', 'verify', '--deep', '--repair'], 5, {input: ''});
	for (const [name, bytes] of damaged) assert.ok(readFileSync(path.join(root, name)).equals(bytes), 'nobody said yes');

	const {of, repairs} = await verifyJson(hub, ['--deep', '--repair', '--yes'], 0);
	assert.deepEqual([repairs.length, repairs[0]?.failed, of.laptop!.findings], [1, [], []]);
	assert.deepEqual(repairs[0]?.repaired.map(({path: name}) => name).sort(), [...damaged.keys()].sort());
	assertSameTree(root, spoke.sessionsDir);
	const kept = generations(hub, 'laptop');
	assert.equal(kept.length, damaged.size);
	for (const [name, bytes] of damaged) {
		assert.ok(
			kept.some(one => one.equals(bytes)),
			`the damaged ${name} is not kept`,
		);
	}

	const after = (await verifyJson(hub, ['--deep'], 0)).of.laptop!;
	assert.deepEqual(
		[after.proof.isAllHere, after.identical, after.findings.filter(({severity}) => severity !== 'info')],
		[true, seed, []],
	);
	assert.ok(!damaged.has(quiet));
	const {laptop} = await runJson(hub, [], 0);
	assert.deepEqual(
		[laptop?.files.extended, laptop?.files.held, laptop?.bytes],
		[0, 0, 0],
		'a sync finds nothing to do',
	);
});
