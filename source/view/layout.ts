import type {PaneName, Size, UiState} from './types.js';

/** What a part of the screen holds. */
export type PartKind =
	| 'header'
	| 'rule'
	| 'banner'
	| 'table'
	/** Position in the table, above the preview; titles of the panes, above those. */
	| 'divider'
	| 'preview'
	| 'panes'
	/** The one pane that fills the screen. */
	| 'zoomed'
	| 'toast'
	| 'footer'
	| 'prompt'
	/** All there is room for: a line or three. */
	| 'summary';

/** A part and the lines it has. */
export interface Part {
	readonly kind: PartKind;
	readonly rows: number;
}

/** Where everything is, from top to bottom. */
export interface Layout {
	readonly size: Size;
	/** Their rows add up to exactly those of the screen: a frame that is higher is drawn anew at every tick. */
	readonly parts: readonly Part[];
	/** Cells of the two panes and of the bar between them; undefined where there are none. */
	readonly panes: {readonly left: number; readonly bar: number; readonly right: number} | undefined;
	/** The pane that keys go to: the table wherever there is no other. */
	readonly pane: PaneName;
}

/** What there is to show. */
export interface Counts {
	/** Rows of the table, whether or not the filter shows them. */
	readonly rows: number;
	/** Problems of the configuration that a banner tells of. */
	readonly problems: number;
	/** Lines the prompt would like; 0: nothing is asked. */
	readonly prompt: number;
}

/** Lines the panes have at least, with which they are worth their place. */
const leastPane = 10;

/** Below the table there is room for panes side by side. */
export function hasPanes({columns, rows}: Size): boolean {
	return columns >= 100 && rows >= 30;
}

/** Says which parts a screen has and how high they are; no size is refused. */
export function layoutOf(size: Size, ui: Pick<UiState, 'pane' | 'isZoomed'>, counts: Counts): Layout {
	const rows = Math.max(0, size.rows);
	const isWide = hasPanes(size);
	const pane = isWide ? ui.pane : 'table';
	const panes = isWide && !ui.isZoomed ? widthsOf(size.columns) : undefined;
	if (rows < 4) return {size, parts: [{kind: 'summary', rows}], panes: undefined, pane: 'table'};
	const isRoomy = rows >= 20 && size.columns >= 60;
	const top: Part[] = [{kind: 'header', rows: 1}];
	if (isRoomy) top.push({kind: 'rule', rows: 1});
	if (counts.problems > 0 && rows >= 10) top.push({kind: 'banner', rows: 1});
	const bottom = bottomOf(rows - sum(top), isRoomy, isWide, counts.prompt);
	const middle = rows - sum(top) - sum(bottom);
	return {size, parts: [...top, ...middleOf(middle, size, {...ui, pane}, counts, isWide), ...bottom], panes, pane};
}

/** Lines of one kind of part; 0 where it is not shown. */
export function rowsOf(layout: Layout, kind: PartKind): number {
	return layout.parts.find(part => part.kind === kind)?.rows ?? 0;
}

function bottomOf(rows: number, isRoomy: boolean, hasPanes: boolean, prompt: number): Part[] {
	// Two rows of the table stay: what is asked is asked about one of them.
	if (prompt > 0) return [{kind: 'prompt', rows: Math.max(1, Math.min(prompt, rows - 2))}];
	return [
		...(hasPanes ? [{kind: 'rule', rows: 1} as const] : []),
		...(rows >= 11 || isRoomy ? [{kind: 'toast', rows: 1} as const] : []),
		{kind: 'footer', rows: 1},
	];
}

function middleOf(
	rows: number,
	{columns, rows: height}: Size,
	{pane, isZoomed}: Pick<UiState, 'pane' | 'isZoomed'>,
	counts: Counts,
	hasPanes: boolean,
): Part[] {
	if (isZoomed && pane !== 'table') {
		return [
			{kind: 'divider', rows: 1},
			{kind: 'zoomed', rows: rows - 1},
		];
	}

	const below = isZoomed ? 0 : belowOf(rows, columns, height, counts, hasPanes);
	if (below > 0) {
		return [
			{kind: 'table', rows: rows - below - 1},
			{kind: 'divider', rows: 1},
			{kind: hasPanes ? 'panes' : 'preview', rows: below},
		];
	}

	// The divider tells where in a long table one is.
	return rows >= 12
		? [
				{kind: 'table', rows: rows - 1},
				{kind: 'divider', rows: 1},
			]
		: [{kind: 'table', rows}];
}

/** Lines below the table and its divider. */
function belowOf(rows: number, columns: number, height: number, counts: Counts, hasPanes: boolean): number {
	if (hasPanes) {
		const least = Math.max(leastPane, Math.floor(rows * 0.4));
		return rows - 1 - least < 4 ? 0 : Math.max(least, rows - 1 - (counts.rows + 1));
	}

	if (height < 20 || columns < 60) return 0;
	const wanted = height >= 24 && columns >= 80 ? 3 : 1;
	return rows - 1 - wanted >= 4 ? wanted : 0;
}

/** The log has the longer lines. */
function widthsOf(columns: number): {left: number; bar: number; right: number} {
	const left = Math.floor((columns - 3) * 0.45);
	return {left, bar: 3, right: columns - 3 - left};
}

function sum(parts: readonly Part[]): number {
	return parts.reduce((total, {rows}) => total + rows, 0);
}
