import type xterm from '@xterm/headless';

/** A colour of a cell: a number of the terminal's 256, `#rrggbb`, or undefined for the terminal's own. */
export type Color = number | string | undefined;

/** How the text of a run is drawn. */
export interface Look {
	readonly foreground: Color;
	readonly background: Color;
	readonly isBold: boolean;
	readonly isDim: boolean;
	readonly isItalic: boolean;
	readonly isUnderlined: boolean;
	readonly isInverse: boolean;
}

/** Neighbouring cells that look alike. */
export interface Run extends Look {
	/** Of its first cell, from 0. */
	readonly column: number;
	/** Cells; more than characters where one takes two. */
	readonly width: number;
	readonly text: string;
}

/** What is on a screen, with its colours: the runs of every row. */
export interface Picture {
	readonly columns: number;
	readonly rows: readonly (readonly Run[])[];
}

/** Reads the screen of an emulator, with its colours; what was written to it must have been read by then. */
export function readPicture(emulator: xterm.Terminal): Picture {
	const {active} = emulator.buffer;
	const rows = Array.from({length: emulator.rows}, (_, row) =>
		readRow(active.getLine(active.baseY + row), emulator.cols),
	);
	return {columns: emulator.cols, rows};
}

/** @param columns cells to read: a line that was wider before keeps them */
function readRow(line: xterm.IBufferLine | undefined, columns: number): readonly Run[] {
	const runs: Run[] = [];
	for (let column = 0; column < Math.min(columns, line?.length ?? 0); column++) {
		const cell = line!.getCell(column)!;
		const width = cell.getWidth();
		// The second half of a wide character.
		if (width === 0) continue;
		const look = lookOf(cell);
		const text = cell.getChars() || ' ';
		const last = runs.at(-1);
		if (last && isSameLook(last, look))
			runs[runs.length - 1] = {...last, width: last.width + width, text: last.text + text};
		else runs.push({...look, column, width, text});
	}

	return runs;
}

function lookOf(cell: xterm.IBufferCell): Look {
	return {
		foreground: colorOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
		background: colorOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
		isBold: cell.isBold() !== 0,
		isDim: cell.isDim() !== 0,
		isItalic: cell.isItalic() !== 0,
		isUnderlined: cell.isUnderline() !== 0,
		isInverse: cell.isInverse() !== 0,
	};
}

function colorOf(isDefault: boolean, isRgb: boolean, value: number): Color {
	if (isDefault) return undefined;
	return isRgb ? `#${value.toString(16).padStart(6, '0')}` : value;
}

function isSameLook(one: Look, other: Look): boolean {
	return (
		one.foreground === other.foreground &&
		one.background === other.background &&
		one.isBold === other.isBold &&
		one.isDim === other.isDim &&
		one.isItalic === other.isItalic &&
		one.isUnderlined === other.isUnderlined &&
		one.isInverse === other.isInverse
	);
}
