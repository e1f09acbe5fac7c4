import {join, resolve} from 'node:path';
import type {Clock} from '../sync/clock.js';
import {type ImportedNode, importNode} from '../sync/nodes/import.js';
import {JsonTextError} from '../sync/nodes/json-text.js';
import {clean} from '../text/clean.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, readConfig, UsageError} from './open-hub.js';
import {type CommandIo, exit} from './types.js';

/** What `nodes import` takes. */
export interface NodesImportFlags extends HubFlags {
	readonly json?: boolean;
	/** Paths as typed. */
	readonly names: readonly string[];
}

/** A file that could not be imported. */
interface Refused {
	readonly file: string;
	readonly line: number | null;
	readonly column: number | null;
	readonly message: string;
}

/**
 * `nodes import FILE…`: takes analysis nodes into the hub's store, each file on its own; one that is bad leaves the others
 * be. Changes none of the files, and none of the versions that are there.
 */
export async function nodesImport(io: CommandIo, flags: NodesImportFlags): Promise<number> {
	if (flags.names.length === 0) throw new UsageError('which file? pi-brain-tui nodes import FILE…');
	const {config} = await readConfig(io, flags);
	const imported: Array<ImportedNode & {readonly source: string}> = [];
	const refused: Refused[] = [];
	for (const name of flags.names) {
		io.signal.throwIfAborted();
		const source = resolve(name);
		try {
			const {databaseDir, folder} = config;
			const node = await importNode(source, options(io, databaseDir, folder));
			imported.push({...node, source});
			if (!flags.json) io.stdout.write(`${clean(name)}: ${outcome(node)}\n`);
		} catch (error) {
			io.signal.throwIfAborted();
			const found = refusal(source, error as Error);
			refused.push(found);
			const at = found.line === null ? '' : `:${found.line}:${found.column}`;
			io.stderr.write(`${clean(name)}${at}: ${clean(found.message)}\n`);
		}
	}

	if (flags.json) io.stdout.write(jsonLine({schema: 1, imported: imported.map(nodeJson), errors: refused}));
	return refused.length > 0 ? exit.usage : exit.ok;
}

function options(
	{clock, signal}: {readonly clock: Clock; readonly signal: AbortSignal},
	databaseDir: string,
	folder: string,
) {
	return {databaseDir, runFolder: join(folder, 'run'), by: 'command', clock, signal} as const;
}

function outcome({id, version, file, result}: ImportedNode): string {
	const words = {
		stored: `stored as version ${version} of ${id}, byte for byte`,
		'new-version': `${id} is there already; this is version ${version} of it now`,
		known: `nothing to do, version ${version} of ${id} says the same`,
	}[result];
	return `${clean(words)}: ${clean(file)}`;
}

function refusal(file: string, error: Error): Refused {
	const {line = null, column = null} = error instanceof JsonTextError ? error.place : {};
	return {file, line, column, message: error.message};
}

function nodeJson({
	source,
	id,
	version,
	file,
	result,
	previousVersions,
}: ImportedNode & {readonly source: string}): object {
	return {source, id, version, file, result, previousVersions};
}
