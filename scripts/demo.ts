import {spawn} from 'node:child_process';
import {once as happens} from 'node:events';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {bin} from '../test/lab/hub.js';
import {live} from './demo/life.js';
import {createWorld, type World} from './demo/world.js';

/** Milliseconds between two tables on a terminal. */
const tableEveryMs = 10_000;

/** What of `sync status --json` tells whether the round went as it should. */
interface StatusRow {
	readonly name: string;
	readonly enabled: boolean;
	readonly sessionsCount: number;
	readonly lastRun: {readonly result: string} | null;
}

type Environment = Readonly<Record<string, string>>;

/** Variables for the program: whatever it or Node keeps for later lands in the temporary folder too. */
function environment({hub}: World): Environment {
	const temporary = path.join(hub.home, 'tmp');
	return {TMPDIR: temporary, NODE_COMPILE_CACHE: path.join(temporary, 'compiled')};
}

function introduce({hub, roots, broken, hasSsh}: World): void {
	const kind = hasSsh
		? 'two of them over real ssh on loopback'
		: 'local folders; with rsync and sshd installed, also real ssh ones';
	console.log(`A throw-away hub in ${hub.home}, with ${roots.size} spokes that work (${kind}),`);
	console.log(`one that is disabled (old-laptop) and one broken on purpose: ${broken.name}, because ${broken.why}.\n`);
}

/**
 * One round for scripts: everything is synced once, and judged.
 * @returns exit status: 0 when exactly the spoke that is broken on purpose failed
 */
async function once(world: World): Promise<number> {
	const {hub, broken} = world;
	const env = environment(world);
	const run = await hub.cli(['sync', 'run', '--all'], {env});
	process.stdout.write(`$ pi-brain-tui sync run --all\n${run.stderr}${run.stdout}exit ${run.exitCode}\n\n`);
	const status = await hub.cli(['sync', 'status'], {env});
	process.stdout.write(`$ pi-brain-tui sync status\n${status.stdout}${status.stderr}exit ${status.exitCode}\n\n`);
	const {spokes} = (await hub.cli(['sync', 'status', '--json'], {env})).json<{spokes: StatusRow[]}>();
	const wrong = spokes.filter(
		({name, enabled, sessionsCount, lastRun}) =>
			enabled &&
			(name === broken.name ? lastRun?.result !== 'failed' : lastRun?.result !== 'done' || sessionsCount === 0),
	);
	const isExpected = wrong.length === 0 && spokes.length === world.roots.size + 2;
	console.log(
		isExpected
			? `As it should be: ${broken.name} failed (${broken.why}), every other spoke is synced.`
			: `Not as it should be: ${wrong.map(({name}) => name).join(', ') || 'spokes are missing'}.`,
	);
	return isExpected ? 0 : 1;
}

/** Runs as they happen and a table now and then, until ctrl-c. */
async function watch(world: World, interruption: AbortController): Promise<number> {
	const {hub} = world;
	const {signal} = interruption;
	const env = environment(world);
	console.log('Sessions grow all the time and are synced every ten seconds. Ctrl-c ends it and removes everything.\n');
	const watcher = hub.start(['sync', 'watch'], {env, timeoutMs: 2 ** 31 - 1});
	watcher.child.stdout?.pipe(process.stdout, {end: false});
	watcher.child.stderr?.pipe(process.stderr, {end: false});
	signal.addEventListener('abort', () => watcher.kill('SIGTERM'));
	const growth = live(world.roots, signal);
	const tables = printTables(world, env, signal);
	const {exitCode} = await watcher.ended;
	const wasAsked = signal.aborted;
	interruption.abort();
	await Promise.all([growth, tables]);
	if (wasAsked) return 0;
	console.error(`sync watch ended by itself (exit ${exitCode})`);
	return 1;
}

async function printTables({hub}: World, env: Environment, signal: AbortSignal): Promise<void> {
	for (;;) {
		await delay(tableEveryMs, undefined, {signal}).catch(() => {});
		if (signal.aborted) return;
		process.stdout.write('\n');
		// On the terminal itself, so that the table knows its width and its colours.
		const {PATH, TERM, NO_COLOR} = process.env;
		const child = spawn(process.execPath, [bin, 'sync', 'status'], {
			env: {PATH, TERM, NO_COLOR, HOME: hub.home, ...env},
			stdio: ['ignore', 'inherit', 'inherit'],
		});
		await happens(child, 'exit');
		process.stdout.write('\n');
	}
}

let isWatching = false;
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	// Everything that was started or written is registered to go when the process does, so leaving is enough; only the
	// watcher is worth a good-bye.
	process.on(signal, () => (isWatching ? interruption.abort() : process.exit(130)));
}

const world = await createWorld();
try {
	await mkdir(path.join(world.hub.home, 'tmp'), {recursive: true});
	introduce(world);
	isWatching = process.stdout.isTTY;
	process.exitCode = isWatching ? await watch(world, interruption) : await once(world);
} finally {
	await world.end();
}
