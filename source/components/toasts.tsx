import {toastLine} from '../view/bottom.js';
import type {Style, Toast} from '../view/types.js';
import {ScreenLine} from './screen-line.js';

/** What the line above the footer is drawn from. */
interface ToastsProps {
	/** The newest last. */
	readonly toasts: readonly Toast[];
	readonly width: number;
	readonly style: Style;
}

/** The newest toast. One line high, whether or not there is any: a frame never changes its height. */
export function Toasts({toasts, width, style}: ToastsProps) {
	return <ScreenLine text={toastLine(toasts, width, style)} />;
}
