import {glob, readFile} from 'node:fs/promises';
import path from 'node:path';
import {clean} from '../../text/clean.js';

/** Files one configuration may lead to, as many as ssh follows levels of `Include` (readconf.c) and then some. */
const mostFiles = 64;
/** Aliases that are of use in a list. */
const mostHosts = 200;

/**
 * Aliases that ssh's configuration names: the words of its `Host` lines without patterns, in the order of the files,
 * `Include` followed. Nothing is run, and a file that cannot be read names nobody.
 * @param file absolute path of the configuration
 * @param home absolute path of the user's home: what `~/` and a relative `Include` begin with
 * @returns neutralised, each once
 */
export async function sshHosts(file: string, home: string): Promise<string[]> {
	const hosts = new Set<string>();
	const read = new Set<string>();
	const follow = async (name: string): Promise<void> => {
		if (read.has(name) || read.size >= mostFiles) return;
		read.add(name);
		const text = await readFile(name, 'utf8').catch(() => '');
		for (const line of text.split('\n')) {
			const [keyword, ...words] = wordsOf(line);
			if (keyword?.toLowerCase() === 'host') {
				for (const word of words) if (isAlias(word)) hosts.add(word);
			} else if (keyword?.toLowerCase() === 'include') {
				for (const pattern of words) for (const other of await matches(pattern, home)) await follow(other);
			}
		}
	};
	await follow(file);
	return [...hosts].slice(0, mostHosts);
}

/** Words of a line as ssh reads them: `key value`, `key=value`, quotes around words with blanks, `#` at the start. */
function wordsOf(line: string): string[] {
	const text = line.trim();
	if (text === '' || text.startsWith('#')) return [];
	const [, keyword = '', rest = ''] = /^([^\s=]+)(?:\s*=\s*|\s+)?(.*)$/.exec(text) ?? [];
	return [keyword, ...Array.from(rest.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? '')];
}

/** A name somebody can log in to by; a pattern or what no source could name is none. */
function isAlias(word: string): boolean {
	return /^[\p{L}\p{N}_][\p{L}\p{N}._+=-]*$/u.test(word) && clean(word) === word;
}

async function matches(pattern: string, home: string): Promise<string[]> {
	const whole = pattern.startsWith('~/')
		? path.join(home, pattern.slice(2))
		: path.resolve(path.join(home, '.ssh'), pattern);
	if (!/[*?[\]]/.test(whole)) return [whole];
	const found: string[] = [];
	try {
		for await (const name of glob(whole)) {
			found.push(name);
			if (found.length >= mostFiles) break;
		}
	} catch {
		// A folder that may not be read names nobody.
	}

	return found.sort();
}
