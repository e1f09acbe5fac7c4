import type {RunRecord} from './store/runs.js';

export const dayMs = 24 * 3600 * 1000;
/** Milliseconds of a cell of the history strip: 24 of them are a day. */
export const slotMs = 3600 * 1000;

/** What happened to a spoke in one hour. */
export interface HistorySlot {
	/** Hours since the epoch. */
	readonly slot: number;
	readonly done: number;
	readonly failed: number;
	/** Bytes of session content that became current. */
	readonly bytes: number;
	/** Sessions that were new to the hub. */
	readonly arrived: number;
}

/** The history with one more run in it, without what is older than a day by then; the same list for a run that tells nothing. */
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
	const latest = Math.max(slot, ...history.map(one => one.slot));
	return [...history.filter(one => one.slot !== slot), after]
		.filter(one => one.slot > latest - dayMs / slotMs)
		.sort((a, b) => a.slot - b.slot);
}
