import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {listProcesses} from '../../../source/sync/schedule/processes.js';
import {walk} from '../../../source/sync/sessions/tree.js';
import {closeAllMasters} from '../../../source/sync/ssh/connection.js';
import {temporaryFolder, waitFor} from '../../lab/after.js';
import {createHub, type LabHub} from '../../lab/hub.js';
import {appendEntry, generateTree, rewrite} from '../../lab/sessions.js';
import {startSpoke} from '../../lab/sshd.js';
import {type Random, randomFrom} from '../../lab/text.js';
import {startsWith} from './witness.js';

interface RunJson {
	readonly runs: ReadonlyArray<{
		readonly result: string;
		readonly received: number;
		readonly message: string | null;
		readonly files: Readonly<Record<string, number>>;
	}>;
}

/** Runs to its end; the rewrites of the last moments need the two seconds between two looks. */
async function run(hub: LabHub) {
	const ended = await hub.cli(['sync', 'run', 'laptop', '--json']);
	const [report] = ended.json<RunJson>().runs;
	assert.equal(report?.result, 'done', `${ended.stdout} ${ended.stderr}`);
	return report;
}

/** Every version each session of the spoke ever had, and every one that was seen to be current on the hub. */
class Versions {
	readonly #source: string;
	readonly #hub: LabHub;
	readonly #had = new Map<string, Buffer[]>();
	readonly #taken = new Map<string, Buffer[]>();

	constructor(source: string, hub: LabHub, paths: readonly string[]) {
		this.#source = source;
		this.#hub = hub;
		for (const session of paths) this.note(session);
	}

