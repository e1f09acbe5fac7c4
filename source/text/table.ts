import stringWidth from 'string-width';

/** A column of a text table. */
export interface Column {
	readonly title: string;
	readonly isRight?: boolean;
	/** SGR parameters for a cell, as `31`; only asked when colours are on. */
	readonly color?: (cell: string, row: number) => string | undefined;
}

/**
 * Lines of an aligned table. Widths are terminal cells, not characters; the last left-aligned column is not padded.
 * @param rows cells, neutralised already
 */
export function textTable(
	columns: readonly Column[],
	rows: ReadonlyArray<readonly string[]>,
	hasColor: boolean,
): string[] {
	const widths = columns.map((column, index) =>
		Math.max(stringWidth(column.title), ...rows.map(row => stringWidth(row[index] ?? ''))),
	);
	const line = (cells: readonly string[], paint: (cell: string, column: number) => string) =>
		columns
			.map(({isRight}, index) => {
				const cell = cells[index] ?? '';
				const pad = ' '.repeat(widths[index]! - stringWidth(cell));
				const painted = paint(cell, index);
				if (isRight) return pad + painted;
				return index === columns.length - 1 ? painted : painted + pad;
			})
			.join('  ')
			.trimEnd();
	const header = line(
		columns.map(({title}) => title),
		cell => cell,
	);
	const body = rows.map((row, at) =>
		line(row, (cell, index) => {
			const code = hasColor ? columns[index]!.color?.(cell, at) : undefined;
			return code === undefined ? cell : `\u001B[${code}m${cell}\u001B[0m`;
		}),
	);
	return [header, ...body];
}
