import os from 'node:os';
import {setTimeout as delay} from 'node:timers/promises';
import type {Worker} from 'node:worker_threads';
import {type Answer, type Batch, fromFault, ready} from './pool-messages.js';
import {startWorker} from './pool-worker.js';
import {scanFile} from './scan.js';
import type {ScanRequest, ScanResult} from './scan-types.js';

/** Scans files in threads of its own. */
export interface ScanPool {
	/**
	 * Scans one file. Many may be asked for at once; they are begun in order.
	 * @param signal gives it up: what is not begun yet is never read, what is being read is not waited for
	 * @throws NodeJS.ErrnoException as of `scanFile`; Error when the thread died of this file, or no thread can be started;
	 * the signal's reason when it aborts
	 */
	scan(request: ScanRequest, signal?: AbortSignal): Promise<ScanResult>;
	/** Ends the threads; what is not done yet fails. */
	close(): Promise<void>;
}

/** How a pool works. */
export interface ScanPoolOptions {
	/** One a core unless told, and never more than 4: a disk gains nothing from more. */
	readonly threads?: number | undefined;
	/** Ends all of it at once. */
	readonly signal?: AbortSignal | undefined;
	/** Bytes that are read in this thread before any other is started, 8 MiB unless told: less than starting one costs. */
	readonly ownBytes?: number | undefined;
	/** Starts a thread. */
	readonly start?: (() => Worker) | undefined;
}

/** Small files go together, up to so many files and bytes: a message costs as much as reading 10 KB. */
const batchFiles = 64;
const batchBytes = 4 << 20;
/** What a file counts for of which the ledger knows nothing. */
const unknownBytes = 1 << 20;
/** Milliseconds a thread may take to end: one that hangs in a read of a dead disk is not waited for. */
const endMs = 2000;

interface Task {
	readonly request: ScanRequest;
	readonly bytes: number;
	/** A thread died with it in a batch: it goes alone, so that it is known which it was. */
	isSuspect: boolean;
	/** Whoever asked for it does not want it any more. */
	isLeft: boolean;
	readonly resolve: (result: ScanResult) => void;
	readonly reject: (reason: unknown) => void;
}

interface Thread {
	readonly worker: Worker;
	/** Handed out and not answered; the first is being worked on. */
	readonly batches: Task[][];
	isReady: boolean;
	isGone: boolean;
}

/** Makes a pool. Threads are started when there is work for them. */
export function createScanPool(options: ScanPoolOptions = {}): ScanPool {
	return new Pool(options);
}

class Pool implements ScanPool {
	readonly #limit: number;
	readonly #start: () => Worker;
	readonly #ended = new AbortController();
	readonly #forget: () => void;
	readonly #threads = new Set<Thread>();
	readonly #dying = new Set<Promise<unknown>>();
	/** Waiting, the next one last. */
	#next: Task[] = [];
	/** Waiting behind those, in order. */
	#later: Task[] = [];
	#ownBytes: number;
	#own: Promise<unknown> = Promise.resolve();
	#isHanding = false;

	constructor({threads, signal, ownBytes = 8 << 20, start = startWorker}: ScanPoolOptions) {
		this.#limit = Math.max(1, threads ?? Math.min(4, os.availableParallelism()));
		this.#start = start;
		this.#ownBytes = ownBytes;
		const end = () => this.#end(signal?.reason);
		this.#forget = () => signal?.removeEventListener('abort', end);
		signal?.addEventListener('abort', end);
		if (signal?.aborted) end();
	}

