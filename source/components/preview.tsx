import {type PreviewInput, previewLines} from '../view/preview.js';
import {ScreenLines} from './screen-lines.js';

/** The selected row in a line or three. Exactly `height` lines high. */
export function Preview(props: PreviewInput) {
	return <ScreenLines lines={previewLines(props)} />;
}
