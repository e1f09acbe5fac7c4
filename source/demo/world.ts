import {randomInt} from 'node:crypto';
import {access, constants, mkdir, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {delimiter, join} from 'node:path';
import {stringify} from 'yaml';
import {beginSession} from './sessions.js';

/** Machines that work: how many sessions each has at the start. */
const machines: Readonly<Record<string, number>> = {laptop: 24, workstation: 60, 'build-box': 12};

/** A made-up hub with made-up machines, all of them folders. */
export interface DemoWorld {
	/** Files of the sessions that may grow, by machine. */
	readonly sessions: ReadonlyMap<string, readonly string[]>;
	/** Session folders, by machine. */
	readonly roots: ReadonlyMap<string, string>;
}

/**
 * Builds it: machines that work, and one for each way of not working that needs nothing but this computer.
 * @param home empty folder that stands for the home of the hub's owner
 * @param searchPath value of PATH, to see whether there is an rsync
 */
export async function buildWorld(home: string, searchPath: string): Promise<DemoWorld> {
	const method = (await hasProgram('rsync', searchPath)) ? 'rsync' : 'manual';
	const roots = new Map<string, string>();
	const sessions = new Map<string, readonly string[]>();
	for (const [name, count] of Object.entries(machines)) {
		const root = join(home, 'machines', name);
		roots.set(name, root);
		sessions.set(name, await fill(root, count));
	}

	await fill(join(home, '.pi', 'agent', 'sessions'), 8);
	const folder = join(home, '.pi-brain');
	await mkdir(folder, {recursive: true});
	const spokes = [
		...[...roots].map(([name, source], index) => ({name, sync_method: index === 0 ? 'manual' : method, source})),
		{name: 'usb-stick', sync_method: 'manual', source: join(home, 'media', 'usb-stick')},
		{name: 'nas', sync_method: 'rsync', source: 'demo@127.0.0.1:.pi/agent/sessions', port: await unusedPort()},
		{name: 'old-laptop', sync_method: 'manual', source: join(home, 'machines', 'old-laptop'), enabled: false},
		{name: 'tablet', sync_method: 'rsnyc', source: join(home, 'machines', 'tablet')},
	];
	const tui = {default_schedule: '*/10 * * * * *', probe_interval: 5};
	await writeFile(join(folder, 'config.yaml'), stringify({tui, spokes}));
	return {sessions, roots};
}

/** Sessions of the last days. */
async function fill(root: string, count: number): Promise<string[]> {
	const now = Date.now();
	const starts = Array.from({length: count}, (_, index) => now - (index + 1) * randomInt(600_000, 14_400_000));
	return Promise.all(starts.map(async startedAt => beginSession(root, startedAt, randomInt(2, 30))));
}

async function hasProgram(name: string, searchPath: string): Promise<boolean> {
	for (const folder of searchPath.split(delimiter)) {
		if (folder === '') continue;
		try {
			await access(join(folder, name), constants.X_OK);
			return true;
		} catch {}
	}

	return false;
}

/** A port where nobody listens, for a machine that refuses. */
async function unusedPort(): Promise<number> {
	const server = createServer();
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const address = server.address();
	await new Promise(resolve => server.close(resolve));
	return typeof address === 'object' && address ? address.port : 9;
}
