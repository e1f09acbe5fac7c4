import type {GlyphName, Role, Style, ThemeName} from './types.js';

/** What a style is made of. */
export interface StyleOptions {
	readonly theme: ThemeName;
	/** The terminal or the locale is not UTF-8: signs are ASCII. */
	readonly isAscii: boolean;
	/** False: no colour and no dim text, whatever the theme. */
	readonly hasColor: boolean;
}

/** The same in every theme. */
const plainRoles = {title: ['1'], key: ['1'], strong: ['1'], selected: ['7']} as const;

/**
 * SGR parameters by role. `auto` takes of the 16 colours those that can be read on black and on white alike, and never
 * tells two states apart by green and red alone; `light` and `dark` know what they stand on.
 */
const palettes: Readonly<Record<ThemeName, Readonly<Record<Role, readonly string[]>>>> = {
	auto: {
		...plainRoles,
		ok: ['36'],
		busy: ['1', '36'],
		warn: ['33'],
		bad: ['1', '31'],
		off: ['2'],
		unknown: ['2'],
		label: ['2'],
		faint: ['2'],
		match: ['1', '7', '33'],
	},
	mono: {
		...plainRoles,
		ok: [],
		busy: ['1'],
		warn: ['1'],
		bad: ['1'],
		off: ['2'],
		unknown: ['2'],
		label: ['2'],
		faint: ['2'],
		match: ['1', '7'],
	},
	'high-contrast': {
		...plainRoles,
		ok: ['1'],
		busy: ['1'],
		warn: ['1', '30', '43'],
		bad: ['1', '97', '41'],
		off: [],
		unknown: [],
		label: [],
		faint: [],
		match: ['1', '30', '43'],
	},
	light: {
		...plainRoles,
		ok: ['38;5;23'],
		busy: ['1', '38;5;23'],
		warn: ['38;5;94'],
		bad: ['1', '38;5;124'],
		off: ['38;5;241'],
		unknown: ['38;5;241'],
		label: ['38;5;239'],
		faint: ['38;5;241'],
		match: ['1', '48;5;222'],
	},
	dark: {
		...plainRoles,
		ok: ['38;5;80'],
		busy: ['1', '38;5;80'],
		warn: ['38;5;221'],
		bad: ['1', '38;5;210'],
		off: ['38;5;246'],
		unknown: ['38;5;246'],
		label: ['38;5;249'],
		faint: ['38;5;246'],
		match: ['1', '30', '48;5;221'],
	},
};

/**
 * Signs of East Asian width Neutral only: an ambiguous one, as most lines, blocks and arrows are, takes two cells in
 * the terminals of half the world.
 */
const signs: Readonly<Record<GlyphName, string>> = {
	ok: '✓',
	busy: '↻',
	warn: '!',
	bad: '✗',
	off: '-',
	unknown: '?',
	cursor: '>',
	mark: '*',
	rule: '╌',
	bar: '╎',
	ellipsis: '⋯',
	up: '▴',
	down: '▾',
	cellOk: '|',
	cellBig: '▮',
	cellFailed: '✗',
	cellNone: '.',
};

const asciiSigns: Readonly<Record<GlyphName, string>> = {
	ok: 'ok',
	busy: '~>',
	warn: '!!',
	bad: 'XX',
	off: '--',
	unknown: '??',
	cursor: '>',
	mark: '*',
	rule: '-',
	bar: '|',
	ellipsis: '~',
	up: '^',
	down: 'v',
	cellOk: 'o',
	cellBig: '#',
	cellFailed: 'x',
	cellNone: '.',
};

/** A way to draw. Every role is what the theme says of it, every sign what the terminal can show. */
export function createStyle({theme, isAscii, hasColor}: StyleOptions): Style {
	const palette = palettes[hasColor ? theme : 'mono'];
	const pens = Object.fromEntries(
		Object.entries(palette).map(([role, parameters]) => [
			role,
			parameters.filter(parameter => hasColor || parameter === '1' || parameter === '7').map(toAttribute),
		]),
	) as Record<Role, Attribute[]>;
	const glyphs = isAscii ? asciiSigns : signs;
	return {
		theme,
		isAscii,
		paint: (role, text) => (text === '' ? '' : pens[role].reduceRight(wrap, text)),
		glyph: name => glyphs[name],
	};
}

/** What switches something on, and what switches only that off again. */
interface Attribute {
	readonly open: string;
	readonly close: string;
}

function toAttribute(parameter: string): Attribute {
	return {open: `\u001B[${parameter}m`, close: `\u001B[${closing(parameter)}m`};
}

function closing(parameter: string): string {
	if (parameter === '1' || parameter === '2') return '22';
	if (parameter === '7') return '27';
	return parameter.startsWith('4') ? '49' : '39';
}

function wrap(text: string, {open, close}: Attribute): string {
	// What ends inside would end the whole: it is opened again behind it.
	return `${open}${text.includes(close) ? text.replaceAll(close, close + open) : text}${close}`;
}
