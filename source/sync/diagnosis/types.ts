import type {Cause} from '../causes.js';
import type {FolderFix} from '../syncthing/advice.js';

/** The checks, in the order in which they are shown; each stands behind those it depends on. */
export const checkIds = [
	'config',
	'tools',
	'folder',
	'disk',
	'ssh-config',
	'name',
	'ping',
	'tcp',
	'host-key',
	'login',
	'syncthing',
	'st-folder',
	'st-state',
	'st-device',
	'st-settings',
	'st-local',
	'source',
	'spoke',
	'dry-run',
	'conflicts',
	'writers',
	'schedule',
	'rescan',
] as const;
export type CheckId = (typeof checkIds)[number];

/** How a check ended. `skip`: it could not be run, because of another one or because this key may not. */
export type CheckStatus = 'pass' | 'warn' | 'fail' | 'skip';

/** A check as the panel and `sync diagnose` show it. Times in milliseconds. */
export interface CheckResult {
	readonly id: CheckId;
	readonly title: string;
	readonly status: CheckStatus | 'waiting' | 'running';
	/** One line: what was found, or why it was skipped. Neutralised; empty while it waits. */
	readonly summary: string;
	/** Command lines that were run for it, as one would type them; undefined for what the hub knows by itself. */
	readonly command: string | undefined;
	/** Of the last command; undefined when there is none or a signal ended it. */
	readonly exit: number | undefined;
	/** Since the epoch; undefined while it waits. */
	readonly startedAt: number | undefined;
	readonly tookMs: number;
	/** What it may take at most. */
	readonly limitMs: number;
	/** What was seen, verbatim but neutralised: at most 200 lines of at most 1,024 characters. */
	readonly evidence: readonly string[];
	/** The class of failure, of `fail` and some of `warn`. */
	readonly cause: Cause | undefined;
}

/** Scenarios of the runbook; A to F are the seed's. */
export const scenarios = {
	A: 'SSH key issues',
	B: 'SSH host key changed',
	C: 'Spoke unreachable',
	D: 'rsync not installed on the spoke',
	E: 'Permission issues',
	F: 'Disk space',
	G: 'The spoke answers, but not as expected',
	H: 'Configuration and schedule',
	I: 'Held by the append-only guard',
	J: 'Unknown failure',
	K: 'Syncthing',
} as const;
export type Scenario = keyof typeof scenarios;

/** What the hub can do by itself after a `y`. Every path is absolute; argv is never a shell string. */
export type FixAction =
	| {readonly type: 'chmod'; readonly path: string; readonly mode: 0o600 | 0o700}
	| {readonly type: 'mkdir'; readonly path: string}
	/** A key of its own without passphrase for this hub, never over a file that is there. */
	| {readonly type: 'keygen'; readonly path: string; readonly comment: string}
	/** The terminal is handed to the program: it may ask for a password. */
	| {readonly type: 'hand-over'; readonly argv: readonly string[]}
	/** Appends the scanned keys to known_hosts, after their fingerprints were shown. */
	| {
			readonly type: 'trust-host-key';
			readonly file: string;
			readonly lines: readonly string[];
			readonly fingerprints: readonly string[];
	  }
	/** Replaces a key that has changed; the spoke's name must be typed in full. */
	| {
			readonly type: 'replace-host-key';
			readonly file: string;
			/** As ssh-keygen -R takes it: `host` or `[host]:port`. */
			readonly host: string;
			readonly line: number | undefined;
			readonly before: readonly string[];
			readonly lines: readonly string[];
			readonly fingerprints: readonly string[];
	  }
	| {readonly type: 'install-schedule'; readonly kind: 'systemd' | 'cron'}
	/** Asks the hub's own Syncthing for it; nothing is asked of the spoke's. */
	| {readonly type: 'syncthing'; readonly url: string; readonly change: SyncthingChange};

/** What Syncthing can be asked to change. Folders and devices by their ids. */
export type SyncthingChange =
	| {readonly kind: 'resume-device'; readonly device: string}
	| {readonly kind: 'resume-folder' | 'pause-folder' | 'rescan'; readonly folder: string}
	| {readonly kind: 'folder-setting'; readonly folder: string; readonly fix: FolderFix};

/** One way out. */
export interface Fix {
	readonly title: string;
	/** As one would type it, with the real names in it; undefined where it is no command. */
	readonly command: string | undefined;
	readonly where: 'hub' | 'spoke';
	/** Why it helps, or what to mind; undefined where the title says it. */
	readonly note: string | undefined;
	/** Undefined: shown, never run. */
	readonly action: FixAction | undefined;
}

/** What a diagnosis came to; the same for the panel, the text and `--json`. */
export interface Diagnosis {
	readonly spoke: string;
	/** Since the epoch. */
	readonly startedAt: number;
	readonly tookMs: number;
	readonly isRunning: boolean;
	/** In the order of `checkIds`; only those that this spoke's method has. */
	readonly checks: readonly CheckResult[];
	/** Of the worst check; while it runs: of those that ended. */
	readonly verdict: 'ok' | 'warn' | 'fail';
	/** What blocks first; undefined when nothing does. */
	readonly cause: Cause | undefined;
	readonly scenario: Scenario | undefined;
	/** The cause in plain words, with the spoke's own names; undefined when nothing blocks. */
	readonly plain: string | undefined;
	/** Why it is so, and why the fixes help. */
	readonly why: string | undefined;
	/** The best one first. */
	readonly fixes: readonly Fix[];
}
