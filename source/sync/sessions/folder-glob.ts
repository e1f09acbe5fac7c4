const classes: Readonly<Record<string, string>> = {
	alnum: 'A-Za-z0-9',
	alpha: 'A-Za-z',
	blank: ' \\t',
	cntrl: '\\x00-\\x1f\\x7f',
	digit: '0-9',
	graph: '\\x21-\\x7e',
	lower: 'a-z',
	print: '\\x20-\\x7e',
	punct: '!-\\/:-@\\[-`{-~',
	space: '\\s',
	upper: 'A-Z',
	xdigit: 'A-Fa-f0-9',
};

const never = '(?!)';

/**
 * The source of a regular expression that matches what rsync's wildmatch.c matches.
 * @param glob one character per byte; `*` and `?` stop at `/`, `**` does not, `\` takes the next literally
 */
export function globSource(glob: string): string {
	let source = '';
	let at = 0;
	while (at < glob.length) {
		const character = glob[at]!;
		if (character === '*') {
			const from = at;
			while (glob[at] === '*') at++;
			source += at - from > 1 ? '.*' : '[^/]*';
		} else if (character === '?') {
			source += '[^/]';
			at++;
		} else if (character === '[') {
			const set = readSet(glob, at + 1);
			if (!set) return never;
			source += set.source;
			at = set.end;
		} else if (character === '\\') {
			// A backslash at the very end has nothing to take literally and matches nothing.
			if (at + 1 >= glob.length) return never;
			source += literal(glob[at + 1]!);
			at += 2;
		} else {
			source += literal(character);
			at++;
		}
	}

	return source;
}

function literal(character: string): string {
	return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** Reads `[...]` from behind its bracket; undefined when it never closes or names an unknown class. */
function readSet(glob: string, from: number): {readonly source: string; readonly end: number} | undefined {
	let at = from;
	const isNegated = glob[at] === '!' || glob[at] === '^';
	if (isNegated) at++;
	let inside = '';
	let isFirst = true;
	while (at < glob.length) {
		if (glob[at] === ']' && !isFirst) {
			const body = isNegated ? `[^${inside}]` : `[${inside}]`;
			return {source: `(?!/)${body}`, end: at + 1};
		}

		isFirst = false;
		if (glob.startsWith('[:', at)) {
			const end = glob.indexOf(':]', at + 2);
			const known = end === -1 ? undefined : classes[glob.slice(at + 2, end)];
			if (known === undefined) return undefined;
			inside += known;
			at = end + 2;
			continue;
		}

		const low = readMember(glob, at);
		at = low.end;
		if (glob[at] === '-' && at + 1 < glob.length && glob[at + 1] !== ']') {
			const high = readMember(glob, at + 1);
			if (low.character <= high.character) inside += `${literal(low.character)}-${literal(high.character)}`;
			// wildmatch.c compares the low end by itself before it sees that a range follows.
			else inside += literal(low.character);
			at = high.end;
		} else {
			inside += literal(low.character);
		}
	}

	return undefined;
}

function readMember(glob: string, at: number): {readonly character: string; readonly end: number} {
	if (glob[at] === '\\' && at + 1 < glob.length) return {character: glob[at + 1]!, end: at + 2};
	return {character: glob[at]!, end: at + 1};
}
