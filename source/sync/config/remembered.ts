import {createHash, randomBytes} from 'node:crypto';
import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {LoadOptions} from './load.js';
import type {LoadedConfig} from './types.js';

/** What this very build makes of a file: another build may read it otherwise. Undefined where nothing was built. */
const build = process.env.PI_BRAIN_BUILD;

/** What is kept beside the leases. */
interface Remembered {
	readonly key: string;
	readonly loaded: LoadedConfig;
}

/**
 * What config.yaml came to when it was last read, if it has not changed by a byte since: for a first frame that cannot
 * wait for YAML (100 spokes take 50 ms to parse, and the libraries for it as long to load). What else the result depends
 * on, such as which folders exist, may have changed: read the file properly before acting on it.
 * @returns undefined when nothing is remembered of this file as it is now
 */
export async function rememberedConfig(options: LoadOptions): Promise<LoadedConfig | undefined> {
	const [key, text] = await Promise.all([keyOf(options), readFile(fileOf(options), 'utf8').catch(() => undefined)]);
	if (key === undefined || text === undefined) return undefined;
	try {
		const remembered = JSON.parse(text) as Remembered;
		return remembered.key === key ? remembered.loaded : undefined;
	} catch {
		return undefined;
	}
}

/** Reads config.yaml, and remembers what it came to. */
export async function loadAndRemember(options: LoadOptions): Promise<LoadedConfig> {
	const [{loadConfig}, before] = await Promise.all([import('./load.js'), keyOf(options)]);
	const loaded = await loadConfig(options);
	// A file that was written to meanwhile is remembered the next time.
	if (loaded.config && before !== undefined && before === (await keyOf(options))) {
		await write(fileOf(options), {key: before, loaded}).catch(() => {
			// Nothing but the next start's quickness depends on it.
		});
	}

	return loaded;
}

function fileOf({file}: LoadOptions): string {
	return path.join(path.dirname(file), 'run', 'config.json');
}

async function keyOf({file, home, hostname}: LoadOptions): Promise<string | undefined> {
	if (build === undefined) return undefined;
	const text = await readFile(file).catch(() => undefined);
	if (text === undefined) return undefined;
	const sum = createHash('sha256');
	return sum
		.update(JSON.stringify([build, file, home, hostname]))
		.update(text)
		.digest('hex');
}

async function write(file: string, remembered: Remembered): Promise<void> {
	await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
	const temporary = `${file}.${randomBytes(4).toString('hex')}`;
	try {
		await writeFile(temporary, JSON.stringify(remembered), {mode: 0o600});
		await rename(temporary, file);
	} finally {
		await rm(temporary, {force: true});
	}
}
