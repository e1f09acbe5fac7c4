import type {Hub} from '../sync/hub.js';
import {acceptSpokeVersion, keepHubCopy, versionsOf} from '../sync/services/versions.js';
import {shown} from '../sync/sessions/tree.js';
import {clean} from '../text/clean.js';
import {formatBytes} from '../text/format.js';
import {jsonLine} from '../text/json.js';
import {answered} from './answered.js';
import {type HubFlags, openHub, UsageError} from './open-hub.js';
import {type Asker, isYes} from './spoke-ask.js';
import {type CommandIo, exit, worstExit} from './types.js';
import {isNamed, splitWords} from './version-words.js';

/** What `sync release` takes. */
export interface ReleaseFlags extends HubFlags {
	/** Spokes, and sessions of one of them, as typed. */
	readonly words: readonly string[];
	/** Values of `--spoke`. */
	readonly spokes: readonly string[];
	/** The spoke's versions of the named sessions become current. */
	readonly accept?: boolean;
	readonly yes?: boolean;
	readonly json?: boolean;
}

/** What was lifted of one spoke. */
interface Lifted {
	readonly spoke: string;
	readonly wasHalted: boolean;
	readonly sessions: readonly string[];
	/** Sessions of which the spoke's version is current now. */
	readonly accepted: readonly string[];
}

/**
 * `sync release NAME [PATH…]`: a person has looked. The spoke's halt is lifted, and held sessions keep the hub's copy
 * without being counted as held any more; with `--accept` the spoke's versions of the named ones become current, and the
 * hub's stay as earlier versions. Nothing is deleted.
 */
export async function syncRelease(io: CommandIo, flags: ReleaseFlags, asker: Asker): Promise<number> {
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	try {
		const {spokes, paths} = splitWords(hub, flags.words, flags.spokes);
		if (spokes.length === 0) throw new UsageError('which spoke? pi-brain-tui sync release NAME [SESSION…] [--accept]');
		if (paths.length > 0 && spokes.length > 1) throw new UsageError('name sessions of one spoke at a time');
		if (flags.accept && paths.length === 0)
			throw new UsageError('--accept takes the sessions whose version on the spoke is to be current');
		const released: Lifted[] = [];
		const codes: number[] = [];
		for (const spoke of spokes) {
			codes.push(
				await answered(io, async () => {
					const lifted = await lift(io, hub, {...flags, spoke, paths}, asker);
					if (lifted) released.push(lifted);
					else io.stderr.write(`'${clean(spoke)}' is being synced right now; try again when that run has ended\n`);
					return lifted ? exit.ok : exit.locked;
				}),
			);
		}

		if (flags.json) io.stdout.write(jsonLine({schema: 1, released: released.map(liftedJson)}));
		return worstExit(codes);
	} finally {
		await close();
	}
}

function liftedJson({accepted, sessions, ...rest}: Lifted): object {
	return {
		...rest,
		sessions: sessions.map(path => shown(path)),
		...(accepted.length > 0 ? {accepted: accepted.map(path => shown(path))} : {}),
	};
}

interface Wish extends Pick<ReleaseFlags, 'accept' | 'yes' | 'json'> {
	readonly spoke: string;
	readonly paths: readonly string[];
}

/** @returns undefined when another run holds the spoke; what was done before that is said */
async function lift(io: CommandIo, hub: Hub, wish: Wish, asker: Asker): Promise<Lifted | undefined> {
	const {spoke, paths, json} = wish;
	const say = (text: string) => {
		if (!json) io.stdout.write(`${clean(spoke)}: ${text}\n`);
	};

	if (paths.length === 0) return liftAll(hub, spoke, say);
	const held = versionsOf(hub, spoke).filter(one => one.held !== undefined && !one.held.isReleased);
	const named = paths.map(word => {
		const found = held.find(({path}) => isNamed(path, word));
		if (!found) throw new UsageError(`nothing of '${word}' is held on '${spoke}'`);
		return found;
	});
	if (!wish.accept) {
		const kept = await keepHubCopy(
			hub,
			spoke,
			named.map(({path}) => path),
		);
		if ('heldBy' in kept) return undefined;
		for (const path of kept.paths) say(`the hub's copy of ${clean(shown(path))} stays current`);
		return {spoke, wasHalted: false, sessions: kept.paths, accepted: []};
	}

	if (!wish.yes) {
		const what = named
			.map(({path, held: seen}) => `  ${clean(shown(path))}: ${formatBytes(seen?.size ?? 0)} on the spoke\n`)
			.join('');
		if (!asker.isThere) throw new UsageError('--accept makes the spoke’s version current; say --yes');
		const question = `${what}Make what '${clean(spoke)}' shows current? The hub's copies stay as earlier versions.`;
		if (!(await isYes(asker, question))) throw new UsageError('nothing was changed');
	}

	const accepted: string[] = [];
	for (const {path} of named) {
		const done = await acceptSpokeVersion(hub, spoke, path);
		if ('heldBy' in done) return undefined;
		accepted.push(path);
		say(`the spoke's version of ${clean(shown(path))} is current, ${formatBytes(done.bytes)}`);
		if (done.replaced !== undefined) say(`  the one before stays: ${clean(done.replaced, 4096)}`);
	}

	return {spoke, wasHalted: false, sessions: [], accepted};
}

async function liftAll(hub: Hub, spoke: string, say: (text: string) => void): Promise<Lifted | undefined> {
	const result = await hub.release(spoke);
	if ('heldBy' in result) return undefined;
	const {halt, paths} = result;
	if (halt) say(`released; it was held because ${clean(halt.message)}`);
	for (const path of paths) say(`the hub's copy of ${clean(shown(path))} stays current`);
	if (!halt && paths.length === 0) say('nothing is held');
	return {spoke, wasHalted: halt !== undefined, sessions: paths, accepted: []};
}
