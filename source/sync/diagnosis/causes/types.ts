import type {Cause} from '../../causes.js';
import type {FixNames} from '../names.js';
import type {CheckId, Fix, Scenario} from '../types.js';

/** What the failing program said, as recorded; `classify` finds the cause in it. */
export interface Recorded {
	readonly program: 'rsync' | 'ssh';
	/** Lines of stderr. */
	readonly stderr: string;
	readonly exitCode: number;
}

/** Everything that is known of one class of failure. Nothing here knows a spoke: names come as an argument. */
export interface CauseEntry {
	readonly cause: Cause;
	readonly scenario: Scenario;
	/** A few plain words: the headline. */
	readonly title: string;
	/** What is wrong, in a sentence or two. */
	plain(names: FixNames): string;
	/** Why it is so, and why the fixes help; without names. */
	readonly why: string;
	/** What it looks like; in words where no program's text gives it away. */
	readonly signature: Recorded | string;
	/** The check that confirms it. */
	readonly check: CheckId;
	/** How that check confirms it. */
	readonly confirm: string;
	/** The best one first; empty only for UNKNOWN. */
	fixes(names: FixNames): readonly Fix[];
	/** True when the next run may succeed without anybody doing anything. */
	readonly isRetryable: boolean;
}
