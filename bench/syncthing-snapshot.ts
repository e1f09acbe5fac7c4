import path from 'node:path';
import {systemClock} from '../source/sync/clock.js';
import {follow} from '../source/sync/syncthing/follower.js';
import {writeSession} from '../test/lab/sessions.js';
import {share, startPair} from '../test/lab/syncthing.js';
import {type BenchOptions, budgetRow, median, milliseconds, type Row} from './measure.js';
import {withScope} from './world.js';

const folders = 100;

/** From nothing to all that is known of 100 folders, each of which another computer shares. */
export async function run({runs}: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const [hubSide, laptop] = await startPair(scope);
		for (let index = 0; index < folders; index++) {
			const id = `folder-${index + 1}`;
			const place = path.join(path.dirname(hubSide.sessions), id);
			await writeSession(place, {seed: index + 1});
			// It knows the folder's other device as soon as that one is named; whether it answers makes no difference here.
			await share(id, {on: hubSide, type: 'receiveonly', path: place, settings: {devices: [{deviceID: laptop.id}]}});
		}

		const took: number[] = [];
		for (let round = 0; round <= runs; round++) {
			const tookMs = await firstSnapshot(hubSide.home);
			if (round > 0) took.push(tookMs);
		}

		return [budgetRow(`first snapshot of ${folders} folders`, median(took), 2000, milliseconds)];
	});
}

/** @returns milliseconds */
async function firstSnapshot(home: string): Promise<number> {
	const lead = {url: undefined, apiKey: undefined, apiKeyFile: undefined, home, fingerprint: undefined};
	const ending = new AbortController();
	const answer = Promise.withResolvers<number>();
	const started = performance.now();
	const ended = follow({
		lead,
		surroundings: {settings: [lead], env: {}, home},
		clock: systemClock,
		signal: ending.signal,
		isFollowed: async () => true,
		onState({folders: found, devices, failure}) {
			const isWhole = found.size === folders && devices.size === 1;
			if (isWhole) answer.resolve(performance.now() - started);
			else answer.reject(new Error(failure?.message ?? `${found.size} folders were found`));
		},
	});
	try {
		return await answer.promise;
	} finally {
		ending.abort();
		await ended;
	}
}
