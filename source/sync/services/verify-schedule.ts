import type {Hub} from '../hub.js';
import {recordDamage} from '../outcomes.js';
import type {CronTable, NextTime} from '../schedule/cron.js';
import {type Verified, verifyDueAt} from '../verify/plan.js';
import type {VerifyReport} from '../verify/types.js';
import type {Verifying} from './verifying.js';

/** Milliseconds between two looks at whether one is due. */
const lookMs = 60_000;

/** What the schedule takes. */
export interface VerifyScheduleOptions {
	/** Ends it with what it has started. */
	readonly signal: AbortSignal;
	/** Milliseconds between two looks, a minute unless told. */
	readonly everyMs?: number;
}

/**
 * Verifies all enabled spokes and the hub's own sessions deeply at the times of `tui.verify_schedule`, with one thread:
 * what changed without a new size or time is found by nothing else. Keeps no process alive.
 */
export function startVerifySchedule(hub: Hub, {signal, everyMs = lookMs}: VerifyScheduleOptions): void {
	const plan = new Plan(hub);
	let isBusy = false;
	const go = async () => {
		if (isBusy || signal.aborted) return;
		isBusy = true;
		try {
			await look(hub, plan, signal);
		} catch (error) {
			if (!signal.aborted) hub.store.complain(error);
		} finally {
			isBusy = false;
		}
	};

	const timer = setInterval(() => void go(), everyMs);
	timer.unref();
	signal.addEventListener('abort', () => clearInterval(timer), {once: true});
}

async function look(hub: Hub, plan: Plan, signal: AbortSignal): Promise<void> {
	const {verifySchedule, timeZone} = hub.state.config.tui;
	if (verifySchedule === undefined) return;
	const due = plan.due(verifySchedule, await plan.next(timeZone));
	if (due.length === 0 || signal.aborted) return;
	const verifying = await plan.verifying();
	// One after the other: nobody waits for it.
	for (const name of due) {
		signal.throwIfAborted();
		plan.begin(name);
		const [report] = await verifying.run([name], {isDeep: true, by: hub.by, signal});
		if (report) tell(hub, report);
	}
}

/** A time, and what it was worked out from. */
interface DueAt extends Verified {
	readonly expression: string;
	readonly next: NextTime;
	readonly at: number | undefined;
}

/** Which deep verifies are due. */
class Plan {
	readonly #hub: Hub;
	/** When this process last tried: one that fails is tried again at its next time, not at every look. */
	readonly #triedAt = new Map<string | undefined, number>();
	/** Since when there is something to verify: asking costs a look at every entry. */
	readonly #since = new Map<string, number>();
	/** When each one is due, as long as what that was worked out from stays: cron times are dear, and asked for every minute. */
	readonly #dueAt = new Map<string | undefined, DueAt>();
	#cron: {readonly zone: string | undefined; readonly table: CronTable} | undefined;
	#verifying: Verifying | undefined;

	constructor(hub: Hub) {
		this.#hub = hub;
	}

	/** What all of them are made with. */
	async verifying(): Promise<Verifying> {
		const {startVerifying} = await import('./verifying.js');
		this.#verifying ??= startVerifying(this.#hub, {threads: 1});
		return this.#verifying;
	}

	/** The times of cron expressions in a zone; the same function while the zone stays. */
	async next(zone: string | undefined): Promise<NextTime> {
		if (!this.#cron || this.#cron.zone !== zone) {
			const {loadCron} = await import('../schedule/cron.js');
			this.#cron = {zone, table: await loadCron(zone)};
		}

		return this.#cron.table.next;
	}

	begin(name: string | undefined): void {
		this.#triedAt.set(name, this.#hub.clock.now());
	}

	/** Spokes, and undefined for the hub's own sessions, which have no ledger and go with the first spoke at first. */
	due(expression: string, next: NextTime): Array<string | undefined> {
		const {store, state, clock} = this.#hub;
		const now = clock.now();
		const isDue = (name: string | undefined, verifiedAt: number | undefined, since: () => number | undefined) => {
			const deepAt = latest(verifiedAt, this.#triedAt.get(name));
			const dueAt = this.#dueAtOf(name, {deepAt, since: deepAt ?? since()}, expression, next);
			return dueAt !== undefined && dueAt <= now;
		};

		const spokes = state.spokes
			.filter(({config}) => config.enabled && config.invalid === undefined)
			.filter(({config, facts}) => isDue(config.name, facts.lastVerify?.deepAt, () => this.#sinceOf(config.name)))
			.map(({config}) => config.name);
		const isOwnDue = isDue(undefined, store.verifies.get(undefined)?.lastDeepAt, () =>
			spokes.length > 0 ? 0 : undefined,
		);
		return isOwnDue ? [undefined, ...spokes] : spokes;
	}

	#dueAtOf(name: string | undefined, verified: Verified, expression: string, next: NextTime): number | undefined {
		const known = this.#dueAt.get(name);
		const {deepAt, since} = verified;
		if (known?.deepAt === deepAt && known?.since === since && known?.expression === expression && known.next === next) {
			return known.at;
		}

		const at = verifyDueAt(verified, expression, next);
		this.#dueAt.set(name, {...verified, expression, next, at});
		return at;
	}

	#sinceOf(name: string): number | undefined {
		const since = this.#since.get(name) ?? this.#hub.store.verifies.firstEntryAt(name);
		if (since !== undefined) this.#since.set(name, since);
		return since;
	}
}

function latest(one: number | undefined, other: number | undefined): number | undefined {
	return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

function tell(hub: Hub, {spoke, findings}: VerifyReport): void {
	const worst = findings.find(({severity}) => severity === 'damage');
	if (worst && spoke !== undefined) recordDamage(hub, spoke, worst.kind);
}
