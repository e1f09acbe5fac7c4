import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import type {BenchOptions, Row} from './measure.js';

/** The groups of rows, by the name `--only` takes; its beginning up to a dash is enough. */
const groups: Readonly<Record<string, () => Promise<{run(options: BenchOptions): Promise<Row[]>}>>> = {
	pull: async () => import('./pull.js'),
	'slow-link': async () => import('./slow-link.js'),
	'ten-spokes': async () => import('./ten-spokes.js'),
	index: async () => import('./index.js'),
	status: async () => import('./status.js'),
	diagnose: async () => import('./diagnose.js'),
	'verify-quick': async () => import('./verify-quick.js'),
	'verify-deep': async () => import('./verify-deep.js'),
	'verify-spoke': async () => import('./verify-spoke.js'),
	'verify-ledger': async () => import('./verify-ledger.js'),
	'verify-memory': async () => import('./verify-memory.js'),
	'syncthing-arrival': async () => import('./syncthing-arrival.js'),
	'syncthing-idle': async () => import('./syncthing-idle.js'),
	'syncthing-snapshot': async () => import('./syncthing-snapshot.js'),
	'dashboard-start': async () => import('./dashboard-start.js'),
	'dashboard-idle': async () => import('./dashboard-idle.js'),
	'dashboard-change': async () => import('./dashboard-change.js'),
	'dashboard-keys': async () => import('./dashboard-keys.js'),
	'dashboard-syncing': async () => import('./dashboard-syncing.js'),
	'dashboard-memory': async () => import('./dashboard-memory.js'),
};

const {values} = parseArgs({
	options: {
		only: {type: 'string', multiple: true},
		runs: {type: 'string', default: '7'},
		json: {type: 'boolean', default: false},
	},
});
const runs = Number(values.runs);
const asked = values.only ?? Object.keys(groups);
// `dashboard` means all groups of that name.
const named = (name: string) => Object.keys(groups).filter(group => group === name || group.startsWith(`${name}-`));
const chosen = [...new Set(asked.flatMap(named))];
const unknown = asked.find(name => named(name).length === 0);
if (unknown !== undefined || !Number.isSafeInteger(runs) || runs < 1) {
	process.stderr.write(`Usage: npm run bench -- [--only ${Object.keys(groups).join('|')}]… [--runs N] [--json]\n`);
	process.exit(2);
}

const machine = describeMachine();
const rows: Row[] = [];
for (const name of chosen) {
	process.stderr.write(`${name} …\n`);
	rows.push(...(await (await groups[name]!()).run({runs})));
}

if (values.json) process.stdout.write(`${JSON.stringify({schema: 1, ...machine, runs, rows})}\n`);
else process.stdout.write(`${Object.values(machine).join('; ')}; medians of ${runs}\n\n${table(rows)}\n`);

function describeMachine(): Readonly<Record<string, string>> {
	const [cpu] = os.cpus();
	const first = (argv: readonly [string, ...string[]]) =>
		execFileSync('sh', ['-c', `${argv.join(' ')} 2>&1`], {encoding: 'utf8'}).split('\n', 1)[0]!;
	const manifest = path.resolve(import.meta.dirname, '../node_modules/chokidar/package.json');
	const chokidar = (JSON.parse(readFileSync(manifest, 'utf8')) as {version: string}).version;
	return {
		date: new Date().toISOString().slice(0, 10),
		machine: `${os.cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}`,
		node: `Node ${process.versions.node}`,
		rsync: first(['rsync', '--version'])
			.replace(/ +/g, ' ')
			.replace(/ protocol.*/, ''),
		ssh: first(['ssh', '-V']).replace(/,.*/, ''),
		chokidar: `chokidar ${chokidar}`,
	};
}

function table(all: readonly Row[]): string {
	const lines = [
		['what', 'ours', 'against', '', 'ratio', 'reach', ''],
		...all.map(({what, ours, against, theirs, ratio, reach}) => [
			what,
			ours,
			theirs,
			against,
			ratio.toFixed(2),
			`≤ ${reach}`,
			ratio <= reach ? 'ok' : reach === 0 ? 'short' : `short by ${Math.round((ratio / reach - 1) * 100)} %`,
		]),
	];
	const widths = lines[0]!.map((_, column) => Math.max(...lines.map(line => line[column]!.length)));
	return lines
		.map(line =>
			line
				.map((cell, column) => cell.padEnd(widths[column]!))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
