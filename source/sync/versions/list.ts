import {join} from 'node:path';
import {fsPath} from '../../text/names.js';
import type {SpokeConfig} from '../config/types.js';
import type {HeldSession} from '../detail.js';
import {seenFolder} from '../guard/folders.js';
import {entryAt} from '../sessions/tree.js';
import type {Generation, LedgerEntry, Observation} from '../store/ledger-rows.js';
import type {Store} from '../store/store.js';
import {storyOf} from './story.js';
import {compareEnds} from './story-facts.js';
import type {SessionVersions} from './types.js';

/** Sessions whose story is looked for, each some reads of 4 KiB: who has more of them than a screen asks for one. */
const toldStories = 500;

/**
 * Every session with more than its current version: those a person should look at first, then the others, the latest
 * change first.
 * @param path one session only, whatever is known of it
 */
export function listVersions(store: Store, spoke: SpokeConfig, path?: string): SessionVersions[] {
	const generations = Map.groupBy(store.versions.earlier(spoke.name, path), one => one.path);
	const seen = store.ledger.observations(spoke.name);
	const paths = new Set(generations.keys());
	for (const observation of seen.values()) {
		if (isShown(observation) && (path === undefined || path === observation.path)) paths.add(observation.path);
	}

	const latest = (one: string) => Math.max(generations.get(one)?.[0]?.at ?? 0, seen.get(one)?.lastAt ?? 0);
	const rank = (one: string) => {
		const observation = seen.get(one);
		return observation && isShown(observation) && !observation.isReleased ? 0 : 1;
	};
	const lister = new Lister(store, spoke, seen);
	return [...paths]
		.sort((a, b) => rank(a) - rank(b) || latest(b) - latest(a) || (a < b ? -1 : 1))
		.map((one, index) => lister.one(one, generations.get(one) ?? [], index < toldStories));
}

/** True for what the spoke shows in place of the current version; what two looks have yet to confirm is not told. */
function isShown({kind, isConfirmed}: Observation): boolean {
	return isConfirmed && (kind === 'shrunk' || kind === 'retyped' || kind === 'damaged');
}

class Lister {
	readonly #store: Store;
	readonly #spoke: SpokeConfig;
	readonly #seen: ReadonlyMap<string, Observation>;
	readonly #seenRoot: string | undefined;

	constructor(store: Store, spoke: SpokeConfig, seen: ReadonlyMap<string, Observation>) {
		this.#store = store;
		this.#spoke = spoke;
		this.#seen = seen;
		this.#seenRoot = spoke.source === undefined ? undefined : seenFolder(spoke);
	}

	one(path: string, generations: readonly Generation[], isTold: boolean): SessionVersions {
		const entry = this.#store.ledger.get(this.#spoke.name, path);
		const current = currentOf(this.#spoke.path, path, entry);
		const observation = this.#seen.get(path);
		const held =
			observation && isShown(observation)
				? ({...observation, hubSize: current?.bytes, hubMtimeMs: current?.mtimeMs} satisfies HeldSession)
				: undefined;
		const seenFile = held && this.#seenFile(held);
		const story = isTold ? this.#story(path, observation, seenFile, generations) : undefined;
		return {path, current, held, seenFile, generations, story};
	}

	#seenFile({path, sha256}: HeldSession): string | undefined {
		if (sha256 === '' || this.#seenRoot === undefined) return undefined;
		return entryAt(fsPath(this.#seenRoot, path))?.isFile() ? `${this.#seenRoot}/${path}` : undefined;
	}

	#story(
		path: string,
		observation: Observation | undefined,
		seenFile: string | undefined,
		generations: readonly Generation[],
	): string | undefined {
		const current = fsPath(this.#spoke.path, path);
		const before = generations.find(({why}) => why === 'rewritten')?.file;
		// Where the hub fills the folder the current file is the earlier one of a held pair, else the later one.
		const isAside = seenFile !== undefined && this.#seenRoot !== undefined;
		const [later, earlier] = isAside ? [fsPath(this.#seenRoot!, path), current] : [current, before];
		return storyOf({
			seen: observation?.isConfirmed ? observation.kind : undefined,
			isSetAside:
				observation?.isReleased === true &&
				generations.some(({why, sha256}) => why === 'replaced' && sha256 === observation.sha256),
			...compareEnds(later, earlier),
		});
	}
}

function currentOf(root: string, path: string, entry: LedgerEntry | undefined): SessionVersions['current'] {
	const stat = entryAt(fsPath(root, path));
	if (!stat?.isFile()) return undefined;
	return {
		file: join(root, path),
		bytes: stat.size,
		mtimeMs: stat.mtimeMs,
		...(entry?.length === stat.size ? {sha256: entry.sha256} : {}),
	};
}
