import {spawn} from 'node:child_process';
import {once as happens} from 'node:events';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {onExit} from '../test/lab/after.js';
import {bin} from '../test/lab/hub.js';
import {live} from './demo/life.js';
import {createWorld, type World} from './demo/world.js';

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

/** The dashboard on this terminal, while sessions grow, until it is left. */
async function open(world: World): Promise<number> {
	const {hub, roots} = world;
	const ending = new AbortController();
	const growth = live(roots, ending.signal);
	// On the terminal itself, with what it says of itself.
	const {HOME: _home, PI_BRAIN_CONFIG: _config, ...own} = process.env;
	const child = spawn(process.execPath, [bin], {
		env: {...own, HOME: hub.home, ...environment(world)},
		stdio: 'inherit',
	});
	const forget = onExit(() => child.kill('SIGKILL'));
	const [exitCode] = (await happens(child, 'exit')) as [number | null];
	forget();
	ending.abort();
	await growth;
	// Ctrl-c is as good a way to leave as q.
	return exitCode === 130 ? 0 : (exitCode ?? 1);
}

let isOpen = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	// Everything that was started or written is registered to go when the process does, so leaving is enough; the
	// dashboard gets the same signal and takes a moment to say good-bye.
	process.on(signal, () => {
		if (!isOpen) process.exit(130);
	});
}

const world = await createWorld();
try {
	await mkdir(path.join(world.hub.home, 'tmp'), {recursive: true});
	introduce(world);
	isOpen = process.stdout.isTTY && process.stdin.isTTY;
	process.exitCode = isOpen ? await open(world) : await once(world);
} finally {
	await world.end();
}
