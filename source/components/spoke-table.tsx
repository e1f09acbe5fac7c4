import {type TableInput, tableLines} from '../view/table.js';
import {ScreenLines} from './screen-lines.js';

/** The table of the spokes. Exactly `height` lines high; draws the rows that are on the screen and no others. */
export function SpokeTable(props: TableInput) {
	return <ScreenLines lines={tableLines(props).lines} />;
}
