import {clean} from '../../../text/clean.js';
import type {FixNames} from '../names.js';
import type {SyncthingNames} from '../syncthing-names.js';
import type {FixAction, SyncthingChange} from '../types.js';
import type {Word} from './words.js';

/** What is known of Syncthing; nothing where only configuration is at hand. */
export function syncthingOf({facts}: FixNames): SyncthingNames {
	return facts.syncthing ?? {};
}

/** `http://127.0.0.1:8384`, or a few words where it is not known. */
export function pageOf(names: FixNames): string {
	const {url} = syncthingOf(names);
	return url === undefined ? "Syncthing's page" : `Syncthing's page (${clean(url)})`;
}

/** `folder ‘sessions’`, or a few words where its id is not known. */
export function folderOf(names: FixNames): string {
	const {folder} = syncthingOf(names);
	return folder === undefined ? "the spoke's folder" : `folder '${clean(folder)}'`;
}

/** Name of the device; the spoke's where it is not known. */
export function deviceOf(names: FixNames): string {
	return clean(syncthingOf(names).device?.name ?? names.spoke);
}

/** `syncthing cli …` on the hub, for its very instance. */
export function cliWords(names: FixNames, ...words: readonly Word[]): readonly Word[] {
	const {home} = syncthingOf(names);
	return ['syncthing', 'cli', ...(home === undefined ? [] : ['--home', {hub: home}]), ...words];
}

/** What a `y` has the hub's Syncthing do; undefined where it is not known which one that is. */
export function changeOf(names: FixNames, change: SyncthingChange | undefined): FixAction | undefined {
	const {url} = syncthingOf(names);
	return url === undefined || change === undefined ? undefined : {type: 'syncthing', url, change};
}

/** The same for a change of the spoke's folder. */
export function folderChangeOf(
	names: FixNames,
	make: (folder: string) => SyncthingChange | undefined,
): FixAction | undefined {
	const {folder} = syncthingOf(names);
	return folder === undefined ? undefined : changeOf(names, make(folder));
}