	note(session: string): void {
		const content = fs.readFileSync(path.join(this.#source, session));
		this.#had.set(session, [...(this.#had.get(session) ?? []), content]);
	}

	/** Each hub file is a whole version the spoke had, and what once was current is still somewhere. */
	async check(): Promise<void> {
		const root = this.#hub.synced('laptop');
		for (const session of (await walk(root)).keys()) {
			const content = fs.readFileSync(path.join(root, session));
			const isWhole = this.#had.get(session)?.some(version => version.equals(content));
			assert.ok(isWhole, `${session}: ${content.length} bytes on the hub are no version the spoke ever had`);
			const taken = this.#taken.get(session) ?? [];
			if (!taken.some(version => version.equals(content))) this.#taken.set(session, [...taken, content]);
			const kept = this.#generations(session);
			const lost = this.#taken.get(session)!.find(version => ![content, ...kept].some(one => startsWith(one, version)));
			assert.equal(lost, undefined, `${session}: ${lost?.length} bytes that were current once are nowhere`);
		}

		for (const session of this.#taken.keys()) {
			assert.ok(fs.existsSync(path.join(root, session)), `${session} disappeared from the hub`);
		}
	}

	async checkEqual(): Promise<void> {
		const root = this.#hub.synced('laptop');
		for (const [session, versions] of this.#had) {
			const content = fs.readFileSync(path.join(root, session));
			assert.ok(content.equals(versions.at(-1)!), `${session}: the hub differs from the spoke after a whole run`);
		}
	}

	#generations(session: string): Buffer[] {
		const data = path.join(this.#hub.folder, 'data', 'generations', 'laptop', path.dirname(session));
		if (!fs.existsSync(data)) return [];
		const start = `${path.basename(session, '.jsonl')}~`;
		const names = fs.readdirSync(data).filter(name => name.startsWith(start) && name.endsWith('.jsonl'));
		return names.map(name => fs.readFileSync(path.join(data, name)));
	}
}

/** Nothing of a killed run is left: no rsync that works below the hub's home, no holder of a lease. */
async function checkNothingLeft(hub: LabHub): Promise<void> {
	const left = (await listProcesses()).filter(({argv}) =>
		argv.some(word => word.startsWith(`${hub.home}/.pi-brain/synced`)),
	);
	assert.deepEqual(
		left.map(({argv}) => argv.join(' ')),
		[],
	);
	assert.deepEqual(
		fs.readdirSync(path.join(hub.folder, 'run')).filter(name => name.endsWith('.holder.json')),
		[],
	);
}

async function change(random: Random, source: string, paths: readonly string[], versions: Versions): Promise<void> {
	for (let count = 0; count < 6; count++) {
		const session = random.pick(paths);
		const file = path.join(source, session);
		if (random.next() < 0.75) await appendEntry(file, {seed: random.below(2 ** 31), bytes: 200 + random.below(2000)});
		else {
			await rewrite(file, random.below(2 ** 31));
			// Never shorter: a shrink is held, and this test is about what must arrive.
			while (fs.statSync(file).size < 3000) await appendEntry(file, {seed: random.below(2 ** 31)});
		}

		// A listing tells whole seconds: two writes of one size within one of them look alike.
		const at = fs.statSync(file).mtimeMs / 1000 - 1e6 + random.below(1e6);
		fs.utimesSync(file, at, at);
		versions.note(session);
	}
}

/** Kills runs at random moments until enough were hit while they worked. */
async function killLoop(t: TestContext, method: 'manual' | 'rsync', kills: number): Promise<void> {
	const {path: source} = await temporaryFolder(t);
	const hub = await createHub({scope: t, spokes: [{name: 'laptop', sync_method: method, source: `${source}/`}]});
	const {paths} = generateTree(source, {sessions: 40, bytes: 200_000, seed: 5});
	const versions = new Versions(source, hub, paths);
	const random = randomFrom(Date.now() % 2 ** 31);
	const started = performance.now();
	await run(hub);
	let wholeMs = performance.now() - started;
	for (let killed = 0, rounds = 0; killed < kills; rounds++) {
		assert.ok(rounds < 4 * kills, `only ${killed} of ${rounds} runs were killed before they ended`);
		await change(random, source, paths, versions);
		const running = hub.start(['sync', 'run', 'laptop', '--json']);
		const begun = performance.now();
		await Promise.race([delay(wholeMs * (0.3 + random.next())), running.ended]);
		running.kill('SIGKILL');
		const {signal} = await running.ended;
		if (signal === 'SIGKILL') killed++;
		else wholeMs = Math.min(wholeMs, performance.now() - begun);
		await versions.check();
	}

	await run(hub);
	await run(hub);
	await versions.check();
	await versions.checkEqual();
	await checkNothingLeft(hub);
}

suite('a run killed with -9 at any moment', {concurrency: 2}, () => {
	test('leaves every session as it was or complete (copying with Node)', async (t: TestContext) =>
		killLoop(t, 'manual', 70));
	test('leaves every session as it was or complete (a real rsync)', async (t: TestContext) => killLoop(t, 'rsync', 50));

	test('lets the next run of a first pull over ssh carry on where it was', async (t: TestContext) => {
		const spoke = await startSpoke({scope: t});
		const tree = generateTree(spoke.sessionsDir, {sessions: 60, bytes: 8_000_000, seed: 7, projects: 6});
		const hub = await createHub({scope: t, spokes: [spoke]});
		t.after(async () => closeAllMasters(path.join(hub.folder, 'run')));
		const entry = {name: spoke.name, sync_method: 'rsync', source: spoke.source, ssh_config: spoke.sshConfig};
		await hub.configure({spokes: [{...entry, rsync_options: ['--bwlimit=1000']}]});
		const versions = new Versions(spoke.sessionsDir, hub, tree.paths);
		const pulled = path.join(hub.folder, 'synced', '.staging', 'laptop', 'pull');
		const staged = () => {
			const names = fs.existsSync(pulled) ? fs.readdirSync(pulled, {recursive: true, encoding: 'utf8'}) : [];
			return names.filter(name => name.endsWith('.jsonl') && !path.basename(name).startsWith('.')).length;
		};
		for (let kills = 0; kills < 3; kills++) {
			const before = staged();
			const running = hub.start(['sync', 'run', 'laptop', '--json']);
			await waitFor(() => staged() > before + 5 || running.child.exitCode !== null, {message: 'more staged sessions'});
			running.kill('SIGKILL');
			assert.equal((await running.ended).signal, 'SIGKILL', 'the pull ended before it could be killed');
			await versions.check();
		}

		const carried = staged();
		assert.ok(carried > 15, `${carried} sessions were staged when the last run was killed`);
		await hub.configure({spokes: [entry]});
		const {received} = await run(hub);
		assert.ok(received < 0.9 * tree.bytes, `the last run received ${received} of ${tree.bytes} bytes again`);
		await versions.checkEqual();
		await checkNothingLeft(hub);
	});
});
