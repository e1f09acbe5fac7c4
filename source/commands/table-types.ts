import type {DashboardStreams} from './open-dashboard.js';
import type {CommandIo} from './types.js';
import type {WatchOptions} from './watch.js';

/** Every flag of every command; a command takes those its usage names. */
export const flags = {
	config: {type: 'string'},
	json: {type: 'boolean'},
	spoke: {type: 'string', shortFlag: 's', isMultiple: true},
	all: {type: 'boolean', shortFlag: 'a'},
	dryRun: {type: 'boolean', shortFlag: 'n'},
	long: {type: 'boolean', shortFlag: 'l'},
	follow: {type: 'boolean', shortFlag: 'f'},
	systemd: {type: 'boolean'},
	cron: {type: 'boolean'},
	watch: {type: 'boolean'},
	readOnly: {type: 'boolean'},
	demo: {type: 'boolean'},
	ascii: {type: 'boolean'},
	theme: {type: 'string'},
	screenReader: {type: 'boolean'},
	install: {type: 'boolean'},
	uninstall: {type: 'boolean'},
	method: {type: 'string'},
	path: {type: 'string'},
	schedule: {type: 'string'},
	port: {type: 'string'},
	key: {type: 'string'},
	rsyncPath: {type: 'string'},
	sshConfig: {type: 'string'},
	knownHosts: {type: 'string'},
	acceptHostKey: {type: 'string'},
	restrict: {type: 'string'},
	deviceId: {type: 'string'},
	folderId: {type: 'string'},
	spokePath: {type: 'string'},
	address: {type: 'string'},
	spokeUrl: {type: 'string'},
	spokeKeyFile: {type: 'string'},
	spokeFingerprint: {type: 'string'},
	ssh: {type: 'string'},
	wait: {type: 'boolean'},
	root: {type: 'string'},
	confirm: {type: 'string'},
	useLogin: {type: 'boolean'},
	skipSync: {type: 'boolean'},
	yes: {type: 'boolean', shortFlag: 'y'},
	purge: {type: 'boolean'},
	wrapper: {type: 'boolean'},
	deep: {type: 'boolean'},
	repair: {type: 'boolean'},
	accept: {type: 'boolean'},
	to: {type: 'string'},
	olderThan: {type: 'string'},
	keep: {type: 'string'},
	help: {type: 'boolean', shortFlag: 'h'},
	version: {type: 'boolean', shortFlag: 'v'},
} as const;

/** A flag as the table names it. */
export type FlagName = keyof typeof flags;

/** A flag as it is typed. */
export function flagWord(name: FlagName): string {
	return `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
}

/** Flags that a value follows, as they are typed. */
export const valuedFlags: ReadonlySet<string> = new Set(
	Object.entries(flags).flatMap(([name, flag]) => {
		if (flag.type !== 'string') return [];
		return [flagWord(name as FlagName), ...('shortFlag' in flag ? [`-${flag.shortFlag}`] : [])];
	}),
);

/** What a command is given: flags as parsed, names as typed. */
export interface Parsed {
	readonly flags: {
		readonly [Name in Exclude<FlagName, 'spoke' | 'help' | 'version'>]?: (typeof flags)[Name]['type'] extends 'string'
			? string
			: boolean;
	};
	/** Words that are no flags, and values of `--spoke` after them. */
	readonly names: readonly string[];
	/** The words alone, for a command that tells a session from a spoke. */
	readonly words: readonly string[];
	/** Values of `--spoke` alone. */
	readonly spokes: readonly string[];
}

/** What every command may need of the program it runs in. */
export type RunOptions = WatchOptions & DashboardStreams;

/** One command: how it is named, what it takes, what runs it. */
export interface Command {
	/** Words that name it; the dashboard has none. */
	readonly words: readonly string[];
	/** What follows them in the usage line. */
	readonly usage: string;
	/** One line for the help. */
	readonly title: string;
	/** Flags it takes beside `--config`. */
	readonly takes: readonly FlagName[];
	/** Positional names: none, spokes, files of the user's, or any words, empty ones too. */
	readonly names: 'none' | 'spokes' | 'files' | 'words';
	run(io: CommandIo, parsed: Parsed, options: RunOptions): Promise<number>;
}
