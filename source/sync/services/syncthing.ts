import {clean} from '../../text/clean.js';
import type {SpokeConfig} from '../config/types.js';
import type {Hub} from '../hub.js';
import {isCure, recordSyncthing} from '../outcomes.js';
import {leadsOf, type Surroundings} from '../syncthing/instance.js';
import {realPlace} from '../syncthing/match.js';
import {type Standing, standingOf} from '../syncthing/standing.js';
import type {StInstance} from '../syncthing/types.js';

/** Milliseconds within which an answer that says nothing new is not written down again. */
const freshMs = 30_000;

/** What following takes. */
export interface SyncthingOptions {
	readonly env: Surroundings['env'];
	/** Absolute path of the user's home. */
	readonly home: string;
	/** Ends it; the hub's own unless given. */
	readonly signal?: AbortSignal;
}

/**
 * Keeps what is known of Syncthing spokes true: one long poll for each Syncthing, whose events become facts of the
 * spokes. Begins anew when the configuration names other spokes, folders or Syncthings. Without any of them it asks
 * nobody.
 */
export function startSyncthing(hub: Hub, {env, home, signal = hub.signal}: SyncthingOptions): void {
	let ending: AbortController | undefined;
	let key: string | undefined;
	const begin = () => {
		const next = keyOf(hub);
		if (next === key) return;
		key = next;
		ending?.abort(new DOMException('begun anew', 'AbortError'));
		hub.emit({type: 'syncthing', instances: []});
		ending = undefined;
		if (followedSpokes(hub).length === 0 && hub.state.config.tui.syncthing.length === 0) return;
		ending = new AbortController();
		void followAll(hub, {env, home, signal: AbortSignal.any([signal, ending.signal])});
	};

	const forget = hub.observe(event => {
		if (event.type === 'configured') begin();
	});
	signal.addEventListener(
		'abort',
		() => {
			forget();
			ending?.abort(signal.reason);
			hub.emit({type: 'syncthing', instances: []});
		},
		{once: true},
	);
	if (!signal.aborted) begin();
}

/** What a change of makes it begin anew. */
function keyOf(hub: Hub): string {
	return JSON.stringify([hub.state.config.tui.syncthing, followedSpokes(hub).map(({name, path}) => [name, path])]);
}

function followedSpokes(hub: Hub): SpokeConfig[] {
	return hub.state.spokes
		.filter(({config, undriven}) => {
			return config.method === 'syncthing' && config.enabled && config.invalid === undefined && undriven === undefined;
		})
		.map(({config}) => config);
}

async function followAll(hub: Hub, {env, home, signal}: Required<SyncthingOptions>): Promise<void> {
	const {follow} = await import('../syncthing/follower.js');
	const surroundings = {settings: hub.state.config.tui.syncthing, env, home};
	const places = new Map<string, string>();
	for (const {name, path} of followedSpokes(hub)) places.set(name, await realPlace(path, home));
	if (signal.aborted) return;
	const wanted = new Set(places.values());
	const states: Array<StInstance | undefined> = [];
	const folding = new Standings(hub, places, home);
	for (const [index, lead] of leadsOf(surroundings).entries()) {
		states.push(undefined);
		void follow({
			lead,
			surroundings,
			clock: hub.clock,
			signal,
			isFollowed: async ({path}) => wanted.has(await realPlace(path, home)),
			onState(state) {
				sayApi(hub, states[index], state);
				states[index] = state;
				const known = states.filter(one => one !== undefined);
				hub.emit({type: 'syncthing', instances: known});
				void folding.fold({instances: known, isWhole: known.length === states.length}, signal);
			},
		});
	}
}

/** One line when an API goes and one when it is back, whatever number of spokes depends on it. */
function sayApi(hub: Hub, before: StInstance | undefined, {name, failure, version}: StInstance): void {
	if (failure && before?.failure?.cause !== failure.cause) hub.log('WARN', undefined, failure.message);
	if (!failure && before?.failure) {
		hub.log('INFO', undefined, `Syncthing's API at ${clean(name)} answers again (${clean(version)})`);
	}
}

/** What is known of all that is followed. */
interface Known {
	readonly instances: readonly StInstance[];
	/** Each has answered, or failed to. */
	readonly isWhole: boolean;
}

/** Turns what is followed into facts of the spokes, one change after the other. */
class Standings {
	readonly #hub: Hub;
	readonly #places: ReadonlyMap<string, string>;
	readonly #home: string;
	readonly #known = new Map<string, {readonly text: string; readonly at: number; readonly isConnected: boolean}>();
	readonly #real = new Map<string, string>();
	#latest: Known = {instances: [], isWhole: false};
	#isFolding = false;

	/** @param places where each spoke's folder really is */
	constructor(hub: Hub, places: ReadonlyMap<string, string>, home: string) {
		this.#hub = hub;
		this.#places = places;
		this.#home = home;
	}

	async fold(known: Known, signal: AbortSignal): Promise<void> {
		this.#latest = known;
		if (this.#isFolding) return;
		this.#isFolding = true;
		try {
			for (let done: Known | undefined; done !== this.#latest; ) {
				done = this.#latest;
				for (const instance of done.instances) await this.#findPlaces(instance);
				if (signal.aborted) return;
				for (const [name, place] of this.#places) this.#spoke(name, place, done);
			}
		} finally {
			this.#isFolding = false;
		}
	}

	async #findPlaces({folders}: StInstance): Promise<void> {
		for (const {path} of folders.values()) {
			if (!this.#real.has(path)) this.#real.set(path, await realPlace(path, this.#home));
		}
	}

	#spoke(name: string, place: string, {instances, isWhole}: Known): void {
		const spoke = this.#hub.spoke(name);
		if (!spoke) return;
		const matches = instances
			.flatMap(instance => [...instance.folders.values()].map(folder => ({instance, folder})))
			.filter(({folder}) => this.#real.get(folder.path) === place);
		// One that moved from a Syncthing that is gone to another.
		const match = matches.find(({instance}) => !instance.failure) ?? matches[0];
		// One that is yet to answer may have it.
		if (!match && !isWhole) return;
		const standing = standingOf(instances, match, clean(spoke.config.path));
		const {facts, failure, seenAt, address} = standing;
		const isConnected = !failureOfApi(standing) && (facts?.devices.some(device => device.isConnected) ?? false);
		const text = newsOf(standing);
		const now = this.#hub.clock.now();
		const known = this.#known.get(name);
		const learned = {facts, failure, seenAt, isConnected, address};
		// A sync may have failed while Syncthing restarted, too quickly for this follower to call it gone.
		if (known?.text === text && Math.abs(now - known.at) < freshMs && !isCure(spoke, learned, now)) return;
		this.#known.set(name, {text, at: now, isConnected});
		if (known && known.isConnected !== isConnected) {
			const where = isConnected && address !== undefined ? ` at ${address}` : '';
			this.#hub.log(
				'INFO',
				name,
				`'${name}' ${isConnected ? 'is connected to' : 'is no longer connected to'} Syncthing${where}`,
			);
		}

		recordSyncthing(this.#hub, spoke.config, learned);
	}
}

function failureOfApi({failure}: Standing): boolean {
	return failure !== undefined && ['ST_DOWN', 'ST_KEY', 'ST_HOST'].includes(failure.cause);
}

/** What makes a standing worth writing down at once: everything but the time. */
function newsOf({facts, failure, address}: Standing): string {
	const devices = facts?.devices.map(({lastSeen: _, ...device}) => device);
	return JSON.stringify([facts?.instance, facts?.folder, devices, failure, address]);
}
