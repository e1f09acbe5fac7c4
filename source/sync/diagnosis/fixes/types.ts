import type {SyncthingSettings} from '../../config/types.js';
import type {Launch} from '../../schedule/units.js';
import type {Environment} from '../../ssh/environment.js';

/** What running a fix needs of the one who runs it. */
export interface FixDeps {
	readonly env: Environment;
	readonly signal: AbortSignal;
	/**
	 * Gives the terminal to a program that may ask its user something, and takes it back.
	 * @returns its exit status; what a shell would report when a signal ended it
	 */
	handOver(argv: readonly string[]): Promise<number>;
	/** How cron or systemd shall start this program. */
	readonly launch: Launch;
	/** Absolute path of the user's home. */
	readonly home: string;
	/** `tui.syncthing`. */
	readonly syncthing: readonly SyncthingSettings[];
	/** Told of every command that is run, when it starts and when it ended. */
	readonly onCommand?: (line: string) => void;
}

/** How a fix went. */
export interface FixOutcome {
	readonly ok: boolean;
	/** One line, neutralised. */
	readonly message: string;
	/** What was seen or written, neutralised. */
	readonly evidence: readonly string[];
}
