import {rmSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

/** Whoever says when a part of the lab is done with: a test context, or `{after}` of node:test for a whole file. */
export interface Scope {
	after(end: () => void | Promise<void>): void;
}

const atExit = new Set<() => void>();
process.on('exit', () => {
	// Backwards: processes were started after their folder was made, and must be gone before it goes.
	for (const end of [...atExit].reverse()) end();
});

/**
 * Registers what must happen even when the process leaves without its `after` hooks (a failed import, `process.exit`).
 * @param end synchronous; must not throw
 * @returns takes it back
 */
export function onExit(end: () => void): () => void {
	atExit.add(end);
	return () => atExit.delete(end);
}

/** A folder that is removed with everything in it. */
export interface TemporaryFolder {
	readonly path: string;
	remove(): Promise<void>;
}

/**
 * Makes a folder below the system's temporary one; its path is short, because a Unix socket's may have 108 bytes only.
 * @param scope removes it when given; else the caller, or at the latest the end of the process
 */
export async function temporaryFolder(scope?: Scope): Promise<TemporaryFolder> {
	const folder = await mkdtemp(path.join(tmpdir(), 'pbl-'));
	const forget = onExit(() => rmSync(folder, {recursive: true, force: true}));
	const remove = async () => {
		forget();
		await rm(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 50});
	};

	scope?.after(remove);
	return {path: folder, remove};
}

/** Milliseconds after which a test gives up: far more than anything takes, for machines that do much else. */
export const patienceMs = 60_000;

/**
 * Waits until a condition holds, looking every 20 ms.
 * @param condition truthy ends the wait and is returned; an exception counts as "not yet"
 * @param options `timeoutMs`, `patienceMs` unless told; `message` says what was waited for
 * @throws Error with the message, and the condition's last exception as its cause
 */
export async function waitFor<T>(
	condition: () => T | Promise<T>,
	options: {readonly timeoutMs?: number; readonly message?: string} = {},
): Promise<NonNullable<T>> {
	const {timeoutMs = patienceMs, message = 'the condition'} = options;
	const until = performance.now() + timeoutMs;
	let cause: unknown;
	for (;;) {
		try {
			const value = await condition();
			if (value) return value;
			cause = undefined;
		} catch (error) {
			cause = error;
		}

		if (performance.now() > until) throw new Error(`Waited ${timeoutMs} ms in vain for ${message}`, {cause});
		await delay(20);
	}
}
