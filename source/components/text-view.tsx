import {type TextWindow, textWindow} from '../view/text-window.js';
import {ScreenLines} from './screen-lines.js';

/** A text that can be scrolled, under its title: detail, help, config. Exactly `rows` lines high. */
export function TextView(props: TextWindow) {
	return <ScreenLines lines={textWindow(props)} />;
}
