import type {PairMember} from '../sync/conflicts/pairs.js';
import type {Hub} from '../sync/hub.js';
import {Publisher} from '../sync/publisher.js';
import {fsPath} from '../text/names.js';
import type {SpokeVersions, VersionPair} from '../view/versions-sight.js';

/** Entries of each side that a comparison lists. */
const listedEntries = 2000;

/** Held and earlier versions of one spoke at a time: of the one that was asked for last. */
export class Versions {
	/** Tells of every change, a tenth of a second late at most; gives the function that ends the subscription. */
	readonly subscribe: (listener: () => void) => () => void;
	readonly #hub: Hub;
	readonly #ending = new AbortController();
	readonly #publisher = new Publisher<SpokeVersions | undefined>(undefined);
	#shown: SpokeVersions | undefined;
	#comparing = new AbortController();

	constructor(hub: Hub) {
		this.#hub = hub;
		this.subscribe = this.#publisher.subscribe;
	}

	/** What is known of a spoke; undefined: nothing was read, or another spoke's since. */
	of(name: string): SpokeVersions | undefined {
		const shown = this.#publisher.snapshot();
		return shown?.spoke === name ? shown : undefined;
	}

	/**
	 * Adds up what a spoke takes on the disks, and reads its versions.
	 * @param hasSessions false: only what it takes
	 */
	async read(name: string, hasSessions: boolean, signal: AbortSignal): Promise<void> {
		const ended = AbortSignal.any([signal, this.#ending.signal, this.#hub.signal]);
		try {
			const {spaceOf, versionsOf} = await import('../sync/services/versions.js');
			if (ended.aborted || this.#hub.spoke(name) === undefined) return;
			if (hasSessions) {
				const twins = await this.#twinsOf(name);
				const sessions = versionsOf(this.#hub, name).map(one => ({...one, twins: twins.get(one.path) ?? []}));
				this.#show(name, {sessions, failure: undefined});
			}

			const space = await spaceOf(this.#hub, name, ended);
			if (!ended.aborted) this.#show(name, {space});
		} catch (error) {
			if (ended.aborted) return;
			const {message} = error as Error;
			this.#hub.log('WARN', name, `earlier versions could not be read: ${message}`);
			this.#show(name, {failure: message});
		}
	}

	/** Compares two files; what was compared before is given up. */
	async compare(name: string, pair: VersionPair, [one, other]: readonly [string, string]): Promise<void> {
		this.#comparing.abort(new DOMException('another comparison', 'AbortError'));
		this.#comparing = new AbortController();
		const signal = AbortSignal.any([this.#comparing.signal, this.#ending.signal, this.#hub.signal]);
		const show = (change: Partial<NonNullable<SpokeVersions['comparison']>>) => {
			if (!signal.aborted) {
				this.#show(name, {comparison: {...pair, found: undefined, failure: undefined, ...change}});
			}
		};
		show({});
		try {
			const {compareSessions} = await import('../sync/conflicts/compare-sessions.js');
			show({found: await compareSessions(fsPath(one, ''), fsPath(other, ''), {signal, limit: listedEntries})});
		} catch (error) {
			show({failure: (error as Error).message});
		}
	}

	/** Where else sessions of a spoke lie, by the spoke's path. */
	async #twinsOf(name: string): Promise<ReadonlyMap<string, readonly PairMember[]>> {
		const {store, state} = this.#hub;
		const {findPairs} = await import('../sync/conflicts/pairs.js');
		const twins = new Map<string, readonly PairMember[]>();
		for (const {members} of findPairs({store, config: state.config})) {
			for (const member of members.filter(({spoke}) => spoke === name)) {
				twins.set(
					member.path,
					members.filter(other => other !== member),
				);
			}
		}

		return twins;
	}

	/** Ends what runs. */
	close(): void {
		this.#ending.abort(new DOMException('the screen is closed', 'AbortError'));
		this.#publisher.close();
	}

	#show(name: string, change: Partial<SpokeVersions>): void {
		const nothing = {sessions: undefined, space: undefined, failure: undefined, comparison: undefined};
		this.#shown = {...(this.#shown?.spoke === name ? this.#shown : nothing), ...change, spoke: name};
		this.#publisher.take(this.#shown, false);
	}
}
