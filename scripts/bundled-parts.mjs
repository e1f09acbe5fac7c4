import {readFile} from 'node:fs/promises';
import path from 'node:path';

/*
 * What the bundle has other than its packages: each change looks for the very text it replaces, and stops the build when
 * a new version says something else.
 */

/** Ink imports react-devtools-core behind `DEV=true` only, but a bundler must resolve it, and nobody ships it. */
export const withoutDevtools = {
	name: 'without-devtools',
	setup(build) {
		build.onResolve({filter: /^react-devtools-core$/}, () => ({path: 'react-devtools-core', namespace: 'absent'}));
		build.onLoad({filter: /.*/, namespace: 'absent'}, () => ({contents: 'export default undefined;'}));
	},
};

/**
 * meow tidies the package.json it is handed, and for that sorts a table of licences by locale at every start: 20 ms of
 * 70, and 100 KB. Ours is tidy.
 */
export const withoutPackageTidying = {
	name: 'without-package-tidying',
	setup(build) {
		build.onLoad({filter: /\/meow\/build\/dependencies\.js$/}, async ({path: file}) => {
			const text = await readFile(file, 'utf8');
			const call = 'var normalizeExports = requireNormalize();';
			if (!text.includes(call))
				throw new Error(`meow no longer says "${call}"; see whether its start has become quick`);
			return {contents: text.replace(call, 'var normalizeExports = () => {};')};
		});
	},
};

/**
 * Ink's layout is WebAssembly inside a `data:` address, which yoga-layout asks `fetch` for: that loads all of Node's HTTP
 * client at every start, 50 ms of 230. It can decode the address by itself.
 */
export const withoutFetch = {
	name: 'without-fetch',
	setup(build) {
		build.onLoad({filter: /\/yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/}, async ({path: file}) => {
			const text = await readFile(file, 'utf8');
			const question = '"function"!=typeof fetch';
			if (!text.includes(question)) throw new Error(`yoga-layout no longer asks ${question}; see how it loads now`);
			return {contents: text.replaceAll(question, 'true')};
		});
	},
};

/**
 * Measuring text begins with building the set of all emoji sequences, 40 ms of every start, which is asked for text with
 * emoji alone; we draw none. Whatever it would find holds a character that is shown as an emoji, or is told to be.
 */
export const withoutEmoji = {
	name: 'without-emoji',
	setup(build) {
		build.onLoad({filter: /\/string-width\/index\.js$/}, async ({path: file}) => ({
			contents: replaceAll(file, await readFile(file, 'utf8'), [
				[
					'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;',
					`let sequences;
const rgiEmojiRegex = {
	test: text => /\\uFE0F|\\p{Emoji_Presentation}/u.test(text) && (sequences ??= new RegExp('^\\\\p{RGI_Emoji}$', 'v')).test(text),
};`,
				],
			]),
		}));
	},
};

/**
 * Packages that Ink needs load all of `assert` for one line that never fails, and `child_process` for terminals that do not
 * tell their size.
 */
export const withoutStrays = {
	name: 'without-strays',
	setup(build) {
		build.onLoad({filter: /\/signal-exit\/index\.js$/}, async ({path: file}) => ({
			contents: replaceAll(file, await readFile(file, 'utf8'), [
				["var assert = require('assert')", 'var assert = {equal() {}}'],
			]),
		}));
		build.onLoad({filter: /\/terminal-size\/index\.js$/}, async ({path: file}) => ({
			contents: replaceAll(file, await readFile(file, 'utf8'), [
				["import {execFileSync} from 'node:child_process';", ''],
				['\texecFileSync(', "\tprocess.getBuiltinModule('node:child_process').execFileSync("],
			]),
		}));
	},
};

/** The spinners that `source/components/spinner.tsx` shows. */
const spinners = ['simpleDots', 'toggle'];

