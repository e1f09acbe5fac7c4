import path from 'node:path';
import {Worker} from 'node:worker_threads';

/** Megabytes of JavaScript objects a thread may hold; what it reads lies outside of them, in a buffer of 1 MiB. */
const resourceLimits = {maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16};

/** Starts a thread that scans; it keeps nobody from leaving, and writes to no terminal. */
export function startWorker(): Worker {
	const {at, execArgv} = program();
	const worker = new Worker(at, {execArgv, resourceLimits, stdout: true, stderr: true, name: 'verify'});
	// What it would print is not read: a stream that is read keeps this process from leaving.
	worker.unref();
	return worker;
}

function program(): {readonly at: URL; readonly execArgv: string[]} {
	// Set by the build alone, which leaves this branch out.
	if (process.env.PI_BRAIN_BUILD === undefined) {
		return {at: new URL('worker.ts', import.meta.url), execArgv: ['--import', import.meta.resolve('tsx')]};
	}

	// In the bundle this file is part of cli.js, or of a chunk one folder below it.
	const isInChunk = path.basename(import.meta.dirname) === 'chunks';
	return {at: new URL(isInChunk ? '../verify-worker.js' : 'verify-worker.js', import.meta.url), execArgv: []};
}
