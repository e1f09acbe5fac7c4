/**
 * What somebody probably meant.
 * @returns ``, or `; did you mean 'sync'?`
 */
export function meant(written: string, choices: readonly string[]): string {
	const one = nearest(written, choices);
	return one === undefined ? '' : `; did you mean '${one}'?`;
}

/** The choice that differs least from what was written; undefined when none is near. */
export function nearest(written: string, choices: readonly string[]): string | undefined {
	const text = written.toLowerCase();
	const limit = Math.max(1, Math.floor(text.length / 3));
	const [best] = choices
		.map(choice => ({choice, steps: steps(text, choice.toLowerCase())}))
		.filter(({choice, steps: count}) => count <= limit || (text.length > 1 && choice.toLowerCase().startsWith(text)))
		.toSorted((one, other) => one.steps - other.steps);
	return best?.choice;
}

/** Letters to insert, drop, replace or swap with the next to make one text the other. */
function steps(from: string, to: string): number {
	// Nobody mistypes a name by that much; keeps a pasted novel from costing anything.
	if (Math.abs(from.length - to.length) > 8) return Number.POSITIVE_INFINITY;
	const rows: number[][] = [[...Array(to.length + 1).keys()]];
	for (let row = 1; row <= from.length; row++) {
		const line = [row];
		for (let column = 1; column <= to.length; column++) {
			const isSame = from[row - 1] === to[column - 1];
			let least = Math.min(
				rows[row - 1]![column]! + 1,
				line[column - 1]! + 1,
				rows[row - 1]![column - 1]! + Number(!isSame),
			);
			const isSwapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
			if (isSwapped) least = Math.min(least, rows[row - 2]![column - 2]! + 1);
			line.push(least);
		}

		rows.push(line);
	}

	return rows[from.length]![to.length]!;
}
