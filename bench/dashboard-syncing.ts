import {setTimeout as delay} from 'node:timers/promises';
import {openTerminal} from '../test/lab/pty.js';
import {generateTree} from '../test/lab/sessions.js';
import {budgetRow, type Row} from './measure.js';
import {processorMs} from './process-cost.js';
import {startWorld, withScope} from './world.js';

const names = ['laptop', 'server', 'gpu-box', 'nas'];
const measuredMs = 20_000;
/** KiB per second and spoke: 40 MB take more than twice the time that is measured. */
const limit = '--bwlimit=700';

/** Four first pulls side by side over a limited line, as the dashboard shows them. */
export async function run(): Promise<Row[]> {
	return withScope(async scope => {
		// A schedule that never comes: each spoke is synced once at the start.
		const settings = {tui: {default_schedule: '0 0 1 1 *', compress: 'off'}};
		const world = await startWorld(scope, names, settings, {rsync_options: [limit]});
		for (const [index, {sessionsDir}] of world.spokes.entries()) {
			generateTree(sessionsDir, {sessions: 300, bytes: 40_000_000, seed: index + 1});
		}

		const terminal = openTerminal({scope, hub: world.hub, columns: 120, rows: 40});
		const isBusy = (screen: string) => names.every(name => new RegExp(`${name}\\b.*syncing +\\d+ ?%`).test(screen));
		await terminal.waitFor(isBusy);
		// The rate and the time left are only shown after a while.
		await delay(5000);
		const before = {cpu: processorMs(terminal.pid), bytes: terminal.bytes, at: performance.now()};
		await delay(measuredMs);
		const [spentMs, bytes] = [processorMs(terminal.pid) - before.cpu, terminal.bytes - before.bytes];
		const tookMs = performance.now() - before.at;
		const screen = await terminal.screen();
		if (!isBusy(screen)) throw new Error(`The transfers ended too early:\n${screen}`);
		return [
			budgetRow('four spokes syncing: to the terminal', bytes / tookMs, 1.5, rate => `${rate.toFixed(2)} KB/s`),
			budgetRow('the same: processor time', (spentMs / tookMs) * 100, 5, share => `${share.toFixed(1)} %`),
		];
	});
}
