import {type FirstRun as FirstRunScreen, firstRunLines} from '../view/first-run.js';
import type {Style} from '../view/types.js';
import {ScreenLines} from './screen-lines.js';

/** What a screen without a table is drawn from. */
interface FirstRunProps {
	readonly screen: FirstRunScreen;
	readonly width: number;
	readonly height: number;
	readonly style: Style;
}

/** What is missing before there can be a table, and the next thing to do. Exactly `height` lines high. */
export function FirstRun({screen, width, height, style}: FirstRunProps) {
	return <ScreenLines lines={firstRunLines(screen, width, height, style)} />;
}
