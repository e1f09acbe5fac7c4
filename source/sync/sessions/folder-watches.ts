import {type FSWatcher, watch} from 'node:fs';
import {decodeName, fsPath} from '../../text/names.js';

/** Where a root's watches report. */
export interface WatchHandlers {
	/** @param path of what changed below the root; the folder's own path when the system named nothing */
	onEvent(path: string, isRename: boolean): void;
	/** The system grants no further watch (`ENOSPC`, `EMFILE`). Called once. */
	onExhausted(code: string): void;
	/** A watch broke; what happened since is unknown. */
	onBroken(folder: string): void;
}

/**
 * One `fs.watch` for each folder of a root. Never `recursive`: that is a watch for each file, 356 MB at 100,000 of
 * them instead of 65.
 */
export class FolderWatches {
	readonly #root: string;
	readonly #handlers: WatchHandlers;
	readonly #watch: typeof watch;
	readonly #open = new Map<string, FSWatcher>();
	#isExhausted = false;

	constructor(root: string, handlers: WatchHandlers, watchFolder: typeof watch = watch) {
		this.#root = root;
		this.#handlers = handlers;
		this.#watch = watchFolder;
	}

	get size(): number {
		return this.#open.size;
	}

	/** Watches a folder, if it is not watched yet and can be: one that is not there is found out by its visit. */
	add(folder: string): void {
		if (this.#isExhausted || this.#open.has(folder)) return;
		try {
			const below = folder === '' ? '' : `${folder}/`;
			const watcher = this.#watch(fsPath(this.#root, folder), {encoding: 'buffer'}, (type, name) => {
				this.#handlers.onEvent(name === null ? folder : below + decodeName(name), type === 'rename');
			});
			watcher.on('error', error => this.#fail(folder, error));
			this.#open.set(folder, watcher);
		} catch (error) {
			this.#fail(folder, error);
		}
	}

	/** Ends the watches of a folder and of everything below it. */
	remove(folder: string): void {
		for (const [open, watcher] of this.#open) {
			if (open !== folder && folder !== '' && !open.startsWith(`${folder}/`)) continue;
			watcher.close();
			this.#open.delete(open);
		}
	}

	/** Ends the watches of folders that are not among the given ones. */
	keepOnly(isThere: (folder: string) => boolean): void {
		for (const [folder, watcher] of this.#open) {
			if (isThere(folder)) continue;
			watcher.close();
			this.#open.delete(folder);
		}
	}

	#fail(folder: string, error: unknown): void {
		const {code} = error as NodeJS.ErrnoException;
		const wasOpen = this.#open.get(folder);
		if (wasOpen) {
			wasOpen.close();
			this.#open.delete(folder);
		}

		if (code === 'ENOSPC' || code === 'EMFILE') {
			if (this.#isExhausted) return;
			this.#isExhausted = true;
			this.#handlers.onExhausted(code);
		} else if (wasOpen) {
			this.#handlers.onBroken(folder);
		}
	}
}
