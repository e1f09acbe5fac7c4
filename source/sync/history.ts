import type {HistorySlot, RunRecord} from './store/runs.js';

export type {HistorySlot} from './store/runs.js';

export const dayMs = 24 * 3600 * 1000;
/** Milliseconds of a cell of the history strip: 24 of them are a day. */
export const slotMs = 3600 * 1000;

/**
 * The oldest slot of the day that ends with the hour of `now`.
 * @param now milliseconds since the epoch
 */
export function firstSlot(now: number): number {
	return Math.floor(now / slotMs) - dayMs / slotMs + 1;
}

/**
 * The history with one more run in it, oldest slot first, without what is older than a day by then; the same list for a
 * run that tells nothing.
 */
export function withRun(history: readonly HistorySlot[], run: RunRecord): readonly HistorySlot[] {
	if (run.result !== 'done' && run.result !== 'failed') return history;
	const slot = Math.floor(run.startedAt / slotMs);
	const before = history.find(one => one.slot === slot) ?? {slot, done: 0, failed: 0, bytes: 0, arrived: 0};
	const after = {
		slot,
		done: before.done + Number(run.result === 'done'),
		failed: before.failed + Number(run.result === 'failed'),
		bytes: before.bytes + run.bytes,
		arrived: before.arrived + run.files.new,
	};
	// Another process's run may come late: what is newest decides what is old.
	const first = firstSlot(Math.max(slot, ...history.map(one => one.slot)) * slotMs);
	return [...history.filter(one => one.slot !== slot), after]
		.filter(one => one.slot >= first)
		.sort((a, b) => a.slot - b.slot);
}
