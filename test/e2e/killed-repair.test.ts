import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {temporaryFolder} from '../lab/after.js';
import {flipByte, writeSession} from '../lab/sessions.js';
import {randomFrom} from '../lab/text.js';
import {assertSameTree, generations, quickHub, runJson} from './support.js';
import {damageOf, verifyJson} from './verifying.js';

test('deep verifies with repair, killed with -9 at random moments, lose neither true nor damaged bytes', async t => {
	const {path: source} = await temporaryFolder(t);
	const paths: string[] = [];
	for (let seed = 1; seed <= 24; seed++) paths.push((await writeSession(source, {seed, bytes: 150_000})).path);
	const hub = await quickHub(t, {spokes: [{name: 'usb', sync_method: 'rsync', source: `${source}/`}]});
	await runJson(hub, [], 0);
	const at = (name: string) => path.join(hub.synced('usb'), name);
	const whole = new Map(paths.map(name => [name, readFileSync(at(name))]));
	const damaged = new Map<string, Buffer>();
	const random = randomFrom(Date.now() % 2 ** 31);
	let wholeMs = 1500;
	let killed = 0;
	for (let round = 0; round < 10; round++) {
		for (const name of paths) {
			if (!readFileSync(at(name)).equals(whole.get(name)!)) continue;
			if (damaged.has(name) && !generations(hub, 'usb').some(one => one.equals(damaged.get(name)!))) {
				assert.fail(`${name} was repaired, and its damaged bytes are nowhere`);
			}

			await flipByte(at(name));
			damaged.set(name, readFileSync(at(name)));
		}

		const running = hub.start(['sync', 'verify', '--deep', '--repair', '--yes']);
		const begun = performance.now();
		await Promise.race([delay(wholeMs * (0.4 + 0.6 * random.next())), running.ended]);
		running.kill('SIGKILL');
		const {signal, exitCode, stdout, stderr} = await running.ended;
		if (signal === 'SIGKILL') killed++;
		else wholeMs = Math.min(wholeMs, performance.now() - begun);
		assert.ok(signal === 'SIGKILL' || exitCode === 0, stdout + stderr);
		for (const name of paths) {
			const bytes = readFileSync(at(name));
			const isOne = bytes.equals(whole.get(name)!) || bytes.equals(damaged.get(name)!);
			assert.ok(isOne, `${name}: ${bytes.length} bytes that are neither`);
		}
	}

	assert.ok(killed > 0, 'none was killed while it worked');
	const broken = paths.filter(name => !readFileSync(at(name)).equals(whole.get(name)!));
	const found = (await verifyJson(hub, ['--deep'], broken.length > 0 ? 5 : 0)).of.usb!;
	assert.deepEqual(
		damageOf(found)
			.map(({path: name}) => name)
			.sort(),
		broken.sort(),
	);
	const {of} = await verifyJson(hub, ['--deep', '--repair', '--yes'], 0);
	assert.deepEqual(damageOf(of.usb!), []);
	assertSameTree(hub.synced('usb'), source);
	const kept = generations(hub, 'usb');
	for (const [name, bytes] of damaged) {
		assert.ok(
			kept.some(one => one.equals(bytes)),
			`the damaged ${name} is nowhere`,
		);
	}

	const {proof, identical} = (await verifyJson(hub, ['--deep'], 0)).of.usb!;
	assert.deepEqual([proof.isAllHere, identical], [true, paths.length]);
	const {usb} = await runJson(hub, [], 0);
	assert.deepEqual([usb?.files.unchanged, usb?.bytes], [paths.length, 0]);
});
