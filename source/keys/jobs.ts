import {keptWhere} from '../sync/jobs/held-note.js';
import {shown} from '../sync/sessions/tree.js';
import type {SpokeState} from '../sync/state.js';
import {clean} from '../text/clean.js';
import {formatBytes, formatCount} from '../text/format.js';
import {hasHeld} from './context.js';
import type {Desk} from './desk.js';

/** Held sessions that a question names one by one. */
const namedSessions = 50;

/** What a sync is to do. */
interface SyncWish {
	readonly isDryRun: boolean;
	/** A spoke that was named runs although it is disabled; one among many does not. */
	readonly isNamed: boolean;
}

/** Syncs what can be synced, and says what was started, and why the rest was not. */
export function startSync(desk: Desk, spokes: readonly SpokeState[], {isDryRun, isNamed}: SyncWish): void {
	const judged = spokes.map(spoke => ({name: spoke.config.name, obstacle: obstacleOf(spoke, isNamed)}));
	const started = judged.filter(({obstacle}) => obstacle === undefined).map(({name}) => name);
	const obstacles = judged.flatMap(({obstacle}) => (obstacle === undefined ? [] : [obstacle]));
	if (started.length === 0) {
		const why = judged.length === 1 ? `${judged[0]!.name}: ${obstacles[0]}` : `nothing to sync: ${counted(obstacles)}`;
		desk.say('warn', judged.length === 0 ? 'there are no spokes to sync' : why);
		return;
	}

	desk.actions.sync(started, {isDryRun});
	const rest = obstacles.length === 0 ? '' : `; not: ${counted(obstacles)}`;
	desk.say('info', `${isDryRun ? 'dry run of' : 'syncing'} ${named(started)}${rest}`);
}

/** Asks spokes whether they are there. */
export function probe(desk: Desk, spokes: readonly SpokeState[]): void {
	const asked = spokes.filter(
		({config, undriven}) =>
			config.invalid === undefined &&
			undriven === undefined &&
			(config.source !== undefined || config.method === 'syncthing'),
	);
	const names = asked.map(({config}) => config.name);
	if (names.length > 0) {
		desk.actions.probe(names);
		desk.say('info', `asking ${named(names)}`);
		return;
	}

	const [only] = spokes;
	const who = only && spokes.length === 1 ? `${only.config.name} cannot be asked` : 'there is nothing to ask';
	desk.say('warn', `${who}: nothing leads there from here`);
}

/** Asks whether jobs are to end. */
export function askCancel(desk: Desk, spokes: readonly SpokeState[]): void {
	const running = spokes.filter(({job}) => job !== undefined);
	const own = running.filter(({job}) => !job!.isElsewhere);
	if (own.length === 0) {
		const [other] = running;
		const who = named(spokes.map(({config}) => config.name));
		const text = other
			? `${other.config.name}: another process runs it (${other.job!.by}); only that one can end it`
			: `no job runs on ${who}`;
		desk.say('warn', spokes.length === 0 ? 'no spoke is selected' : text);
		return;
	}

	const names = own.map(({config}) => config.name);
	desk.dispatch({
		type: 'prompt',
		prompt: {
			kind: 'confirm',
			title: `Cancel the ${names.length === 1 ? 'job' : `${names.length} jobs`} of ${named(names)}?`,
			lines: [...own.map(jobLine), 'What has arrived stays; the next run carries on.'],
			offset: 0,
			action: {type: 'cancel', spokes: names},
		},
	});
}

/** Asks whether what is held is released, and lists it. */
export function askRelease(desk: Desk, spokes: readonly SpokeState[]): void {
	const held = spokes.filter(hasHeld);
	if (held.length === 0) {
		const who = named(spokes.map(({config}) => config.name));
		desk.say('warn', spokes.length === 0 ? 'no spoke is selected' : `nothing is held on ${who}`);
		return;
	}

	const names = held.map(({config}) => config.name);
	desk.dispatch({
		type: 'prompt',
		prompt: {
			kind: 'confirm',
			title: `Release what is held on ${named(names)}?`,
			lines: held.flatMap(spoke => heldLines(desk, spoke)),
			offset: 0,
			action: {type: 'release', spokes: names},
		},
	});
}

function obstacleOf({config, undriven, job}: SpokeState, isNamed: boolean): string | undefined {
	if (config.invalid !== undefined) return 'wrong in config.yaml';
	if (undriven !== undefined) return undriven;
	if (job) return job.isElsewhere ? 'running in another process' : 'already running';
	return config.enabled || isNamed ? undefined : 'disabled';
}

function counted(reasons: readonly string[]): string {
	const groups = Map.groupBy(reasons, reason => reason);
	return [...groups].map(([reason, list]) => `${list.length} ${reason}`).join(', ');
}

/** One name, or how many. */
function named(names: readonly string[]): string {
	return names.length === 1 ? names[0]! : `${formatCount(names.length)} spokes`;
}

function jobLine({config, job}: SpokeState): string {
	const what = job!.isDryRun ? 'dry run' : 'sync';
	const percent = job!.progress?.percent;
	const how = job!.startedAt === undefined ? 'waits for its turn' : 'runs';
	return clean(`${config.name}: ${what} ${how}${percent === undefined ? '' : `, ${Math.floor(percent)}%`}`);
}

function heldLines(desk: Desk, {config, facts, holds}: SpokeState): string[] {
	const {detail} = desk.context();
	const sessions = detail?.name === config.name ? detail.held : [];
	const lines = [];
	if (facts.hold) lines.push(`${config.name}: ${facts.hold.message} [${facts.hold.cause}]`);
	if (holds > 0) {
		const what = holds === 1 ? '1 session is held' : `${formatCount(holds)} sessions are held`;
		lines.push(`${config.name}: ${what}; ${keptWhere(config)}, nothing is deleted`);
	}

	for (const {path, kind, size, hubSize} of sessions.slice(0, namedSessions)) {
		const here = hubSize === undefined ? 'gone from the hub' : `hub ${formatBytes(hubSize)}`;
		lines.push(`  ${shown(path)}  ${kind}: ${here}, spoke ${formatBytes(size)}`);
	}

	return lines.map(line => clean(line));
}
