import {Box, Static, Text} from 'ink';
import {type ReactNode, useState} from 'react';
import {gistOf, sentenceOf} from '../view/sentences.js';
import type {RowId, TableRow} from '../view/types.js';

/** What is read out. */
interface ScreenReaderProps {
	/** In an order that does not change with the states: that of config.yaml. */
	readonly rows: readonly TableRow[];
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** The row keys act on. */
	readonly selected: RowId;
	/** What is asked or told at the moment, as text. */
	readonly children?: ReactNode;
}

interface Said {
	/** What was said of a row last, by its id. */
	readonly gists: ReadonlyMap<RowId, string>;
	/** Sentences so far; Ink writes each of them once. */
	readonly sentences: readonly string[];
}

const nothing: Said = {gists: new Map(), sentences: []};

/**
 * The table as sentences: every row once at the beginning, and from then on only rows that changed, as lines that are
 * added below. Below them stands the selected row alone.
 */
export function ScreenReader({rows, now, selected, children}: ScreenReaderProps) {
	const [said, setSaid] = useState(nothing);
	const next = withChanges(said, rows, now);
	if (next !== said) setSaid(next);
	const row = rows.find(({id}) => id === selected);
	return (
		<Box flexDirection="column">
			<Static items={[...next.sentences]}>{(sentence, index) => <Text key={index}>{sentence}</Text>}</Static>
			{row && <Text aria-label={`Selected: ${row.name}, ${row.word}`}>{`Selected: ${row.name}, ${row.word}`}</Text>}
			{children}
		</Box>
	);
}

function withChanges(said: Said, rows: readonly TableRow[], now: number): Said {
	const changed = rows.filter(row => said.gists.get(row.id) !== gistOf(row));
	if (changed.length === 0) return said;
	return {
		gists: new Map(rows.map(row => [row.id, gistOf(row)])),
		sentences: [...said.sentences, ...changed.map(row => sentenceOf(row, now))],
	};
}