/** A table of ninety spinners is 30 KB of every start. */
export const withoutSpinners = {
	name: 'without-spinners',
	setup(build) {
		build.onLoad({filter: /\/cli-spinners\/spinners\.json$/}, async ({path: file}) => {
			const all = JSON.parse(await readFile(file, 'utf8'));
			const missing = spinners.find(name => all[name] === undefined);
			if (missing) throw new Error(`cli-spinners no longer has "${missing}"; choose another`);
			return {contents: JSON.stringify(Object.fromEntries(spinners.map(name => [name, all[name]]))), loader: 'json'};
		});
	},
};

/** Lines that are remembered: several screens full. */
const remembered = 1000;

/**
 * Ink takes every line of the screen apart, cell by cell, for every frame, 18 ms of the 20 a key costs, though all but a
 * few lines are those of the frame before. Lines that stand alone in their row, as all of ours do, need that once; frames
 * with anything else in them are drawn as Ink draws them. And it looks for the beginning that a changed line has in common
 * with the one before; the frame stream compares every cell anyway.
 */
export const withMemory = {
	name: 'with-memory',
	setup(build) {
		onInk(build, 'output', [
			[
				'export default class Output {',
				`let drawn = new Map();
function drawnLine(text, caches) {
	let line = drawn.get(text);
	if (line === undefined) {
		const cells = caches.getStyledChars(text);
		line = {text: styledCharsToString(cells), width: cells.reduce((sum, {value}) => sum + Math.max(1, caches.getStringWidth(value)), 0)};
		if (drawn.size >= ${remembered}) drawn = new Map();
		drawn.set(text, line);
	}
	return line;
}
function plainRows({operations, height, caches}) {
	const rows = new Array(height).fill('');
	const ends = new Array(height).fill(0);
	for (const {type, x, y, text, transformers} of operations) {
		if (type !== 'write' || !(y >= 0 && y < height) || x < ends[y] || text.includes('\\n')) return undefined;
		const line = drawnLine(transformers.reduce((before, transform) => transform(before, 0), text), caches);
		rows[y] += ' '.repeat(x - ends[y]) + line.text;
		ends[y] = x + line.width;
	}
	return rows.map(row => row.trimEnd());
}
export default class Output {`,
			],
			[
				'    get() {\n',
				`    get() {
        const plain = plainRows(this);
        if (plain) return {output: plain.join('\\n'), height: this.height};
`,
			],
		]);
		onInk(build, 'log-update', [
			["import lineUpdate from './line-update.js';\n", ''],
			[
				`areColumnsUnchanged && nextLines.length === previousLines.length
                ? lineUpdate(previousLines[i], nextLine, stream.columns)
                : ansiEscapes`,
				'ansiEscapes',
			],
		]);
		onInk(build, 'render-node-to-output', [
			["import widestLine from 'widest-line';", "import measureText from './measure-text.js';"],
			['widestLine(text)', 'measureText(text).width'],
		]);
		onInk(build, 'squash-text-nodes', [
			["text = sanitizeAnsi(text.replaceAll('\\r\\n', '\\n'));", 'text = sanitized(text);'],
			[
				'const squashTextNodes = (node) => {',
				`let known = new Map();
const sanitized = (text) => {
	let safe = known.get(text);
	if (safe === undefined) {
		safe = sanitizeAnsi(text.replaceAll('\\r\\n', '\\n'));
		if (known.size >= ${remembered}) known = new Map();
		known.set(text, safe);
	}
	return safe;
};
const squashTextNodes = (node) => {`,
			],
		]);
	},
};

function onInk(build, name, replacements) {
	build.onLoad({filter: new RegExp(`/ink/build/${name}\\.js$`)}, async ({path: file}) => ({
		contents: replaceAll(file, await readFile(file, 'utf8'), replacements),
	}));
}

function replaceAll(file, text, replacements) {
	return replacements.reduce((before, [from, to]) => {
		if (!before.includes(from))
			throw new Error(`${path.basename(file)} no longer says "${from}"; see how it draws now`);
		return before.replaceAll(from, () => to);
	}, text);
}
