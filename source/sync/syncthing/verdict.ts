import {formatBytes, formatCount} from '../../text/format.js';
import {isLate} from '../schedule/lateness.js';
import type {SpokeState} from '../state.js';
import type {Verdict} from '../status.js';
import {percentOf} from './convert.js';
import {namesOf, warningsOf} from './standing.js';
import type {StFolder, SyncthingFacts} from './types.js';

/** Milliseconds an answer of Syncthing holds: its long poll comes back once a minute. */
const answerHoldsMs = 150_000;

/** Syncthing brings or prepares what is missing. */
const pulling: ReadonlySet<string> = new Set(['syncing', 'sync-preparing', 'sync-waiting']);

/** What Syncthing told is recent enough to be so; told at a time yet to come, before a clock was set back, it is not. */
function holds({at}: SyncthingFacts, now: number): boolean {
	return Math.abs(now - at) < answerHoldsMs;
}

/** One of the spoke's devices is connected, as far as the last answer of Syncthing holds. */
export function isSyncthingConnected({facts: {syncthing}}: Pick<SpokeState, 'facts'>, now: number): boolean {
	if (syncthing === undefined || !holds(syncthing, now)) return false;
	// Without its API nobody knows.
	if (['ST_DOWN', 'ST_KEY', 'ST_HOST'].includes(syncthing.failure?.cause ?? '')) return false;
	return syncthing.devices.some(({isConnected}) => isConnected);
}

/**
 * How a spoke that Syncthing fills is, when nothing is wrong with it.
 * @param isUnasked it is about to be asked for the first time in long
 * @param age words for milliseconds
 */
export function syncthingVerdict(
	{config, facts, totals}: SpokeState,
	now: number,
	isUnasked: boolean,
	age: (ms: number) => string,
): Verdict {
	const say = (state: Verdict['state'], reason?: string): Verdict => ({state, reason, cause: undefined});
	const {syncthing, lastSeen} = facts;
	const isHolding = (totals?.sessions ?? 0) > 0 || facts.isEmptyAccepted;
	if (!syncthing?.folder) {
		return say(
			isHolding ? 'ok' : 'never',
			`folder only: Syncthing's API ${syncthing ? 'does not know it' : 'was not found'}`,
		);
	}

	const {folder, devices} = syncthing;
	const behind = behindOf(folder);
	const isConnected = devices.some(one => one.isConnected);
	if (holds(syncthing, now) && isConnected) {
		if (behind !== undefined && pulling.has(folder.state))
			return say('syncing', `${percentOf(folder)} % are here, ${behind}`);
		if (behind !== undefined) return say('due', behind);
		return say('ok', warningsOf(folder)[0]?.message);
	}

	if (lastSeen === undefined) return say('never', `${namesOf(devices)} was never connected`);
	const missing = behind ?? 'all that was announced is here';
	const away = age(now - lastSeen);
	if (isLate(lastSeen, now, config.staleAfterMs)) {
		return isUnasked ? say('ok') : say('late', `not seen for ${away}; ${missing}`);
	}

	if (!holds(syncthing, now)) return say('ok');
	return say('asleep', `not connected for ${away}; ${missing}`);
}

function behindOf({needItems, needBytes}: StFolder): string | undefined {
	if (needItems === 0 && needBytes === 0) return undefined;
	return `${formatCount(needItems)} ${needItems === 1 ? 'item' : 'items'}, ${formatBytes(needBytes)} to come`;
}
