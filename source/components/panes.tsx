import {sideBySide} from '../view/bottom.js';
import type {Style} from '../view/types.js';
import {ScreenLines} from './screen-lines.js';

/** Two texts side by side. */
interface PanesProps {
	/** Painted lines; what is more than `rows` is not shown. */
	readonly leftLines: readonly string[];
	readonly rightLines: readonly string[];
	/** Cells of each. */
	readonly left: number;
	readonly right: number;
	readonly rows: number;
	readonly style: Style;
}

/** Two texts side by side, joined to single lines: a line is what Ink is quickest with. Exactly `rows` lines high. */
export function Panes({leftLines, rightLines, left, right, rows, style}: PanesProps) {
	return <ScreenLines lines={sideBySide(leftLines, rightLines, {left, right, rows, style})} />;
}
