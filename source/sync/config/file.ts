import path from 'node:path';
import {expandHome} from './paths.js';

/** The file that is read when nobody names another: `~/.pi-brain/config.yaml`, as pi-brain's own. */
export function defaultConfigFile(home: string): string {
	return path.join(home, '.pi-brain', 'config.yaml');
}

/**
 * Which config.yaml to read: `--config`, else `PI_BRAIN_CONFIG`, else the default one. An empty string counts as not
 * given. A relative path is taken from the working directory, as a shell user expects of a flag.
 * @param flag value of `--config`
 * @param env the process's environment
 * @param home absolute path of the user's home
 * @returns an absolute path; the file need not exist
 */
export function configFile(
	flag: string | undefined,
	env: Readonly<Record<string, string | undefined>>,
	home: string,
): string {
	const named = flag || env.PI_BRAIN_CONFIG;
	return named ? path.resolve(expandHome(named, home)) : defaultConfigFile(home);
}
