import {join, resolve} from 'node:path';
import type {VersionActions} from '../keys/versions-context.js';
import type {Hub} from '../sync/hub.js';
import type {ResultText} from '../view/results.js';
import type {Toast} from '../view/types.js';
import {acceptedText, keptText, restoredText} from '../view/versions-results.js';
import type {Versions} from './versions.js';

/** What the keys of the view of versions reach beyond the screen. */
export interface VersionActionParts {
	readonly hub: Hub;
	/** Nothing is changed before. */
	readonly confirmed: Promise<void>;
	/** Absolute path of the user's home. */
	readonly home: string;
	readonly versions: Pick<Versions, 'compare'>;
	/** Reads the versions again. */
	readonly reload: () => void;
	readonly say: (level: Toast['level'], text: string) => void;
}

/** What keys do with versions. Each says on the screen how it went; none waits, none throws. */
export function createVersionActions(parts: VersionActionParts): VersionActions {
	const {hub, confirmed, home, versions, reload, say} = parts;
	const change = (spoke: string, what: string, work: () => Promise<ResultText>) => {
		const run = async () => {
			await confirmed;
			if (hub.spoke(spoke) === undefined) return;
			try {
				const {level, text} = await work();
				say(level, text);
			} catch (error) {
				if (hub.signal.aborted) return;
				const {message, name} = error as Error;
				// A refusal changed nothing, and says why in whole words.
				const isRefusal = name === 'Refusal';
				if (!isRefusal) hub.log('ERROR', spoke, `${what} failed: ${message}`);
				say(isRefusal ? 'warn' : 'error', isRefusal ? message : `${what} failed: ${message}`);
			} finally {
				reload();
			}
		};
		void run();
	};

	return {
		reloadVersions: reload,
		compareVersions(spoke, pair, files) {
			void versions.compare(spoke, pair, files);
		},
		keepHubCopy(spoke, paths) {
			change(spoke, 'the release', async () => {
				const {keepHubCopy} = await import('../sync/services/versions.js');
				return keptText(spoke, await keepHubCopy(hub, spoke, paths));
			});
		},
		acceptVersion(spoke, path) {
			change(spoke, 'taking over the spoke’s version', async () => {
				const {acceptSpokeVersion} = await import('../sync/services/versions.js');
				return acceptedText(spoke, await acceptSpokeVersion(hub, spoke, path));
			});
		},
		restoreVersion(spoke, file, to) {
			change(spoke, 'bringing it back', async () => {
				const {restoreGeneration} = await import('../sync/services/versions.js');
				// A whole path typed behind the `~/` that is offered counts by itself, as in a shell's completion.
				const typed = to?.replace(/^~\/(?=~?\/)/, '');
				const target = typed?.startsWith('~/') ? join(home, typed.slice(2)) : typed;
				const options = target === undefined ? {} : {to: resolve(target)};
				return restoredText(spoke, await restoreGeneration(hub, spoke, file, options));
			});
		},
	};
}
