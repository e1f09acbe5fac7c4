import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {systemClock} from '../../../source/sync/clock.js';
import {
	type SessionWatch,
	type WatchedRoot,
	type WatchOptions,
	watchSessions,
} from '../../../source/sync/sessions/watcher.js';
import {waitFor} from '../../lab/after.js';

/** A header line. */
export const line = (id = 'abc') =>
	`${JSON.stringify({type: 'session', version: 3, id, timestamp: '2026-01-24T10:00:00.000Z'})}\n`;
/** Milliseconds; short, so that tests are. */
export const settleMs = 150;

/** A root named `laptop` and everything its watches told. */
export interface Lab {
	readonly root: string;
	/** `+path`, `~path`, `-path`, with the root's name before where it is not `laptop`. */
	readonly news: string[];
	readonly growing: string[];
	readonly problems: Array<{readonly code: string; readonly message: string}>;
	readonly stop: AbortController;
	watch(options?: Partial<WatchOptions> & {root?: Partial<WatchedRoot>}): Promise<SessionWatch>;
}

/** Gives a test its lab and clears it away afterwards. */
export async function withLab(use: (lab: Lab) => Promise<void>) {
	const parent = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'watcher-'));
	const root = path.join(parent, 'laptop');
	fs.mkdirSync(root);
	const stop = new AbortController();
	const watches: SessionWatch[] = [];
	const news: string[] = [];
	const growing: string[] = [];
	const problems: Lab['problems'] = [];
	const lab: Lab = {
		root,
		news,
		growing,
		problems,
		stop,
		async watch({root: special, ...options} = {}) {
			// The first look takes no time: the next one is put off by a multiple of it, on a slow machine for minutes.
			let standing: number | undefined = Date.now();
			const watch = watchSessions({
				clock: {...systemClock, now: () => standing ?? Date.now()},
				roots: [{name: 'laptop', path: root, settleMs, ...special}],
				onSettled(name, diff) {
					const prefix = name === 'laptop' ? '' : `${name}:`;
					for (const file of diff.added) news.push(`${prefix}+${file.path}`);
					for (const file of diff.changed) news.push(`${prefix}~${file.path}`);
					for (const file of diff.removed) news.push(`${prefix}-${file.path}`);
				},
				onGrowing: (_, paths) => growing.push(paths.join(' ')),
				onReady() {},
				onProblem: (_, problem) => problems.push(problem),
				signal: stop.signal,
				...options,
			});
			watches.push(watch);
			await watch.ready();
			standing = undefined;
			return watch;
		},
	};
	try {
		await use(lab);
	} finally {
		stop.abort();
		await Promise.all(watches.map(async watch => watch.close()));
		await fs.promises.rm(parent, {recursive: true});
	}
}

/** Waits for a condition. */
export async function until(what: string, isTrue: () => boolean) {
	await waitFor(isTrue, {message: what});
}

/** Writes a file, with its folders. */
export function write(root: string, name: string, content = line()) {
	const file = path.join(root, name);
	fs.mkdirSync(path.dirname(file), {recursive: true});
	fs.writeFileSync(file, content);
}