	async scan(request: ScanRequest, asked?: AbortSignal): Promise<ScanResult> {
		const {signal} = this.#ended;
		signal.throwIfAborted();
		asked?.throwIfAborted();
		const bytes = request.expected?.length ?? unknownBytes;
		if (bytes <= this.#ownBytes && this.#threads.size === 0) {
			this.#ownBytes -= bytes;
			const either = asked ? AbortSignal.any([signal, asked]) : signal;
			const mine = this.#own.then(async () => scanFile(request, {signal: either}));
			this.#own = mine.catch(() => {});
			return mine;
		}

		return new Promise((resolve, reject) => {
			const leave = () => {
				task.isLeft = true;
				reject(asked!.reason);
			};

			const task: Task = {
				...{request, bytes, isSuspect: false, isLeft: false},
				resolve(result) {
					asked?.removeEventListener('abort', leave);
					resolve(result);
				},
				reject(reason) {
					asked?.removeEventListener('abort', leave);
					reject(reason);
				},
			};
			asked?.addEventListener('abort', leave, {once: true});
			this.#later.push(task);
			if (this.#isHanding) return;
			// Whoever asks for many asks for them in one go: they are all here by then.
			this.#isHanding = true;
			queueMicrotask(() => {
				this.#isHanding = false;
				this.#hand();
			});
		});
	}

	async close(): Promise<void> {
		this.#end(new DOMException('the scan was closed', 'AbortError'));
		await Promise.race([Promise.all([...this.#dying, this.#own]), delay(endMs, undefined, {ref: false})]);
	}

	get #waiting(): number {
		return this.#next.length + this.#later.length;
	}

	#hand(): void {
		this.#forgetLeft();
		while (this.#waiting > 0 && !this.#ended.signal.aborted) {
			const thread = this.#free();
			if (!thread) return;
			const batch = this.#take();
			thread.batches.push(batch);
			thread.worker.ref();
			thread.worker.postMessage(batch.map(({request}) => portable(request)) satisfies Batch);
		}
	}

	#forgetLeft(): void {
		if (!this.#next.some(({isLeft}) => isLeft) && !this.#later.some(({isLeft}) => isLeft)) return;
		this.#next = this.#next.filter(({isLeft}) => !isLeft);
		this.#later = this.#later.filter(({isLeft}) => !isLeft);
	}

	/** A thread without work, a new one, or one that will soon be without. */
	#free(): Thread | undefined {
		const threads = [...this.#threads];
		const idle = threads.find(({batches}) => batches.length === 0);
		if (idle) return idle;
		if (threads.length < this.#limit) return this.#startThread();
		return threads.find(({batches}) => batches.length === 1 && bytesOf(batches[0]!) <= batchBytes);
	}

	#startThread(): Thread | undefined {
		let worker: Worker;
		try {
			worker = this.#start();
		} catch (error) {
			this.#end(error);
			return undefined;
		}

		const thread: Thread = {worker, batches: [], isReady: false, isGone: false};
		worker.on('message', (answer: Answer | typeof ready) => {
			if (answer === ready) thread.isReady = true;
			else this.#settle(thread, answer);
		});
		// Its end comes last, after whatever it had said; the error can overtake its first word.
		let reason: unknown;
		worker.on('error', error => {
			reason = error;
		});
		worker.on('exit', code => {
			this.#lose(thread, reason ?? new Error(`A thread that was reading ended with status ${code}`));
		});
		this.#threads.add(thread);
		return thread;
	}

	/** The next tasks: as many as fit together, and not more than leaves some for every thread. */
	#take(): Task[] {
		if (this.#next.length === 0) {
			this.#next = this.#later.reverse();
			this.#later = [];
		}

		const fair = Math.min(batchFiles, Math.ceil(this.#waiting / (2 * this.#limit)));
		const batch = [this.#next.pop()!];
		let bytes = batch[0]!.bytes;
		while (!batch[0]!.isSuspect && batch.length < fair) {
			const task = this.#next.at(-1);
			bytes += task?.bytes ?? 0;
			if (!task || task.isSuspect || bytes > batchBytes) break;
			batch.push(task);
			this.#next.pop();
		}

		return batch;
	}

	#settle(thread: Thread, answer: Answer): void {
		const batch = thread.batches.shift() ?? [];
		for (const [index, {resolve, reject}] of batch.entries()) {
			const outcome = answer[index]!;
			if ('result' in outcome) resolve(outcome.result);
			else reject(fromFault(outcome.fault));
		}

		if (thread.batches.length === 0) thread.worker.unref();
		this.#hand();
	}

	#lose(thread: Thread, reason: unknown): void {
		if (thread.isGone) return;
		thread.isGone = true;
		this.#threads.delete(thread);
		if (this.#ended.signal.aborted) return;
		// One that never came to life would be followed by others like it.
		if (!thread.isReady) {
			for (const task of thread.batches.flat()) task.reject(reason);
			this.#end(reason);
			return;
		}

		const [current = [], ...others] = thread.batches;
		if (current.length === 1) current[0]!.reject(reason);
		else for (const task of current) task.isSuspect = true;
		const again = [...(current.length === 1 ? [] : current), ...others.flat()];
		this.#next.push(...again.reverse());
		this.#hand();
	}

	#end(reason: unknown): void {
		if (this.#ended.signal.aborted) return;
		this.#ended.abort(reason);
		this.#forget();
		for (const thread of this.#threads) {
			thread.isGone = true;
			for (const task of thread.batches.flat()) task.reject(reason);
			this.#dying.add(thread.worker.terminate());
		}

		this.#threads.clear();
		for (const task of [...this.#next, ...this.#later]) task.reject(reason);
		this.#next = [];
		this.#later = [];
	}
}

function bytesOf(batch: readonly Task[]): number {
	return batch.reduce((sum, {bytes}) => sum + bytes, 0);
}

/** A view would be sent with all of the memory behind it, which may be that of thousands of files. */
function portable({file, expected, isContentChecked}: ScanRequest): ScanRequest {
	return {
		file: typeof file === 'string' ? file : Uint8Array.from(file),
		expected: expected && {...expected, chunks: Uint8Array.from(expected.chunks)},
		isContentChecked,
	};
}
