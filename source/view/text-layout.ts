import {type Line, lineWidth, type Piece, piece, wrapLine} from './pieces.js';
import type {Style} from './types.js';
import {cells, fit} from './width.js';

/** Cells between two facts on one line. */
const gap = '   ';

/** Cells of the column of labels: a wide screen gives them air. */
function labelWidth(width: number): number {
	return Math.min(width >= 70 ? 11 : 9, Math.floor(width / 2));
}

/**
 * A labelled fact: `Sessions   1,204   +7 in 24 h`. Each group begins on a line of its own; the facts of a group share
 * lines as long as they fit, and are broken between words only where one alone is wider than the screen.
 * @param groups facts, neutralised; groups without any are left out
 */
export function field(label: string, groups: ReadonlyArray<readonly Line[]>, width: number, style: Style): Line[] {
	const column = labelWidth(width);
	const lines = groups.flatMap(facts => flow(facts, Math.max(1, width - column)));
	return lines.map((line, index) => [
		index === 0 ? piece(fit(label, column, {ellipsis: style.glyph('ellipsis')}), 'label') : piece(' '.repeat(column)),
		...line,
	]);
}

/** Facts one after the other on as few lines as it takes. */
export function flow(facts: readonly Line[], width: number): Line[] {
	const lines: Line[] = [];
	for (const fact of facts) {
		const last = lines.at(-1);
		if (last && lineWidth(last) + gap.length + lineWidth(fact) <= width) {
			lines[lines.length - 1] = [...last, piece(gap), ...fact];
		} else {
			lines.push(fact);
		}
	}

	return lines.flatMap(line => wrapLine(line, width, 2));
}

/** A heading with a blank line before it. */
export function heading(text: string): Line[] {
	return [[], [piece(text, 'title')]];
}

/** A column of a small table. */
export interface ListColumn {
	readonly title: string;
	readonly isRight?: boolean;
	/** Set for a column that a narrow screen does without; the highest goes first. */
	readonly spare?: number;
}

/** Cells that the last column keeps before another one is dropped for it. */
const leastOfLast = 16;

/**
 * A small table, as wide as its cells need: the last column takes what is left, the others go by `spare` where that is
 * too little.
 * @param rows cells in the order of the columns, neutralised
 * @returns the titles and a line for each row
 */
export function listLines(
	columns: readonly ListColumn[],
	rows: ReadonlyArray<readonly Piece[]>,
	width: number,
	style: Style,
): Line[] {
	// One long name must not push everything else off the screen.
	const most = Math.max(leastOfLast, Math.floor(width / 3));
	const sizes = columns.map(({title}, index) =>
		Math.min(most, Math.max(cells(title), ...rows.map(row => cells(row[index]?.text ?? '')))),
	);
	const shown = columns.map((_, index) => index);
	const isTight = () =>
		shown.slice(0, -1).reduce((sum, index) => sum + sizes[index]! + 2, 0) + Math.min(leastOfLast, sizes.at(-1)!) >
		width;
	const spare = shown
		.filter(index => columns[index]!.spare !== undefined)
		.sort((a, b) => columns[b]!.spare! - columns[a]!.spare!);
	for (const index of spare) if (isTight()) shown.splice(shown.indexOf(index), 1);

	const line = (row: readonly Piece[]): Line =>
		shown.flatMap((index, at) => {
			const {text, role} = row[index] ?? piece('');
			const isLast = at === shown.length - 1;
			const cell = piece(
				isLast
					? text
					: fit(text, sizes[index]!, {
							align: columns[index]!.isRight ? 'right' : 'left',
							isMiddle: true,
							ellipsis: style.glyph('ellipsis'),
						}),
				role,
			);
			return at === 0 ? [cell] : [piece('  '), cell];
		});
	return [line(columns.map(({title}) => piece(title, 'label'))), ...rows.map(row => line(row))];
}
