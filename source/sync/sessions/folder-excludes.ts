import {encodeName} from '../../text/names.js';
import {globSource} from './folder-glob.js';

/** A pattern that leaves nothing out, and what its author may have meant. */
export interface UnmatchedPattern {
	readonly pattern: string;
	/** The nearest pattern that matches at least one of the paths; undefined when none was found. */
	readonly nearest: string | undefined;
}

interface Rule {
	readonly isExclude: boolean;
	/** Folders only: the pattern ended in `/`. */
	readonly isFolderOnly: boolean;
	/** What the expression is asked about: the last part of the path, the path, or the path with `/` before it. */
	readonly subject: 'name' | 'path' | 'rooted';
	/** `dir/***` also matches `dir` itself, as `dir/`. */
	readonly hasFolderSlash: boolean;
	readonly expression: RegExp;
}

const compiledBefore = new WeakMap<readonly string[], (path: string) => boolean>();

/**
 * Says whether rsync, given each pattern as `--exclude=PATTERN`, would leave the file out.
 * @param patterns as rsync reads them; `+ PATTERN` takes in, the first that matches decides
 * @param path a file's path below the session root
 */
export function matchesExclude(patterns: readonly string[], path: string): boolean {
	let matches = compiledBefore.get(patterns);
	if (!matches) {
		matches = compileExcludes(patterns);
		compiledBefore.set(patterns, matches);
	}

	return matches(path);
}

/**
 * The same as `matchesExclude`, prepared once for many paths. The folders above a file are asked first, as rsync
 * never enters a folder that is left out.
 */
export function compileExcludes(patterns: readonly string[]): (path: string) => boolean {
	let rules: Rule[] = [];
	for (const pattern of patterns) {
		if (pattern === '!') rules = [];
		else if (pattern !== '') rules.push(compileRule(pattern));
	}

	if (rules.length === 0) return () => false;
	return path => {
		const bytes = toBytes(path);
		for (let slash = bytes.indexOf('/'); slash > 0; slash = bytes.indexOf('/', slash + 1)) {
			if (isLeftOut(rules, bytes.slice(0, slash), true)) return true;
		}

		return isLeftOut(rules, bytes, false);
	};
}

/**
 * Patterns that match none of the paths, each with the nearest that would.
 * @param paths every path below the session root that the patterns could have left out
 */
export function unmatchedPatterns(patterns: readonly string[], paths: Iterable<string>): UnmatchedPattern[] {
	const all = [...paths];
	const found: UnmatchedPattern[] = [];
	for (const pattern of patterns) {
		const body = pattern.replace(/^[-+] /, '');
		if (body === '!' || body === '' || matchesAny(body, all)) continue;
		found.push({pattern, nearest: neighbours(body).find(other => matchesAny(other, all))});
	}

	return found;
}

function matchesAny(pattern: string, paths: readonly string[]): boolean {
	const matches = compileExcludes([pattern]);
	return paths.some(matches);
}

/** Patterns that differ from the given one by a usual misunderstanding, the likeliest first. */
function neighbours(pattern: string): string[] {
	const parts = pattern.split('/').filter(part => part !== '' && !/^\*+$/.test(part));
	const last = parts.at(-1);
	if (last === undefined) return [];
	const bare = last.replaceAll('*', '');
	const joined = parts.join('/');
	// pi's folders spell a working directory as `--home-will-api--`.
	const folder = `--${parts.join('-')}--/`;
	return [
		joined,
		`${joined}.jsonl`,
		folder,
		`--${parts.join('-')}-*`,
		`*-${parts.join('-')}--/`,
		...(bare === '' ? [] : [`${bare}-*`, `${bare}*`, `*-${bare}--/`, `*${bare}*`, `*${bare.toLowerCase()}*`]),
	].filter(other => other !== pattern);
}

function isLeftOut(rules: readonly Rule[], path: string, isFolder: boolean): boolean {
	for (const rule of rules) {
		if (rule.isFolderOnly && !isFolder) continue;
		let subject = path;
		if (rule.subject === 'name') subject = path.slice(path.lastIndexOf('/') + 1);
		else if (rule.subject === 'rooted') subject = `/${path}`;
		if (isFolder && rule.hasFolderSlash) subject += '/';
		if (rule.expression.test(subject)) return rule.isExclude;
	}

	return false;
}

/** Follows rsync's exclude.c (`add_rule`, `rule_matches`), version 3.x. */
function compileRule(written: string): Rule {
	let pattern = toBytes(written.replace(/^[-+] /, ''));
	const isFolderOnly = pattern.length > 1 && pattern.endsWith('/');
	if (isFolderOnly) pattern = pattern.slice(0, -1);
	const isGlob = /[*?[]/.test(pattern);
	const doubleStar = isGlob ? pattern.indexOf('**') : -1;
	const hasSlash = pattern.includes('/');
	const isAnchored = pattern.startsWith('/');
	const body = isAnchored ? pattern.slice(1) : pattern;
	const source = isGlob ? globSource(body) : body.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
	let start = '^';
	if (!isAnchored && doubleStar !== 0 && (hasSlash || doubleStar > 0)) start = '(?:^|/)';
	let subject: Rule['subject'] = 'path';
	if (!hasSlash && doubleStar === -1) subject = 'name';
	else if (doubleStar === 0) subject = 'rooted';
	return {
		isExclude: !written.startsWith('+ '),
		isFolderOnly,
		subject,
		hasFolderSlash: doubleStar !== -1 && pattern.endsWith('***'),
		expression: new RegExp(`${start}(?:${source})$`, 's'),
	};
}

/** rsync matches bytes, so one character here is one byte of the name. */
function toBytes(text: string): string {
	return /^[\x00-\x7F]*$/.test(text) ? text : encodeName(text).toString('latin1');
}
