/** How a spoke's sessions reach the hub. */
export type MethodName = 'rsync' | 'syncthing' | 'manual' | 'api';

/** Where an rsync or manual spoke's sessions come from. */
export type Source =
	| {
			readonly kind: 'ssh';
			/** Host or ssh alias, validated: no leading `-`, no white space, no control characters. */
			readonly host: string;
			readonly user: string | undefined;
			/** The folder on the spoke, as rsync takes it: `.pi/agent/sessions`, `/abs/dir`, `./` (rrsync); no trailing slash added. */
			readonly path: string;
	  }
	| {readonly kind: 'local' /** Absolute path on the hub (USB drive, NFS mount). */; readonly path: string};

/** What `rsync_options` came down to, whichever of its two shapes was written. */
export interface RsyncOptions {
	/** KiB per second, as rsync's `--bwlimit` takes it; undefined: no limit. */
	readonly bwLimit: number | undefined;
	/** Seconds of `--timeout`; undefined: ours. */
	readonly timeoutSeconds: number | undefined;
	/** Arguments that passed the check against running commands and leaving the spoke's folder. */
	readonly extraArgs: readonly string[];
	/** `delete: true` or a `--delete*` argument was written: read, explained, ignored. */
	readonly deleteAsked: boolean;
}

/** Something about the configuration a person should read. */
export interface Problem {
	readonly severity: 'error' | 'warning' | 'info';
	/** Absolute path of the file. */
	readonly file: string;
	/** 1-based; undefined when no place in the file is to blame. */
	readonly line: number | undefined;
	readonly column: number | undefined;
	/** E.g. `spokes[1] "server"`; empty for the file as a whole. */
	readonly where: string;
	/** E.g. `sync_method must be one of rsync, syncthing, manual, api`. */
	readonly message: string;
	/** Name of the spoke concerned. */
	readonly spoke: string | undefined;
}

/** A spoke as the engine uses it: defaults filled in, paths absolute. */
export interface SpokeConfig {
	readonly name: string;
	readonly method: MethodName;
	readonly enabled: boolean;
	/** Absolute path of the current versions of its sessions on the hub. */
	readonly path: string;
	/** Undefined for syncthing, api and for manual folders that something else fills. */
	readonly source: Source | undefined;
	/** The source as the file spells it, for people; undefined when there is none. */
	readonly sourceText: string | undefined;
	readonly port: number | undefined;
	/** Absolute path of the private key. */
	readonly sshKey: string | undefined;
	readonly sshConfig: string | undefined;
	readonly knownHosts: string | undefined;
	/** rsync on the spoke; undefined: whatever `rsync` finds there. */
	readonly rsyncPath: string | undefined;
	/** Cron expression of 5 or 6 fields, or undefined when nothing is scheduled. */
	readonly schedule: string | undefined;
	/** True when the file names no schedule and `tui.default_schedule` applies. */
	readonly isDefaultSchedule: boolean;
	/** Milliseconds without contact after which the spoke is late. */
	readonly staleAfterMs: number;
	readonly rsyncOptions: RsyncOptions;
	readonly excludePatterns: readonly string[];
	/** Days; undefined: everything is taken at first. */
	readonly initialSyncDays: number | undefined;
	/** Set when the entry cannot be used; the spoke is shown as failed with CONFIG_INVALID and never synced. */
	readonly invalid: string | undefined;
	/** 1-based line of the entry in config.yaml. */
	readonly line: number | undefined;
}

/** What `tui:` says about the screen. */
export interface ScreenConfig {
	readonly theme: 'auto' | 'mono' | 'high-contrast' | 'light' | 'dark';
	/** Undefined: as the locale and the terminal allow. */
	readonly ascii: boolean | undefined;
	readonly bell: 'on' | 'off' | 'visual';
	readonly title: boolean;
	/** Read and checked; nothing on the screen is a link yet. */
	readonly hyperlinks: 'auto' | 'on' | 'off';
	readonly clipboard: 'auto' | 'osc52' | 'off';
	/** Frames a second, at most. */
	readonly maxFps: number;
	/** Keys by command id, as written: the keymap judges them. */
	readonly keys: Readonly<Record<string, readonly string[]>>;
}

