import {hubPath, ValueError} from './paths.js';
import type {Report} from './problems.js';
import {readLeniently, syncthingSchema} from './schema.js';
import type {SyncthingSettings} from './types.js';

/**
 * `tui.syncthing`: one Syncthing of this hub, or a list of them. A bad value is reported and left out; the others hold.
 * @param value as the file holds it
 */
export function readSyncthing(value: unknown, home: string, report: Report): readonly SyncthingSettings[] {
	if (value === undefined || value === null) return [];
	const isList = Array.isArray(value);
	return (isList ? (value as unknown[]) : [value]).map((item, index) => {
		const place = ['tui', 'syncthing', ...(isList ? [index] : [])];
		const add = (path: ReadonlyArray<string | number>, message: string) =>
			report.add('error', [...place, ...path], `tui: syncthing: ${message}`);
		const read = readLeniently(syncthingSchema, item, issue => add(issue.path, issue.message));
		const file = (key: 'api_key_file' | 'home') => {
			const text = read[key];
			if (text === undefined) return undefined;
			try {
				return hubPath(text, home);
			} catch (error) {
				if (!(error instanceof ValueError)) throw error;
				add([key], `${key} ${error.message}`);
				return undefined;
			}
		};

		return {
			url: read.url?.replace(/\/+$/, ''),
			apiKey: read.api_key,
			apiKeyFile: file('api_key_file'),
			home: file('home'),
			fingerprint: read.fingerprint?.replaceAll(/[^\dA-Fa-f]/g, '').toUpperCase(),
		};
	});
}
