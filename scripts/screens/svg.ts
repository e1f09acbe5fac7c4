import type {Color, Picture, Run} from '../../test/lab/cells.js';

/** Pixels of a cell, and of the margin around the screen. */
const cell = {width: 8.4, height: 18};
const margin = 12;
/** From the top of a cell to the line its letters stand on. */
const baseline = 13.5;

const ink = '#d8dee9';
const paper = '#16181d';

/** The terminal's sixteen colours; the others follow from their numbers. */
const palette = [
	'#2b303b',
	'#e06c75',
	'#98c379',
	'#e5c07b',
	'#61afef',
	'#c678dd',
	'#56b6c2',
	'#c8ccd4',
	'#7f848e',
	'#ef7f88',
	'#a9d58a',
	'#f0cf8e',
	'#7cbff5',
	'#d48ae8',
	'#6fcbd7',
	'#ffffff',
] as const;

/**
 * Draws a screen with its colours as an SVG image, in whatever monospaced font the viewer has: every run is fitted into
 * its cells.
 * @param title for those who cannot see it
 */
export function svgOf({columns, rows}: Picture, title: string): string {
	const width = Math.round(columns * cell.width + 2 * margin);
	const height = rows.length * cell.height + 2 * margin;
	const lines = [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
		`<title>${escaped(title)}</title>`,
		`<rect width="${width}" height="${height}" rx="6" fill="${paper}"/>`,
		`<g transform="translate(${margin} ${margin})" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${ink}" xml:space="preserve">`,
		...rows.flatMap((runs, row) => runs.flatMap(run => drawn(run, row))),
		'</g>',
		'</svg>',
	];
	return `${lines.join('\n')}\n`;
}

function drawn(run: Run, row: number): string[] {
	const [foreground, background] = [cssColor(run.foreground) ?? ink, cssColor(run.background) ?? paper];
	const [front, back] = run.isInverse ? [background, foreground] : [foreground, background];
	const [x, y] = [pixels(run.column * cell.width), row * cell.height];
	const width = pixels(run.width * cell.width);
	const shapes: string[] = [];
	if (back !== paper) shapes.push(`<rect x="${x}" y="${y}" width="${width}" height="${cell.height}" fill="${back}"/>`);
	if (run.text.trim() === '') return shapes;
	// Leading blanks would be fitted like letters: they are left out, as are trailing ones.
	const text = run.text.trim();
	const before = run.text.length - run.text.trimStart().length;
	const after = run.text.length - run.text.trimEnd().length;
	const start = pixels((run.column + before) * cell.width);
	const length = pixels((run.width - before - after) * cell.width);
	const looks = [
		front === ink ? '' : ` fill="${front}"`,
		run.isBold ? ' font-weight="bold"' : '',
		run.isDim ? ' opacity="0.6"' : '',
		run.isItalic ? ' font-style="italic"' : '',
		run.isUnderlined ? ' text-decoration="underline"' : '',
	].join('');
	const place = `x="${start}" y="${y + baseline}" textLength="${length}" lengthAdjust="spacingAndGlyphs"`;
	return [...shapes, `<text ${place}${looks}>${escaped(text)}</text>`];
}

/** Colours 16 to 231 are a cube of six steps each, 232 to 255 shades of grey, as xterm has them. */
function cssColor(color: Color): string | undefined {
	if (typeof color !== 'number') return color;
	if (color < 16) return palette[color];
	if (color >= 232) return hex([0, 0, 0].map(() => 8 + (color - 232) * 10));
	const step = (value: number) => (value === 0 ? 0 : 55 + value * 40);
	const place = color - 16;
	return hex([step(Math.floor(place / 36)), step(Math.floor(place / 6) % 6), step(place % 6)]);
}

function hex(channels: readonly number[]): string {
	return `#${channels.map(channel => channel.toString(16).padStart(2, '0')).join('')}`;
}

function pixels(value: number): number {
	return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
