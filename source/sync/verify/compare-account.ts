import type {Account} from '../methods/types.js';
import {kindByName, matchesExclude} from '../sessions/kinds.js';
import type {BothSides} from './compare-spoke.js';
import {explanations} from './explain.js';
import type {Finding, FindingKind} from './types.js';

/**
 * What the program that fills a folder tells of the other side, as findings. Its word names sessions that differ; it
 * proves of none that they are equal.
 */
export function compareAccount(
	{missing, changed}: Account,
	{spoke, files, unsound}: Pick<BothSides, 'spoke' | 'files' | 'unsound'>,
): Finding[] {
	const isSession = ({path}: {readonly path: string}) =>
		kindByName(path) === 'candidate' && !matchesExclude(spoke.excludePatterns, path) && !unsound.has(path);
	const hubOf = (path: string) => {
		const here = files.get(path);
		return here ? {hub: {bytes: here.size, mtimeMs: here.mtimeMs}} : {};
	};

	return [
		...missing.filter(isSession).map(({path, size, mtimeMs}): Finding => {
			const isHere = files.has(path);
			const detail = isHere ? 'a later version is announced and not here yet' : 'announced, and not here yet';
			const kind = isHere ? 'newer-on-spoke' : 'only-on-spoke';
			return {...toFinding(kind, path, detail), ...hubOf(path), spoke: {bytes: size, mtimeMs}};
		}),
		...changed.filter(isSession).map(({path, isDeleted}): Finding => {
			const what = isDeleted ? 'deleted on this hub' : 'made or changed on this hub';
			return {
				...toFinding('foreign-edit', path, `${what}, says Syncthing; the spoke does not get that`),
				...hubOf(path),
			};
		}),
	];
}

function toFinding(kind: FindingKind, path: string, detail: string): Finding {
	return {kind, severity: explanations[kind].severity, path, detail};
}
