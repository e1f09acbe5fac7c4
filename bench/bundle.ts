import {fork} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {build, type Plugin} from 'esbuild';

/**
 * Bundles one of our programs the way the published one is.
 * @param entry relative to this folder
 */
export async function bundle(entry: string, outfile: string, plugins: Plugin[] = []): Promise<void> {
	await build({
		entryPoints: [path.join(import.meta.dirname, entry)],
		outfile,
		bundle: true,
		minify: true,
		platform: 'node',
		format: 'esm',
		target: 'node22',
		external: ['fsevents', 'esbuild'],
		plugins,
		banner: {
			js: "import {createRequire as piBrainCreateRequire} from 'node:module'; const require = piBrainCreateRequire(import.meta.url);",
		},
	});
}

/** A hub that stays open in a process of its own, as the dashboard's or `sync watch`'s does. */
export interface Engine {
	/**
	 * Syncs spokes in the engine.
	 * @returns milliseconds as the engine's own clock tells
	 * @throws Error when one of them did not end well
	 */
	sync(names: readonly string[]): Promise<number>;
	end(): Promise<void>;
}

/** What the engine is asked, and what it answers. */
export type EngineOrder = {readonly names: readonly string[]};
export type EngineReply = {readonly tookMs: number; readonly failure: string | undefined};

/**
 * Starts an engine.
 * @param program bundled `engine.ts`
 */
export async function startEngine(program: string, configFile: string, home: string): Promise<Engine> {
	const env = {...process.env, HOME: home};
	const child = fork(program, [configFile], {env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: []});
	const ended = once(child, 'exit').then(([code, signal]) => {
		throw new Error(`the engine ended with ${code ?? signal}`);
	});
	ended.catch(() => {});
	await Promise.race([once(child, 'message'), ended]);
	return {
		async sync(names) {
			const order: EngineOrder = {names};
			child.send(order);
			const [reply] = (await Promise.race([once(child, 'message'), ended])) as [EngineReply];
			if (reply.failure !== undefined) throw new Error(reply.failure);
			return reply.tookMs;
		},
		async end() {
			child.disconnect();
			await ended.catch(() => {});
		},
	};
}
