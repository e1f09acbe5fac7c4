import type {Hub} from '../hub.js';
import type {PlannedSpoke} from '../schedule/planner.js';
import {type Scheduler, startScheduler} from '../schedule/ticker.js';

/** Milliseconds between two looks at the plan for the screen. */
const showMs = 2000;

/** Runs each spoke at its times, through the hub. Ends with the hub. */
export function startScheduling(hub: Hub): Scheduler {
	const scheduler = startScheduler({
		spokes: () => plannedSpokes(hub),
		async onDue({spoke}) {
			const [report] = await hub.sync([spoke]);
			if (report?.result === 'failed') return {result: 'failed', cause: report.cause!};
			return {result: report?.result === 'locked' ? 'locked' : report?.result === 'cancelled' ? 'cancelled' : 'done'};
		},
		timeZone: hub.state.config.tui.timeZone,
		clock: hub.clock,
		signal: hub.signal,
		log: line => hub.log('INFO', undefined, line),
	});
	const timer = setInterval(() => {
		for (const [name, {nextRun}] of scheduler.plan()?.spokes ?? []) {
			hub.emit({type: 'planned', spoke: name, nextRun});
		}
	}, showMs);
	timer.unref();
	hub.signal.addEventListener('abort', () => clearInterval(timer), {once: true});
	return scheduler;
}

function plannedSpokes(hub: Hub): PlannedSpoke[] {
	const {timeZone} = hub.state.config.tui;
	return hub.state.spokes
		.filter(({config, undriven}) => config.enabled && config.invalid === undefined && undriven === undefined)
		.map(({config, lastRun}) => ({
			name: config.name,
			schedule: config.schedule,
			isDefaultSchedule: config.isDefaultSchedule,
			lastRunAt: lastRun?.startedAt,
			fingerprint: JSON.stringify([config, timeZone]),
		}));
}
