import {join} from 'node:path';
import {isOwnSchedule} from '../../schedule/foreign.js';
import {keeperLease, leaseHolder} from '../../schedule/lease.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';
import {tryCron} from './cron-environment.js';

/** Who syncs this spoke by itself (a dashboard, `sync watch`, a timer, cron, nobody), and whether it would work there. */
export async function checkSchedule(context: CheckContext, trace: Trace): Promise<Found> {
	const {spoke} = context;
	const own = (await context.writers()).filter(isOwnSchedule);
	trace.say(...own.map(({where, text}) => `${where}: ${text}`));
	const keeper = await keeperOf(context);
	const broken = own.find(({isBroken}) => isBroken);
	const working = own.filter(({isBroken}) => !isBroken);
	const [first] = working;
	if (first !== undefined) {
		const trouble = await tryCron(context, trace);
		if (trouble) return trouble;
	}

	const runners = [...(keeper === undefined ? [] : [keeper]), ...working.map(({via, where}) => via ?? where)];
	if (broken && runners.length === 0) {
		return {
			status: 'warn',
			summary: `${broken.where} never works: cron does not join lines that end in a backslash`,
			cause: 'SCHEDULE_NOBODY',
			facts: {place: broken.where},
		};
	}

	if (runners.length > 0)
		return {status: 'pass', summary: `${spoke.schedule ?? 'no schedule'}, run by ${runners.join(' and ')}`};
	if (spoke.source === undefined) return {status: 'pass', summary: 'what arrives is entered while this program runs'};
	if (spoke.schedule === undefined) return {status: 'pass', summary: 'no schedule: synced when asked for'};
	return {
		status: 'warn',
		summary: `${spoke.schedule} is set, but nothing runs it now`,
		cause: 'SCHEDULE_NOBODY',
		evidence: ['keep the dashboard or pi-brain-tui sync watch open, or: pi-brain-tui schedule --systemd (or --cron)'],
	};
}

async function keeperOf({hub, config}: CheckContext): Promise<string | undefined> {
	const names = {dashboard: 'the dashboard', watch: 'sync watch', cron: 'a cron run', command: 'a command'};
	const {keeper} = hub.state;
	if (keeper?.isUs) return keeper.by === 'dashboard' ? 'this dashboard while it is open' : `this ${names[keeper.by]}`;
	const holder = keeper ?? (await leaseHolder(join(config.folder, 'run'), keeperLease));
	if (!holder) return undefined;
	const who = names[holder.by ?? 'command'];
	return holder.pid === undefined ? who : `${who} (pid ${holder.pid})`;
}