/** The screen as it is unless the file says otherwise. */
export const defaultScreen: ScreenConfig = {
	theme: 'auto',
	ascii: undefined,
	bell: 'on',
	title: true,
	hyperlinks: 'auto',
	clipboard: 'auto',
	maxFps: 30,
	keys: {},
};

/** An entry of `tui.syncthing`: how a Syncthing of this hub is reached, where its config.xml does not say. */
export interface SyncthingSettings {
	/** `http://127.0.0.1:8384`; undefined: as config.xml says. */
	readonly url: string | undefined;
	/** Never shown and never logged. */
	readonly apiKey: string | undefined;
	/** Absolute path of a file that holds nothing but the key. */
	readonly apiKeyFile: string | undefined;
	/** Absolute path of the folder of its config.xml. */
	readonly home: string | undefined;
	/** SHA-256 of its https certificate, 64 upper-case hexadecimal digits; undefined: as https-cert.pem in `home` says. */
	readonly fingerprint: string | undefined;
}

/** Settings under `tui:`, defaults filled in. */
export interface TuiConfig {
	readonly defaultSchedule: string | undefined;
	readonly probeIntervalMs: number;
	readonly staleAfterMs: number;
	readonly concurrency: number;
	readonly ssh: {
		readonly multiplex: boolean;
		readonly connectTimeoutSeconds: number;
		/** Milliseconds without a byte after which a transfer is ended as STALLED. */
		readonly stallTimeoutMs: number;
	};
	readonly compress: 'auto' | 'on' | 'off';
	readonly protect: 'auto' | 'off';
	/** When everything is verified deeply; undefined: never by itself. */
	readonly verifySchedule: string | undefined;
	/** Argv run once per incident; undefined: none. */
	readonly notifyCommand: readonly string[] | undefined;
	/** IANA zone for cron expressions; undefined: the hub's own. */
	readonly timeZone: string | undefined;
	/** Empty: the one whose config.xml lies in a usual place. */
	readonly syncthing: readonly SyncthingSettings[];
	readonly screen: ScreenConfig;
}

/** `tui:` of a file that says nothing. */
export const defaultTui: TuiConfig = {
	// Every quarter of an hour, the seed's own rhythm.
	defaultSchedule: '*/15 * * * *',
	probeIntervalMs: 60_000,
	staleAfterMs: 2 * 3600 * 1000,
	concurrency: 4,
	ssh: {multiplex: true, connectTimeoutSeconds: 10, stallTimeoutMs: 60_000},
	compress: 'auto',
	protect: 'auto',
	// Once a week, in the small hours of Sunday: every byte is read.
	verifySchedule: '17 4 * * 0',
	notifyCommand: undefined,
	timeZone: undefined,
	syncthing: [],
	screen: defaultScreen,
};

/** Everything the engine reads from config.yaml. */
export interface HubConfig {
	/** Absolute path of config.yaml, whether or not it exists. */
	readonly file: string;
	/** Folder of config.yaml: logs/ and run/ live below it. */
	readonly folder: string;
	readonly hubName: string;
	/** The hub's own sessions. */
	readonly sessionsDir: string;
	readonly syncedSessionsDir: string;
	readonly databaseDir: string;
	readonly tui: TuiConfig;
	readonly spokes: readonly SpokeConfig[];
}

/** What reading config.yaml gave. */
export interface LoadedConfig {
	/** Undefined only when the file cannot be read or parsed at all. */
	readonly config: HubConfig | undefined;
	readonly problems: readonly Problem[];
	/** False when the file does not exist: everything is at its default and there are no spokes. */
	readonly exists: boolean;
}
