import {encode, renderUnicodeCompact} from 'uqr';

/** Modules of white around the code, without which many cameras do not find it. */
const border = 2;

/**
 * A text as a QR code for a dark terminal: what is drawn is its light part.
 * @param isAscii `#` and blanks, four times the area, where the terminal has no block characters
 * @returns lines of equal width
 */
export function qrLines(text: string, isAscii: boolean): string[] {
	if (!isAscii) return renderUnicodeCompact(text, {border}).split('\n');
	return encode(text, {border}).data.map(row => row.map(isDark => (isDark ? '  ' : '##')).join(''));
}
