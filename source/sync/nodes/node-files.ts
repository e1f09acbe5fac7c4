import fs from 'node:fs';
import {join} from 'node:path';
import {isAbsent} from '../guard/content.js';

/** A node's file in the hub's store. */
export interface NodeFile {
	/** As the name says. */
	readonly id: string;
	readonly version: number;
	/** Absolute path. */
	readonly file: string;
}

/** Nodes are kilobytes; what is larger than this is none, and would take its size several times in memory. */
const mostBytes = 64 * 1024 * 1024;

/** Where pi-brain keeps the nodes. */
export function nodesFolder(databaseDir: string): string {
	return join(databaseDir, 'nodes');
}

/** Reads a file's name; undefined when it is not `<id>-v<version>.json`. */
export function parseNodeName(name: string): Pick<NodeFile, 'id' | 'version'> | undefined {
	const [, id, version] = /^(.+)-v([1-9]\d{0,14})\.json$/.exec(name) ?? [];
	return id === undefined ? undefined : {id, version: Number(version)};
}

/** Every JSON file below `nodes/YYYY/MM`, month by month, by its absolute path; a folder that is not there holds none. */
export function* jsonFiles(databaseDir: string): Generator<{readonly name: string; readonly file: string}, void> {
	const nodes = nodesFolder(databaseDir);
	for (const year of names(nodes, /^\d{4}$/)) {
		for (const month of names(join(nodes, year), /^\d\d$/)) {
			const folder = join(nodes, year, month);
			for (const name of names(folder, /^[^.].*\.json$/)) yield {name, file: join(folder, name)};
		}
	}
}

/** Files of every version of a node, the lowest first. */
export function versionsOf(databaseDir: string, id: string): NodeFile[] {
	const found: NodeFile[] = [];
	for (const {name, file} of jsonFiles(databaseDir)) {
		const parsed = name.startsWith(id) ? parseNodeName(name) : undefined;
		if (parsed?.id === id) found.push({...parsed, file});
	}

	return found.sort((one, other) => one.version - other.version);
}

/**
 * The whole of a node's file.
 * @throws Error in words for people when it is no regular file or too large; the file system's own
 */
export function readNodeFile(file: string): Buffer {
	// O_NONBLOCK: a pipe is not waited for.
	const fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
	try {
		const stat = fs.fstatSync(fd);
		if (!stat.isFile()) throw new Error('it is not a regular file');
		if (stat.size > mostBytes) throw new Error('it is larger than 64 MB, which no node is');
		return fs.readFileSync(fd);
	} finally {
		fs.closeSync(fd);
	}
}

function names(folder: string, pattern: RegExp): string[] {
	try {
		return fs
			.readdirSync(folder)
			.filter(name => pattern.test(name))
			.sort();
	} catch (error) {
		if (isAbsent(error)) return [];
		throw error;
	}
}
