import {randomInt} from 'node:crypto';
import {rmSync} from 'node:fs';
import {mkdtemp, rm, stat, truncate} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {beginSession, continueSession} from './sessions.js';
import {buildWorld, type DemoWorld} from './world.js';

/** Milliseconds after which one session is cut off, so that the guard has something to hold. */
const accidentMs = 25_000;

/** What of a command's surroundings the made-up hub replaces. */
interface Surroundings {
	/** Absolute path. */
	readonly home: string;
	readonly env: NodeJS.ProcessEnv;
}

/**
 * Runs a command on a made-up hub: the real engine on folders that are thrown away afterwards.
 * @param run gets a home of its own; nothing of the person's is read or written
 */
export async function withDemo<Io extends Surroundings>(io: Io, run: (io: Io) => Promise<number>): Promise<number> {
	const home = await mkdtemp(join(tmpdir(), 'pi-brain-demo-'));
	const removeNow = () => rmSync(home, {recursive: true, force: true});
	process.on('exit', removeNow);
	const ending = new AbortController();
	try {
		const world = await buildWorld(home, io.env.PATH ?? '');
		const life = live(world, ending.signal);
		const status = await run({...io, home, env: {...io.env, HOME: home, PI_BRAIN_CONFIG: undefined}});
		ending.abort();
		await life;
		return status;
	} finally {
		ending.abort();
		await rm(home, {recursive: true, force: true, maxRetries: 5, retryDelay: 50});
		process.off('exit', removeNow);
	}
}

/** Sessions grow and begin, about one a second; one is cut off once. */
async function live({sessions, roots}: DemoWorld, signal: AbortSignal): Promise<void> {
	const files = new Map([...sessions].map(([name, list]) => [name, [...list]]));
	const names = [...files.keys()];
	const startedAt = performance.now();
	let isCut = false;
	for (;;) {
		await delay(randomInt(500, 1500), undefined, {signal}).catch(() => {});
		if (signal.aborted) return;
		const name = names[randomInt(names.length)]!;
		const list = files.get(name)!;
		if (!isCut && performance.now() - startedAt > accidentMs) {
			isCut = true;
			// Nobody goes on with this one: it stays as it is, to be looked at.
			const cut = files.get('build-box')!.shift()!;
			await truncate(cut, Math.floor((await stat(cut)).size / 2));
		} else if (randomInt(10) === 0) list.push(await beginSession(roots.get(name)!, Date.now(), 1));
		else await continueSession(list[randomInt(list.length)]!);
	}
}
