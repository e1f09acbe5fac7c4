import type {SessionHeader} from '../sessions/types.js';
import type {ObservationKind} from '../store/ledger-rows.js';

/** One version of a session, as far as its ends tell. */
export interface StoryVersion {
	readonly bytes: number;
	/** Undefined where the first line is no header. */
	readonly header: Pick<SessionHeader, 'id' | 'version'> | undefined;
	/** Lines that end in a line feed, where all of it was read because it is short; undefined: longer. */
	readonly lines: number | undefined;
	/** Its last byte is no line feed. */
	readonly isTorn: boolean;
}

/** What is known of two versions of one session. */
export interface StoryFacts {
	/** What the spoke was seen to do; undefined: it shows the current version. */
	readonly seen: ObservationKind | undefined;
	/** A person brought back another version, and the spoke still shows the one that was current before. */
	readonly isSetAside: boolean;
	/** The version with less authority: the spoke's, or the one that took the earlier one's place. */
	readonly later: StoryVersion | undefined;
	/** What the hub had before. */
	readonly earlier: StoryVersion | undefined;
	/** The last bytes of the later one stand at the same place in the earlier one. */
	readonly isLikePrefix: boolean;
}

/** A header alone has 146 bytes, more with a long folder name. */
const longestHeader = 300;

/**
 * What probably happened to a session, in plain words.
 * @returns undefined when the facts tell no story: nothing is made up
 */
export function storyOf({seen, isSetAside, later, earlier, isLikePrefix}: StoryFacts): string | undefined {
	if (seen === 'gone') return 'deleted on the spoke';
	if (isSetAside) return 'an earlier version was brought back here; the spoke still has the one it replaced';
	if (!later || !earlier) return undefined;
	const isShorter = later.bytes < earlier.bytes;
	if (isShorter && later.bytes <= longestHeader && later.lines === 1 && !later.isTorn && later.header) {
		return 'pi before 0.80.3 started this file over';
	}

	const [from, to] = [earlier.header, later.header];
	if (from && to && from.id === to.id && from.version < to.version) {
		return `pi migrated it from v${from.version} to v${to.version}`;
	}

	if (isShorter && later.bytes === 0) return 'emptied on the spoke';
	return isShorter && isLikePrefix && later.isTorn ? 'cut off while being copied' : undefined;
}
