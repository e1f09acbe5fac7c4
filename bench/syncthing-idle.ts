import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {createHub} from '../test/lab/hub.js';
import {openTerminal} from '../test/lab/pty.js';
import {writeSession} from '../test/lab/sessions.js';
import {flow, share, startPair, versioning} from '../test/lab/syncthing.js';
import {untilIdle} from './known-hub.js';
import {budgetRow, type Row} from './measure.js';
import {processorMs} from './process-cost.js';
import {startProxy} from './syncthing-proxy.js';
import {withScope} from './world.js';

const spokes = 20;
const measuredMs = 60_000;
/** The request that stays open until something happens. */
const longPoll = '/rest/events';

/** A dashboard with 20 spokes that Syncthing fills, on which nothing happens for a minute. */
export async function run(): Promise<Row[]> {
	return withScope(async scope => {
		const [hubSide, laptop] = await startPair(scope);
		const names = Array.from({length: spokes}, (_, index) => `spoke-${String(index + 1).padStart(2, '0')}`);
		const place = (root: string, name: string) => path.join(path.dirname(root), name);
		for (const [index, name] of names.entries()) {
			const there = place(laptop.sessions, name);
			await writeSession(there, {seed: index + 1});
			await share(
				name,
				{on: hubSide, type: 'receiveonly', path: place(hubSide.sessions, name), settings: {versioning}},
				{on: laptop, type: 'sendonly', path: there},
			);
		}

		for (const name of names) await flow(name, laptop, hubSide);
		const proxy = await startProxy(scope, hubSide.url);
		const hub = await createHub({
			scope,
			spokes: names.map(name => ({name, sync_method: 'syncthing', path: place(hubSide.sessions, name)})),
			settings: {tui: {syncthing: {url: proxy.url, api_key: hubSide.apiKey}, default_schedule: 'off'}},
		});
		const terminal = openTerminal({scope, hub, columns: 120, rows: 40});
		// In the header: not all of their rows have room.
		await terminal.waitFor(new RegExp(`\\b${spokes} ok\\b`));
		await untilIdle(terminal.pid);
		const before = {cpu: processorMs(terminal.pid), asked: proxy.asked.length};
		await delay(measuredMs);
		const spentMs = processorMs(terminal.pid) - before.cpu;
		const asked = proxy.asked.slice(before.asked);
		const besides = asked.filter(one => one !== longPoll);
		if (besides.length > 0) process.stderr.write(`asked besides: ${[...new Set(besides)].join(' ')}\n`);
		const polls = asked.length - besides.length;
		return [
			budgetRow(`idle for 60 s with ${spokes} Syncthing spokes: processor time`, spentMs / measuredMs, 0.003, percent),
			budgetRow(`the same: requests besides ${polls} of the long poll`, besides.length, 0, String),
		];
	});
}

function percent(part: number): string {
	return `${(part * 100).toFixed(3)} %`;
}
