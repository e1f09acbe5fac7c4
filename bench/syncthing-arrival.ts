import {statSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {formatBytes} from '../source/text/format.js';
import {createHub} from '../test/lab/hub.js';
import {type LabTerminal, openTerminal} from '../test/lab/pty.js';
import {appendEntry, writeSession} from '../test/lab/sessions.js';
import {flow, share, startPair, versioning} from '../test/lab/syncthing.js';
import {type BenchOptions, budgetRow, median, milliseconds, type Row} from './measure.js';
import {withScope} from './world.js';

const folder = 'sessions';
/** Bytes of an appended entry: more than the last digit of the size on the screen stands for. */
const entryBytes = 2000;
const lookEveryMs = 5;
const limitMs = 30_000;
/** Milliseconds between two lines, in which everything that the one before brought about is over. */
const pauseMs = 8000;

/**
 * A line is appended on the spoke: from the moment Syncthing has put it into the hub's folder to the moment the
 * spoke's row shows its new size. Two real Syncthings, the built dashboard.
 */
export async function run({runs}: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const [hubSide, laptop] = await startPair(scope);
		await share(
			folder,
			{on: hubSide, type: 'receiveonly', settings: {versioning, maxConflicts: -1}},
			{on: laptop, type: 'sendonly'},
		);
		const session = await writeSession(laptop.sessions);
		await flow(folder, laptop, hubSide);
		const hub = await createHub({
			scope,
			spokes: [{name: 'laptop', sync_method: 'syncthing', path: hubSide.sessions}],
			settings: {tui: {syncthing: {home: hubSide.home}}},
		});
		const terminal = openTerminal({scope, hub, columns: 120, rows: 40});
		await terminal.waitFor(/laptop .*\bok\b/);
		const arrived = path.join(hubSide.sessions, session.path);
		await terminal.waitFor(screen => shows(screen, session.size));
		const waits: number[] = [];
		for (let round = 0; round <= runs; round++) {
			await delay(pauseMs);
			await appendEntry(session.file, {bytes: entryBytes});
			const {size} = statSync(session.file);
			await until(() => statSync(arrived, {throwIfNoEntry: false})?.size === size);
			const started = performance.now();
			await untilShown(terminal, size);
			if (round > 0) waits.push(performance.now() - started);
		}

		const what = 'a line that Syncthing brought: from its arrival to the screen';
		return [budgetRow(what, median(waits), 1200, milliseconds)];
	});
}

/** The spoke has one session: its size is the row's. */
function shows(screen: string, size: number): boolean {
	return new RegExp(`laptop +syncthing .* ${formatBytes(size).replace('.', '\\.')} `).test(screen);
}

async function untilShown(terminal: LabTerminal, size: number): Promise<void> {
	await until(async () => shows(await terminal.screen(), size)).catch(async (error: Error) => {
		throw new Error(`${error.message}; it shows:\n${await terminal.screen()}`, {cause: error});
	});
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
	const last = performance.now() + limitMs;
	while (!(await holds())) {
		if (performance.now() > last) throw new Error('the line did not come');
		await delay(lookEveryMs);
	}
}
