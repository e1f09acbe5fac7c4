import {type HistorySlot, slotMs} from '../sync/history.js';
import type {Role, Style} from './types.js';

/** Cells of the strip: a day, an hour each. */
export const stripCells = 24;

/** Bytes in an hour above which its cell says that much came. */
const bigBytes = 10_000_000;

type StripCell = 'cellOk' | 'cellBig' | 'cellFailed' | 'cellNone';

/** What stands out of the strip. Each change of colour is sent with every change of the row: the rest has one in common. */
const roles: Readonly<Record<StripCell, Role | undefined>> = {
	cellOk: undefined,
	cellBig: 'busy',
	cellFailed: 'bad',
	cellNone: undefined,
};

/**
 * The last 24 hours, oldest first; the last cell is the hour that runs. The worst that happened in an hour is what its
 * cell shows.
 * @param now milliseconds since the epoch
 */
export function stripOf(history: readonly HistorySlot[], now: number): StripCell[] {
	const first = Math.floor(now / slotMs) - stripCells + 1;
	const strip = new Array<StripCell>(stripCells).fill('cellNone');
	for (const {slot, done, failed, bytes} of history) {
		const at = slot - first;
		if (at < 0 || at >= stripCells) continue;
		if (failed > 0) strip[at] = 'cellFailed';
		else if (done > 0) strip[at] = bytes > bigBytes ? 'cellBig' : 'cellOk';
	}

	return strip;
}

/** The strip as text, 24 cells wide. */
export function stripText(history: readonly HistorySlot[], now: number, style: Style, isPlain = false): string {
	const strip = stripOf(history, now);
	let text = '';
	for (let from = 0; from < strip.length; ) {
		const role = roles[strip[from]!];
		let to = from;
		while (to < strip.length && roles[strip[to]!] === role) to++;
		const signs = strip
			.slice(from, to)
			.map(cell => style.glyph(cell))
			.join('');
		text += isPlain || role === undefined ? signs : style.paint(role, signs);
		from = to;
	}

	if (isPlain) return text;
	return style.paint(strip.every(cell => cell === 'cellNone') ? 'off' : 'ok', text);
}
