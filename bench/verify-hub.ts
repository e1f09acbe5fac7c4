import {mkdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {Scope} from '../test/lab/after.js';
import {bin, createHub, type LabHub} from '../test/lab/hub.js';
import {timed} from './measure.js';

/** The exit status of a verify that found no damage and could not ask the spoke. */
const unreachable = 4;
/** Milliseconds for which a folder that changed is not trusted. */
const racyMs = 3000;

/** A hub with one spoke that is away: what a verify of it costs is the hub's own work. */
export interface ProvedHub {
	readonly hub: LabHub;
	/** The folder of its current sessions. */
	readonly root: string;
	/** What starts `sync verify` of the spoke. */
	readonly argv: readonly [string, ...string[]];
	readonly env: NodeJS.ProcessEnv;
	/**
	 * Runs `sync verify` as a process of its own.
	 * @returns milliseconds
	 * @throws Error when it does not prove as many sessions as there are
	 */
	verify(...words: readonly string[]): Promise<number>;
}

/**
 * Makes a hub that pulled its spoke's sessions, so that its ledger answers for each.
 * @param fill writes the spoke's sessions
 */
export async function makeProvedHub(
	scope: Scope,
	sessions: number,
	fill: (root: string) => void | Promise<void>,
): Promise<ProvedHub> {
	const hub = await createHub({scope});
	const source = path.join(hub.home, 'machine');
	mkdirSync(source);
	await fill(source);
	await hub.configure({spokes: [{name: 'laptop', sync_method: 'manual', source}]});
	const env = {PATH: process.env.PATH, HOME: hub.home, LANG: 'C.UTF-8'};
	await timed([process.execPath, bin, 'sync', 'run', 'laptop'], env);
	rmSync(source, {recursive: true});
	await delay(racyMs);
	const argv = [process.execPath, bin, 'sync', 'verify', 'laptop', '--json'] as const;
	return {
		hub,
		root: hub.synced('laptop'),
		argv,
		env,
		async verify(...words) {
			const {tookMs, stdout} = await timed([...argv, ...words], env, [unreachable]);
			assertProved(stdout, sessions);
			return tookMs;
		},
	};
}

/**
 * Looks at what `sync verify --json` said of one spoke.
 * @throws Error when it does not prove as many sessions
 */
export function assertProved(stdout: string, sessions: number): void {
	const {spokes} = JSON.parse(stdout) as {spokes: [{checked: number; proof: {sessions: number; isAllHere: boolean}}]};
	const [{checked, proof}] = spokes;
	if (checked === sessions && proof.sessions === sessions && proof.isAllHere) return;
	throw new Error(`${checked} sessions were looked at, and the proof is ${JSON.stringify(proof)}`);
}
