import path from 'node:path';
import {defaultConfigFile} from './file.js';
import {type LoadOptions, readConfig} from './load.js';
import {piBrainRefusals} from './pi-brain.js';
import {inFileOrder} from './problems.js';
import type {LoadedConfig} from './types.js';

/**
 * Everything there is to say about a config.yaml: what `loadConfig` reports, what pi-brain's own loader would make of
 * the same file, and a file that was named but is not there. Problems come in the order of the file.
 */
export async function checkConfig(options: LoadOptions): Promise<LoadedConfig> {
	const {loaded, document, report} = await readConfig(options);
	const {file, home} = options;
	if (!loaded.exists) {
		const isDefault = path.resolve(file) === defaultConfigFile(home);
		report.add(
			isDefault ? 'info' : 'error',
			[],
			isDefault ? 'does not exist: everything is at its default, and there are no spokes' : 'does not exist',
		);
	}

	if (!/\.ya?ml$/.test(file)) {
		report.add('warning', [], 'pi-brain itself would refuse this file: its name must end in .yaml or .yml');
	}

	if (document) piBrainRefusals(document.root, report);
	return {...loaded, problems: inFileOrder(report.problems)};
}
