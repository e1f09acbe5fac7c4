/** What `<gui>` of Syncthing's config.xml says. */
export interface Gui {
	/** `127.0.0.1:8384`. */
	readonly address: string;
	readonly isTls: boolean;
	readonly apiKey: string | undefined;
}

/**
 * Reads the few values we need from config.xml. Syncthing writes that file itself, in one form: an XML parser would be
 * a dependency for three values.
 * @returns undefined when there is no usable `<gui>`
 */
export function readGui(xml: string): Gui | undefined {
	const [, attributes, body] = /<gui\b([^>]*)>([\s\S]*?)<\/gui>/.exec(xml.replaceAll(/<!--[\s\S]*?-->/g, '')) ?? [];
	if (attributes === undefined || body === undefined) return undefined;
	const address = elementOf(body, 'address');
	if (address === undefined) return undefined;
	return {address, isTls: /\btls="true"/.test(attributes), apiKey: elementOf(body, 'apikey')};
}

function elementOf(xml: string, name: string): string | undefined {
	const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.trim();
	return text === undefined || text === '' ? undefined : unescaped(text);
}

const named: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

/** Unicode's. */
const lastCode = 0x10_ff_ff;

function unescaped(text: string): string {
	return text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
		if (name !== undefined) return named[name as string] ?? whole;
		const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
		return code <= lastCode ? String.fromCodePoint(code) : whole;
	});
}
