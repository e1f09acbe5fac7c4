import type {IndexDiff} from './index.js';
import type {SessionFile} from './types.js';

interface InFlux {
	/** True when it was not there when it last stood still. */
	readonly isNew: boolean;
	/** As last seen; for a removed file as it was. */
	file: SessionFile;
	isPresent: boolean;
	/** Milliseconds since the epoch of the last change that was seen. */
	since: number;
}

/** Files that changed lately. A file settles when nothing about it changed for a while; only then is it news. */
export class Flux {
	readonly #settleMs: number;
	readonly #files = new Map<string, InFlux>();

	/** @param settleMs milliseconds without a change */
	constructor(settleMs: number) {
		this.#settleMs = settleMs;
	}

	get size(): number {
		return this.#files.size;
	}

	paths(): string[] {
		return [...this.#files.keys()];
	}

	/** Another text whenever a file came into flux, left it or changed again. */
	get mark(): string {
		return [...this.#files].map(([path, {file, since}]) => `${since} ${file.size} ${path}`).join('\n');
	}

	/** Takes in what a look at the disk found. */
	take(diff: IndexDiff, now: number): void {
		for (const file of diff.removed) this.#see(file, false, false, now);
		for (const file of diff.added) this.#see(file, true, true, now);
		for (const file of diff.changed) this.#see(file, false, true, now);
	}

	/**
	 * Hands out what has settled.
	 * @returns undefined when nothing has
	 */
	settle(now: number): IndexDiff | undefined {
		const added: SessionFile[] = [];
		const changed: SessionFile[] = [];
		const removed: SessionFile[] = [];
		for (const [path, {isNew, isPresent, file, since}] of this.#files) {
			// A clock that was set back must not keep a file in flux for ever.
			if (now - since < this.#settleMs && now >= since) continue;
			this.#files.delete(path);
			if (isPresent) (isNew ? added : changed).push(file);
			else if (!isNew) removed.push(file);
		}

		return added.length + changed.length + removed.length === 0 ? undefined : {added, changed, removed};
	}

	#see(file: SessionFile, isAdded: boolean, isPresent: boolean, now: number): void {
		const known = this.#files.get(file.path);
		if (known) Object.assign(known, {file, isPresent, since: now});
		else this.#files.set(file.path, {isNew: isAdded, file, isPresent, since: now});
	}
}
