/** How cells look: one object per look, so that two looks are the same exactly when the objects are. */
export interface Look {
	/** Codes of what is on (1 bold, 2 dim, …), ascending. */
	readonly flags: readonly string[];
	/** As `31`, `38;5;208`; empty: the terminal's own. */
	readonly foreground: string;
	readonly background: string;
	/** Whether a blank that looks so can be told from a plain one. */
	readonly showsOnBlank: boolean;
}

/** Flags that are lines or boxes, which a blank has as a letter does: underlined, inverse, struck, overlined. */
const boxFlags: readonly string[] = ['4', '7', '9', '53'];

const looks = new Map<string, Look>();

function lookOf(flags: readonly string[], foreground: string, background: string): Look {
	const key = `${flags.join(';')}/${foreground}/${background}`;
	const known = looks.get(key);
	if (known) return known;
	const showsOnBlank = background !== '' || flags.some(flag => boxFlags.includes(flag));
	const look = {flags, foreground, background, showsOnBlank};
	looks.set(key, look);
	return look;
}

/** The terminal's own colours, nothing on. */
export const plain: Look = lookOf([], '', '');

/** Flags by the code that ends them. */
const flagsEndedBy: Readonly<Record<string, readonly string[]>> = {
	22: ['1', '2'],
	23: ['3'],
	24: ['4'],
	27: ['7'],
	28: ['8'],
	29: ['9'],
	55: ['53'],
};
/** What a look became by which sequence: there are few of both, and every frame is made of them. */
const after = new Map<Look, Map<string, Look>>();
const flagCodes = new Set(Object.values(flagsEndedBy).flat());

/**
 * The look after an SGR sequence.
 * @param parameters what stands between `CSI` and `m`
 * @returns undefined for a code that is not known here
 */
export function applySgr(before: Look, parameters: string): Look | undefined {
	let known = after.get(before);
	if (!known) {
		known = new Map();
		after.set(before, known);
	}

	let look = known.get(parameters);
	if (!look) {
		look = applied(before, parameters);
		if (look) known.set(parameters, look);
	}

	return look;
}

function applied(before: Look, parameters: string): Look | undefined {
	let {flags, foreground, background} = before;
	const codes = parameters.split(';');
	for (let index = 0; index < codes.length; index++) {
		const code = codes[index]!.replace(/^0+(?=\d)/, '');
		if (code === '' || code === '0') {
			[flags, foreground, background] = [[], '', ''];
		} else if (flagCodes.has(code)) {
			if (!flags.includes(code)) flags = [...flags, code].sort();
		} else if (code in flagsEndedBy) {
			flags = flags.filter(flag => !flagsEndedBy[code]!.includes(flag));
		} else if (/^(?:3[0-7]|9[0-7])$/.test(code)) {
			foreground = code;
		} else if (/^(?:4[0-7]|10[0-7])$/.test(code)) {
			background = code;
		} else if (code === '39') {
			foreground = '';
		} else if (code === '49') {
			background = '';
		} else if (code === '38' || code === '48') {
			const length = codes[index + 1] === '5' ? 3 : codes[index + 1] === '2' ? 5 : 0;
			const color = codes.slice(index, index + length);
			if (length === 0 || color.length < length) return undefined;
			if (code === '38') foreground = color.join(';');
			else background = color.join(';');
			index += length - 1;
		} else {
			return undefined;
		}
	}

	return lookOf(flags, foreground, background);
}

/** The shortest sequence that turns one look into another; empty when they are the same. */
export function sgrBetween(from: Look, to: Look): string {
	if (from === to) return '';
	if (to === plain) return '\u001B[m';
	const whole = [...to.flags, to.foreground, to.background].filter(code => code !== '').join(';');
	if (from === plain) return `\u001B[${whole}m`;
	// Flags are ended two at a time (22), so what must be ended is ended with everything else.
	if (from.flags.some(flag => !to.flags.includes(flag))) return `\u001B[0;${whole}m`;
	const changes = [
		...to.flags.filter(flag => !from.flags.includes(flag)),
		...(from.foreground === to.foreground ? [] : [to.foreground || '39']),
		...(from.background === to.background ? [] : [to.background || '49']),
	];
	return `\u001B[${changes.join(';')}m`;
}
