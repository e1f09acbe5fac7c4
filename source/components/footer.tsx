import {footerLine, type Hint} from '../view/bottom.js';
import type {Style, Toast} from '../view/types.js';
import {ScreenLine} from './screen-line.js';

/** What the last line is drawn from. */
interface FooterProps {
	/** The most important first. */
	readonly hints: readonly Hint[];
	readonly width: number;
	readonly style: Style;
	/**
	 * Toasts, where they have no line of their own.
	 * @default []
	 */
	readonly toasts?: readonly Toast[];
}

/** The last line of the screen: what can be pressed. */
export function Footer({hints, width, style, toasts = []}: FooterProps) {
	return <ScreenLine text={footerLine(hints, width, style, toasts)} />;
}
