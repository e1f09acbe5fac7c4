import path from 'node:path';
import {checkConfig} from '../sync/config/check.js';
import {loadConfig} from '../sync/config/load.js';
import {formatProblem} from '../sync/config/problems.js';
import type {HubConfig, LoadedConfig, SpokeConfig} from '../sync/config/types.js';
import {clean} from '../text/clean.js';
import {jsonLine} from '../text/json.js';
import {type CommandIo, exit} from './types.js';

/**
 * `config check`: problems with line and column, then what was read.
 * @param options.file absolute path of config.yaml, from `configFile`
 * @returns the exit code: 2 when there is any error
 */
export async function configCheck(
	io: CommandIo,
	{file, json}: {readonly file: string; readonly json: boolean},
): Promise<number> {
	const loaded = await checkConfig({file, home: io.home, hostname: io.hostname});
	const isOk = loaded.problems.every(problem => problem.severity !== 'error');
	if (json) {
		io.stdout.write(jsonLine({schema: 1, file, ok: isOk, problems: loaded.problems}));
	} else {
		for (const problem of loaded.problems) io.stdout.write(`${formatProblem(problem)}\n`);
		if (loaded.problems.length > 0) io.stdout.write('\n');
		for (const line of summary(loaded, file)) io.stdout.write(`${clean(line)}\n`);
		for (const line of await foreignLines(loaded, io)) io.stdout.write(`${line}\n`);
	}

	return isOk ? exit.ok : exit.usage;
}

/**
 * `config path`: the path of config.yaml alone on the first line, for scripts, then where everything else is kept.
 * @param options.file absolute path of config.yaml, from `configFile`
 * @returns the exit code: 2 when the file cannot be read, which leaves the places it names unknown
 */
export async function configPath(io: CommandIo, {file}: {readonly file: string}): Promise<number> {
	io.stdout.write(`${file}\n`);
	const {config, problems} = await loadConfig({file, home: io.home, hostname: io.hostname});
	if (!config) {
		for (const problem of problems) io.stderr.write(`${formatProblem(problem)}\n`);
		return exit.usage;
	}

	const places = [
		['state', path.join(config.databaseDir, 'sync.db')],
		['ledger', path.join(config.databaseDir, 'ledger')],
		['generations', path.join(config.databaseDir, 'generations')],
		['log', path.join(config.folder, 'logs', 'sync.log')],
		['run', path.join(config.folder, 'run')],
	];
	for (const line of aligned(places, '')) io.stdout.write(`${clean(line)}\n`);
	return exit.ok;
}

async function foreignLines({config}: LoadedConfig, io: CommandIo): Promise<string[]> {
	if (!config) return [];
	const {foreignWritersOf} = await import('../sync/services/foreign-watch.js');
	const {explain} = await import('../sync/schedule/foreign.js');
	const found = await foreignWritersOf(config, io.home, io.signal);
	return found.flatMap(writer => ['', ...explain(writer)]);
}

function summary({config, problems, exists}: LoadedConfig, file: string): string[] {
	const counts = [
		counted(problems.filter(problem => problem.severity === 'error').length, 'error'),
		counted(problems.filter(problem => problem.severity === 'warning').length, 'warning'),
	].join(', ');
	if (!config) return [`${file}: ${counts}; nothing could be read from it`];
	const bad = config.spokes.filter(spoke => spoke.invalid !== undefined).length;
	return [
		`${file}${exists ? '' : ' (does not exist)'}: ${counts}`,
		...aligned(
			[
				['hub', config.hubName],
				['sessions', config.sessionsDir],
				['synced', config.syncedSessionsDir],
				['database', config.databaseDir],
				['spokes', `${config.spokes.length}${bad === 0 ? '' : `, ${bad} of them cannot be used`}`],
			],
			'  ',
		),
		...aligned(config.spokes.map(spokeRow), '    '),
	];
}

function spokeRow(spoke: SpokeConfig): string[] {
	if (spoke.invalid !== undefined) return [spoke.name, spoke.method, 'cannot be used, see above'];
	const from = spoke.sourceText === undefined ? spoke.path : `${spoke.sourceText} → ${spoke.path}`;
	return [spoke.name, spoke.method, spoke.enabled ? scheduleText(spoke) : 'disabled', from];
}

function scheduleText(spoke: HubConfig['spokes'][number]): string {
	if (spoke.schedule === undefined) return '-';
	return spoke.isDefaultSchedule ? `${spoke.schedule} (default)` : spoke.schedule;
}

function aligned(rows: readonly string[][], indent: string): string[] {
	const widths: number[] = [];
	for (const row of rows) {
		for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
	}

	return rows.map(row =>
		(
			indent + row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index]!))).join('  ')
		).trimEnd(),
	);
}

function counted(count: number, noun: string): string {
	return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}
