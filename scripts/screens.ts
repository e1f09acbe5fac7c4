import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {readPicture} from '../test/lab/cells.js';
import type {LabHub} from '../test/lab/hub.js';
import {openTerminal} from '../test/lab/pty.js';
import {steady, textOf} from './screens/steady.js';
import {svgOf} from './screens/svg.js';
import {createPictured} from './screens/world.js';

/** One picture: what is pressed on which terminal, and what must be there before it is taken. */
interface Shot {
	readonly name: string;
	readonly title: string;
	readonly columns: number;
	readonly rows: number;
	readonly keys: readonly string[];
	readonly shows: RegExp;
}

const folder = path.resolve(import.meta.dirname, '../docs/screens');
/** The one that is also written as text, for README. */
const forText = 'main-80x24';

const shots: readonly Shot[] = [
	// Of one spoke, then of all.
	{name: 'log-80x24', title: 'The log', columns: 80, rows: 24, keys: ['l', 'l'], shows: /^Log {2}all spokes/m},
	...[
		[120, 40],
		[80, 24],
		[60, 20],
	].map(([columns, rows]) => ({
		name: `main-${columns}x${rows}`,
		title: `The dashboard on a terminal of ${columns} columns and ${rows} rows`,
		columns: columns!,
		rows: rows!,
		keys: [],
		shows: /\? help/,
	})),
	{
		name: 'detail-80x24',
		title: 'A spoke in detail',
		columns: 80,
		rows: 24,
		keys: ['/', 'laptop', 'enter', 'enter'],
		shows: /^Hub copy .*\d+ projects/m,
	},
	{name: 'help-80x24', title: 'The keys', columns: 80, rows: 24, keys: ['?'], shows: /^Help {2}/m},
];

/** The world at rest but for one transfer: what is waited for before the first picture. */
const settled = [
	/laptop +.*ok .* 180 /,
	/workstation +.*ok .* 96 /,
	/nas +.*unreachable/,
	/gpu-box +.*auth/,
	/server +.*syncing +[1-9]\d?%/,
];

/** The name the hub gives itself is that of the machine; in pictures it is the same on every one. */
const named = `data:text/javascript,${encodeURIComponent(
	"import os from 'node:os'; import {syncBuiltinESMExports} from 'node:module'; os.hostname = () => 'atlas'; syncBuiltinESMExports();",
)}`;

async function take(hub: LabHub, {name, title, columns, rows, keys, shows}: Shot): Promise<void> {
	const terminal = openTerminal({hub, columns, rows, env: {NODE_OPTIONS: `--import=${named}`}});
	try {
		await terminal.waitFor(/\? help/);
		await terminal.waitFor(screen => settled.every(pattern => pattern.test(screen)));
		terminal.press(...keys);
		await terminal.waitFor(shows);
		const picture = steady(readPicture(terminal.emulator));
		await writeFile(path.join(folder, `${name}.svg`), svgOf(picture, title));
		if (name === forText) await writeFile(path.join(folder, `${name}.txt`), textOf(picture));
		console.log(path.join('docs/screens', `${name}.svg`));
	} finally {
		await terminal.remove();
	}
}

const ends: Array<() => void | Promise<void>> = [];
try {
	await mkdir(folder, {recursive: true});
	const hub = await createPictured({after: end => ends.push(end)});
	for (const shot of shots) await take(hub, shot);
} finally {
	for (const end of ends.toReversed()) await end();
}
