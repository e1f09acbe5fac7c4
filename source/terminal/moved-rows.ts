import {blankRow, type Row} from './screen.js';

/** Fewer rows are painted as quickly as moved. */
const leastRows = 3;

/** Rows brought to other places by the terminal itself. */
interface Move {
	readonly text: string;
	/** What it shows then. */
	readonly shown: Array<Row | undefined>;
}

/**
 * Where rows have gone up or down together (one between them went elsewhere, or a list was scrolled), what moves them. A
 * scrolling region holds them, and lines are inserted or deleted at its top: the rest of the screen stays as it is.
 * @param shown what the terminal shows now
 * @returns undefined: too few rows moved
 */
export function movedRows(rows: readonly Row[], shown: ReadonlyArray<Row | undefined>): Move | undefined {
	const found = commonShift(rows, shown);
	if (!found) return undefined;
	const {shift, first, last} = found;
	const top = Math.min(first, first - shift);
	const bottom = Math.max(last, last - shift);
	const region = shown.slice(top, bottom + 1);
	// Where something unknown stands, nobody knows what would come in its place.
	if (region.some(row => row === undefined)) return undefined;
	const blanks = Array.from({length: Math.abs(shift)}, () => blankRow(rows[top]!.chars.length));
	const moved = shift > 0 ? [...blanks, ...region.slice(0, -shift)] : [...region.slice(-shift), ...blanks];
	const count = Math.abs(shift) === 1 ? '' : Math.abs(shift);
	return {
		text: `\u001B[${top + 1};${bottom + 1}r\u001B[${top + 1}H\u001B[${count}${shift > 0 ? 'L' : 'M'}\u001B[r`,
		shown: [...shown.slice(0, top), ...moved, ...shown.slice(bottom + 1)],
	};
}

/** By how many places most of the moved rows moved, and the first and the last of these where they are now. */
function commonShift(
	rows: readonly Row[],
	shown: ReadonlyArray<Row | undefined>,
): {readonly shift: number; readonly first: number; readonly last: number} | undefined {
	const changed = rows.flatMap((row, index) => (row === shown[index] || !shown[index] ? [] : [index]));
	if (changed.length <= leastRows) return undefined;
	/** Places of the texts there were; -1: of several rows. */
	const places = new Map<string, number>();
	for (const index of changed) {
		const text = textOf(shown[index]!);
		places.set(text, places.has(text) ? -1 : index);
	}

	const moved = new Map<number, number[]>();
	for (const index of changed) {
		const place = places.get(textOf(rows[index]!)) ?? -1;
		if (place === -1 || place === index) continue;
		const together = moved.get(index - place);
		if (together) together.push(index);
		else moved.set(index - place, [index]);
	}

	const [shift, together] = [...moved].toSorted(([, one], [, other]) => other.length - one.length)[0] ?? [0, []];
	return together.length < leastRows ? undefined : {shift, first: together[0]!, last: together.at(-1)!};
}

function textOf({chars}: Row): string {
	return chars.join('');
}
