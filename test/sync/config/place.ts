import {writeFileSync} from 'node:fs';
import {mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {TestContext} from 'node:test';
import {loadConfig} from '../../../source/sync/config/load.js';
import {formatProblem} from '../../../source/sync/config/problems.js';
import type {HubConfig, LoadedConfig, SpokeConfig} from '../../../source/sync/config/types.js';

/** A throw-away home with a config.yaml, removed after the test. */
export async function makeHome(t: TestContext) {
	const home = await realpath(await mkdtemp(path.join(tmpdir(), 'config-')));
	t.after(() => rm(home, {recursive: true, force: true}));
	const folder = path.join(home, '.pi-brain');
	const file = path.join(folder, 'config.yaml');
	await mkdir(folder);
	const load = () => loadConfig({file, home, hostname: 'atlas'});
	return {
		home,
		folder,
		file,
		load,
		/** In one piece, as far as this process can see: a watcher never meets the file cut and not yet written. */
		async write(text: string) {
			writeFileSync(file, text);
		},
		async read(text: string) {
			await writeFile(file, text);
			return load();
		},
		async touch(below: string, text = '{}\n') {
			const target = path.join(home, below);
			await mkdir(path.dirname(target), {recursive: true});
			await writeFile(target, text);
			return target;
		},
	};
}

export function configOf(loaded: LoadedConfig): HubConfig {
	if (!loaded.config) throw new Error(lines(loaded).join('\n'));
	return loaded.config;
}

export function spokesOf(loaded: LoadedConfig): Record<string, SpokeConfig> {
	return Object.fromEntries(configOf(loaded).spokes.map(spoke => [spoke.name, spoke]));
}

export function lines(loaded: LoadedConfig): string[] {
	return loaded.problems.map(formatProblem);
}

export function errors(loaded: LoadedConfig): string[] {
	return loaded.problems.filter(problem => problem.severity === 'error').map(formatProblem);
}
