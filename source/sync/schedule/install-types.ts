import type {Environment} from '../ssh/environment.js';
import type {Launch} from './units.js';

/** What is to be installed, or taken away, for the user who runs this. */
export interface InstallRequest {
	readonly kind: 'systemd' | 'cron';
	/** With systemd: a service that stays (`sync watch`) instead of a timer. */
	readonly isWatch?: boolean;
	readonly launch: Launch;
	/** Absolute path of the user's home. */
	readonly home: string;
	/** `crontab`, `systemctl` and `loginctl` are found by its PATH. */
	readonly env: Environment;
	readonly signal: AbortSignal;
	/** Told of every command that is run, when it starts and when it ended. */
	readonly onCommand?: (line: string) => void;
}

/** What was done. */
export interface Installed {
	/** False: everything was so already. */
	readonly isChanged: boolean;
	/** One sentence each, with full paths. */
	readonly done: readonly string[];
	/** What a person should still do or know. */
	readonly notes: readonly string[];
	/** Undoes it, as one would type it. */
	readonly undo: string;
}

/** It could not be installed; everything is as it was. The message says what failed, in the program's own words. */
export class ScheduleError extends Error {
	override readonly name = 'ScheduleError';
}
