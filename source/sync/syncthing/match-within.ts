import path from 'node:path';
import {realPlace} from './match.js';

/**
 * How a place lies to a folder of Syncthing.
 * @param folder as Syncthing spells it
 * @param place absolute
 * @returns undefined when neither holds the other
 */
export async function within(folder: string, place: string, home: string): Promise<'inside' | 'around' | undefined> {
	const [outer, inner] = await Promise.all([realPlace(folder, home), realPlace(place, home)]);
	const holds = (one: string, other: string) =>
		one === other || other.startsWith(one.endsWith(path.sep) ? one : one + path.sep);
	return holds(outer, inner) ? 'inside' : holds(inner, outer) ? 'around' : undefined;
}
