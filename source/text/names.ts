/*
 * File names are bytes on Linux. A name that is valid UTF-8 is an ordinary string here; every byte that is not is kept
 * as a lone surrogate U+DC80…U+DCFF (Python's "surrogateescape", PEP 383), so that every name has one string, every
 * string one name, and nothing is lost on the way through JSON.
 */
const lone = /[\uDC80-\uDCFF]/;
const strict = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

/** Bytes of a name as a string. */
export function decodeName(bytes: Uint8Array): string {
	try {
		return strict.decode(bytes);
	} catch {
		return decodeLoosely(bytes);
	}
}

function decodeLoosely(bytes: Uint8Array): string {
	let text = '';
	let index = 0;
	while (index < bytes.length) {
		const length = sequenceLength(bytes[index]!);
		const slice = bytes.subarray(index, index + length);
		try {
			if (length === 0 || slice.length < length) throw new TypeError('not UTF-8');
			text += strict.decode(slice);
			index += length;
		} catch {
			text += String.fromCharCode(0xdc00 + bytes[index]!);
			index++;
		}
	}

	return text;
}

function sequenceLength(first: number): number {
	if (first < 0x80) return 1;
	if (first >= 0xc2 && first < 0xe0) return 2;
	if (first >= 0xe0 && first < 0xf0) return 3;
	if (first >= 0xf0 && first < 0xf5) return 4;
	return 0;
}

/** The bytes that `decodeName` was given. */
export function encodeName(name: string): Buffer {
	if (!lone.test(name)) return Buffer.from(name);
	const parts: Buffer[] = [];
	let plain = '';
	for (const character of name) {
		const code = character.codePointAt(0)!;
		if (code >= 0xdc80 && code <= 0xdcff) {
			parts.push(Buffer.from(plain), Buffer.from([code - 0xdc00]));
			plain = '';
		} else {
			plain += character;
		}
	}

	parts.push(Buffer.from(plain));
	return Buffer.concat(parts);
}

/** True when the name holds bytes that are not UTF-8 and string paths would miss the file. */
export function isRawName(name: string): boolean {
	return lone.test(name);
}

/**
 * A path for node:fs: a string wherever possible, bytes where the name needs them.
 * @param root absolute folder
 * @param path below it, as `decodeName` spelled it; empty: the root itself
 */
export function fsPath(root: string, path: string): string | Buffer {
	const whole = path === '' ? root : `${root}/${path}`;
	return isRawName(whole) ? encodeName(whole) : whole;
}
