import {createHash} from 'node:crypto';
import {clean} from '../../text/clean.js';
import {breathe} from '../breathe.js';
import {shown} from '../sessions/tree.js';
import type {Finding} from '../verify/types.js';
import {JsonTextError} from './json-text.js';
import {jsonFiles, parseNodeName, readNodeFile} from './node-files.js';
import {readNode} from './node-text.js';

/** What is remembered of a node's file while all of them are read. */
interface Kept {
	readonly id: string;
	readonly version: number;
	readonly previousVersions: readonly string[];
	readonly sha256: string;
	readonly file: string;
}

/**
 * What is wrong among the hub's analysis nodes: files that cannot be read or are named wrongly, one version in two texts,
 * versions that name predecessors which are not there, two nodes that follow the same one. Each finding's path is the
 * node's id. Reads every file, one at a time; memory grows with the number of nodes, not with their size.
 * @throws the signal's reason
 */
export async function nodeFindings(databaseDir: string, signal?: AbortSignal): Promise<Finding[]> {
	const findings: Finding[] = [];
	const kept: Kept[] = [];
	for (const {name, file} of jsonFiles(databaseDir)) {
		signal?.throwIfAborted();
		await breathe();
		const named = parseNodeName(name);
		try {
			const bytes = readNodeFile(file);
			const {id, version, previousVersions} = readNode(bytes);
			kept.push({id, version, previousVersions, file, sha256: createHash('sha256').update(bytes).digest('hex')});
			if (named?.id !== id || named.version !== version) {
				findings.push(
					finding(id, `${file} holds version ${version} of ${id}, which belongs in ${id}-v${version}.json.`),
				);
			}
		} catch (error) {
			findings.push(unreadable(named?.id ?? name, file, error as Error));
		}
	}

	return [...findings, ...twins(kept), ...broken(kept), ...forks(kept)].sort((one, other) =>
		one.path === other.path ? 0 : one.path < other.path ? -1 : 1,
	);
}

function finding(id: string, detail: string, more: Partial<Finding> = {}): Finding {
	return {kind: 'node-conflict', severity: 'look', path: id, detail: clean(shown(detail)), ...more};
}

function unreadable(id: string, file: string, error: Error): Finding {
	if (!(error instanceof JsonTextError)) return finding(id, `${file} cannot be read: ${error.message}`);
	const {line, column} = error.place;
	return finding(id, `${file} is no node: line ${line}, column ${column}: ${error.message}.`, {line});
}

function twins(kept: readonly Kept[]): Finding[] {
	const groups = Map.groupBy(kept, nameOf);
	return [...groups.values()].flatMap(group => {
		const [first] = group;
		if (group.length === 1 || !first) return [];
		const files = group.map(({file}) => file).join(', ');
		const isSame = group.every(({sha256}) => sha256 === first.sha256);
		const words = isSame ? 'the same text each time' : 'and not the same text';
		return [
			finding(
				first.id,
				`Version ${first.version} is there ${group.length} times, ${words}: ${files}.`,
				isSame ? {severity: 'info'} : {},
			),
		];
	});
}

/** Versions whose predecessors are not all there, or that do not name the one before them. */
function broken(kept: readonly Kept[]): Finding[] {
	const names = new Set(kept.map(nameOf));
	return kept.flatMap(({id, version, previousVersions}) => {
		const missing = previousVersions.filter(name => !names.has(name));
		const before = `${id}-v${version - 1}`;
		const isSilent = version > 1 && names.has(before) && !previousVersions.includes(before);
		const isGap = version > 1 && !names.has(before) && !missing.includes(before);
		return [
			...(missing.length > 0
				? [
						finding(
							id,
							`Version ${version} follows ${missing.slice(0, 5).join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not here.`,
						),
					]
				: []),
			...(isSilent ? [finding(id, `Version ${version} does not name ${before} among its previousVersions.`)] : []),
			...(isGap ? [finding(id, `Version ${version} is here and version ${version - 1} is not.`)] : []),
		];
	});
}

/** Different nodes that follow directly upon the same one. */
function forks(kept: readonly Kept[]): Finding[] {
	const followers = Map.groupBy(
		kept.filter(({previousVersions}) => previousVersions.length > 0),
		({previousVersions}) => previousVersions.at(-1)!,
	);
	return [...followers].flatMap(([before, group]) => {
		const names = [...new Set(group.map(nameOf))];
		return names.length < 2 ? [] : [finding(group[0]!.id, `${names.join(' and ')} both follow ${before}.`)];
	});
}

function nameOf({id, version}: Pick<Kept, 'id' | 'version'>): string {
	return `${id}-v${version}`;
}
