import {unknownText} from './shell-words.js';

/** Where a written path stands to a spoke's folder. */
export type Relation = 'same' | 'below' | 'above' | 'apart';

/**
 * Where `target` stands to `path`. `*` and unknown parts of the target match any one name; an unknown beginning matches
 * any folders, as long as what follows is the end of `path`.
 * @param target absolute, may hold `unknownText` and `*`
 * @param path absolute
 */
export function relate(target: string, path: string): Relation {
	const wanted = segments(path);
	const given = segments(target);
	if (given[0]?.startsWith(unknownText)) {
		const known = given.slice(1);
		const end = wanted.slice(wanted.length - known.length);
		const isEnd =
			known.length > 0 && known.length <= wanted.length && known.every((name, index) => matches(name, end[index]!));
		return isEnd ? 'same' : 'apart';
	}

	const shared = Math.min(given.length, wanted.length);
	for (let index = 0; index < shared; index++) {
		if (!matches(given[index]!, wanted[index]!)) return 'apart';
	}

	if (given.length === wanted.length) return 'same';
	return given.length > wanted.length ? 'below' : 'above';
}

function segments(path: string): string[] {
	return path.split('/').filter(name => name !== '' && name !== '.');
}

function matches(pattern: string, name: string): boolean {
	if (!pattern.includes(unknownText) && !pattern.includes('*')) return pattern === name;
	const parts = pattern.split(/[*\uE000]+/).map(part => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
	return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}
