import {clean} from '../../../text/clean.js';
import {type Cause, causes} from '../../causes.js';
import type {FixNames} from '../names.js';
import type {Fix, Scenario} from '../types.js';
import {accountCauses} from './account.js';
import {configCauses} from './config.js';
import {guardCauses} from './guard.js';
import {hostKeyCauses} from './host-key.js';
import {hubDiskCauses} from './hub-disk.js';
import {keyCauses} from './key.js';
import {nameCauses} from './name.js';
import {networkCauses} from './network.js';
import {otherCauses} from './other.js';
import {rsyncCauses} from './rsync.js';
import {shellCauses} from './shell.js';
import {sourceCauses} from './source.js';
import {sshServerCauses} from './ssh-server.js';
import {syncthingCauses} from './syncthing.js';
import {transferCauses} from './transfer.js';
import type {CauseEntry} from './types.js';

/** A cause with the spoke's own names in it; all text neutralised. */
export interface Explanation {
	readonly scenario: Scenario;
	/** A few words: the headline. */
	readonly title: string;
	/** A sentence or two. */
	readonly plain: string;
	readonly why: string;
	/** The best one first; empty only for UNKNOWN. */
	readonly fixes: readonly Fix[];
	/** True when the next run may succeed without anybody doing anything. */
	readonly isRetryable: boolean;
}

/** The families, in the order in which a sync meets them. */
export const causeFamilies: ReadonlyArray<readonly [title: string, entries: readonly CauseEntry[]]> = [
	['Configuration and schedule', configCauses],
	["The hub's disk and folders", hubDiskCauses],
	['The name', nameCauses],
	['The network', networkCauses],
	['The ssh server', sshServerCauses],
	['The host key', hostKeyCauses],
	['The key', keyCauses],
	['The account', accountCauses],
	['The shell and forced commands', shellCauses],
	['rsync', rsyncCauses],
	['The folder of sessions', sourceCauses],
	['The transfer', transferCauses],
	['Syncthing', syncthingCauses],
	['The append-only guard', guardCauses],
	['Everything else', otherCauses],
];

const entries = new Map<Cause, CauseEntry>(
	causeFamilies.flatMap(([, family]) => family.map(entry => [entry.cause, entry] as const)),
);

/**
 * Everything that is known of a class of failure.
 * @throws TypeError for a class nobody has described, which a test rules out
 */
export function entryOf(cause: Cause): CauseEntry {
	const entry = entries.get(cause);
	if (!entry) throw new TypeError(`${cause} is described nowhere`);
	return entry;
}

/** What is wrong, why, and what to do about it, with the spoke's own names. */
export function explainCause(cause: Cause, names: FixNames): Explanation {
	const entry = entryOf(cause);
	return {
		scenario: entry.scenario,
		title: entry.title,
		plain: clean(entry.plain(names), textLimit),
		why: entry.why,
		fixes: entry.fixes(names).map(safe),
		isRetryable: entry.isRetryable,
	};
}

/** UTF-16 units of a sentence. */
const textLimit = 4096;

/** Commands are neutralised word by word before they are quoted. */
function safe(fix: Fix): Fix {
	return {...fix, title: clean(fix.title, textLimit), note: fix.note && clean(fix.note, textLimit)};
}

/** Every class that is described, in the order of `causes`. */
export function describedCauses(): readonly CauseEntry[] {
	return causes.map(entryOf);
}
