import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {acceptSpokeVersion, restoreGeneration} from '../../../source/sync/services/versions.js';
import {canMount, mountSmall} from '../../lab/mounts.js';
import {Acknowledged} from './acknowledged.js';
import {Engine} from './engine.js';

const kib = 1024;
const mostBytes = 24 << 20;
let written = 0;

/** Text that no other call gives. */
function fresh(bytes: number): string {
	written++;
	return `{"n":${written}}\n`.repeat(Math.ceil(bytes / 9)).slice(0, bytes);
}

function write(file: string, content: string): void {
	fs.mkdirSync(file.slice(0, file.lastIndexOf('/')), {recursive: true});
	fs.writeFileSync(file, content);
	const seconds = 1_760_000_000 + written;
	fs.utimesSync(file, seconds, seconds);
}

/** Takes all room of a file system but some. */
function fill(folder: string, freeBytes: number): void {
	const {bavail, bsize} = fs.statfsSync(folder);
	fs.writeFileSync(`${folder}/ballast`, Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)));
}

/** A failure that names the disk, or none. */
async function fullOrFine(work: Promise<unknown>, what: string): Promise<boolean> {
	try {
		await work;
		return true;
	} catch (error) {
		const {failure} = error as {failure?: {cause: string}};
		assert.equal(failure?.cause, 'DST_FULL', `${what}: ${(error as Error).stack}`);
		return false;
	}
}

test('a disk that is full at any write costs nothing: it is said, and once there is room all is whole', async t => {
	if (!canMount()) return t.diagnostic('no file system can be mounted here: the disk cannot be filled');
	const {path: folder} = await mountSmall(mostBytes, t);
	const engine = await Engine.make(folder);
	t.after(async () => engine.close());
	const acknowledged = new Acknowledged(engine);
	const [source, current] = [engine.source('laptop'), engine.current('laptop')];
	const at = (name: string) => `${source}/--home-will-api--/${name}.jsonl`;
	const here = (name: string) => `${current}/--home-will-api--/${name}.jsonl`;
	const verify = async () => (await engine.verifying.run(['laptop'], {isDeep: true, by: 'command'}))[0]!;
	for (const name of ['grows', 'rewritten', 'cut', 'rots', 'twice']) write(at(name), fresh(150 * kib));
	write(`${engine.source('box')}/--home-will-api--/a.jsonl`, fresh(100 * kib));
	await engine.hub.sync(['laptop', 'box']);
	write(at('twice'), fresh(160 * kib));
	await engine.hub.sync(['laptop']);
	const outcomes = new Set<string>();
	const rooms = [0, 4, 16, 40, 80, 160, 200, 320, 480, 700, 1000, 1400].map(size => size * kib);
	for (const [round, room] of rooms.entries()) {
		const message = `with ${room} bytes free`;
		// What is to be promoted, kept, held, copied and repaired; all of it arrives before the disk is full.
		fs.appendFileSync(at('grows'), fresh(50 * kib));
		fs.utimesSync(at('grows'), 1_765_000_000 + round, 1_765_000_000 + round);
		write(at('rewritten'), fresh(150 * kib + round));
		write(at('cut'), fresh(100 * kib - round));
		write(at(`new-${round}`), fresh(30 * kib));
		write(`${engine.source('box')}/--home-will-api--/a.jsonl`, fresh(100 * kib + round));
		const damaged = fs.readFileSync(here('rots'));
		damaged[70_000 + round] = damaged[70_000 + round]! ^ 1;
		const {atimeMs, mtimeMs} = fs.statSync(here('rots'));
		fs.writeFileSync(here('rots'), damaged);
		fs.utimesSync(here('rots'), atimeMs / 1000, mtimeMs / 1000);
		const whole = fs.readFileSync(at('rots'));
		fill(folder, room);

		for (const report of await engine.hub.sync(['laptop', 'box'])) {
			const told = `${report.spoke} ${message}: ${report.result} ${report.cause} ${report.message}`;
			assert.ok(report.result === 'done' || report.cause === 'DST_FULL', told);
			outcomes.add(`sync ${report.result}`);
		}

		const {result, findings, failure} = await verify();
		if (result === 'done') {
			const damage = findings.filter(({severity}) => severity === 'damage');
			assert.deepEqual(
				damage.map(({path}) => path),
				['--home-will-api--/rots.jsonl'],
				message,
			);
		} else {
			assert.equal(failure?.cause, 'DST_FULL', message);
		}

		outcomes.add(`verify ${result}`);
		const {ledger} = engine.hub.store;
		const kept = ledger.generations('laptop').find(one => one.path.endsWith('twice.jsonl'));
		const deeds: Record<string, () => Promise<unknown>> = {
			repair: async () => engine.verifying.repair('laptop'),
			restore: async () => restoreGeneration(engine.hub, 'laptop', kept!.file),
			accept: async () => {
				const held = ledger.observations('laptop').get('--home-will-api--/cut.jsonl');
				if (held?.isConfirmed) await acceptSpokeVersion(engine.hub, 'laptop', '--home-will-api--/cut.jsonl');
			},
		};
		for (const [what, deed] of Object.entries(deeds)) {
			outcomes.add(`${what} ${(await fullOrFine(deed(), `${what} ${message}`)) ? 'done' : 'full'}`);
			await acknowledged.check(`after ${what} ${message}`, whole);
		}

		const rotten = fs.readFileSync(here('rots'));
		assert.ok(rotten.equals(damaged) || rotten.equals(whole), `half a repair ${message}`);
		fs.rmSync(`${folder}/ballast`);

		if (round % 3 === 2) await engine.restart();
		for (const report of await engine.hub.sync(['laptop', 'box'])) {
			assert.equal(report.result, 'done', `${report.spoke} once there is room, after ${message}: ${report.message}`);
		}

		const report = await verify();
		assert.equal(report.result, 'done', report.failure?.message);
		const repaired = await engine.verifying.repair('laptop');
		assert.ok('repaired' in repaired && repaired.failed.length === 0, JSON.stringify(repaired));
		assert.ok(fs.readFileSync(here('rots')).equals(whole));
		for (const name of ['grows', 'rewritten', `new-${round}`]) {
			assert.ok(fs.readFileSync(here(name)).equals(fs.readFileSync(at(name))), `${name} after ${message}`);
		}

		const clean = await verify();
		assert.deepEqual([clean.findings.filter(({severity}) => severity === 'damage'), clean.proof.isAllHere], [[], true]);
		await acknowledged.check(`once there is room, after ${message}`);
		const half = fs.readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(name => /half$/.test(name));
		assert.deepEqual(half, [], message);
	}

	for (const outcome of ['sync failed', 'sync done', 'repair full', 'repair done', 'restore full', 'restore done']) {
		assert.ok(outcomes.has(outcome), `never: ${outcome}; ${[...outcomes].join(', ')}`);
	}
});
