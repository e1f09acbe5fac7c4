import {filesPerFolder, folders} from './tree.js';

/** What one contender says of itself. */
export interface Measured {
	/** Milliseconds until everything is watched. */
	readonly readyMs: number;
	/** Milliseconds until every first line was read as well; chokidar reads none. */
	readonly readMs: number;
	/** Bytes of resident memory then. */
	readonly rss: number;
}

// The program that indexes and watches a tree and tells how long it took: `ours` or `chokidar`, then the root.
const [, , contender, root] = process.argv;
process.stdout.write(JSON.stringify(await measure(contender!, root!)), () => process.exit());

async function measure(contender: string, root: string): Promise<Measured> {
	const started = performance.now();
	if (contender === 'chokidar') {
		const {watch} = await import('chokidar');
		const watcher = watch(root, {depth: 2});
		await new Promise<void>(resolve => watcher.once('ready', resolve));
		const readyMs = performance.now() - started;
		return {readyMs, readMs: readyMs, rss: process.memoryUsage.rss()};
	}

	const {watchSessions} = await import('../source/sync/sessions/watcher.js');
	const watch = watchSessions({
		roots: [{name: 'bench', path: root, settleMs: 5000}],
		onSettled() {},
		onReady() {},
		onProblem(_, problem) {
			throw new Error(problem.message);
		},
		signal: new AbortController().signal,
	});
	await watch.ready();
	const readyMs = performance.now() - started;
	const index = watch.index('bench')!;
	while (index.totals.unread > 0) await new Promise(resolve => setTimeout(resolve, 5));
	const readMs = performance.now() - started;
	const {sessions} = index.totals;
	if (sessions !== folders * filesPerFolder) throw new Error(`${sessions} sessions were found`);
	return {readyMs, readMs, rss: process.memoryUsage.rss()};
}
