import type {Failure} from '../causes.js';
import type {PastFailure} from '../store/facts.js';

/** A device as one Syncthing knows it. Text is neutralised, times are milliseconds since the epoch. */
export interface StDevice {
	readonly id: string;
	readonly name: string;
	readonly isConnected: boolean;
	readonly isPaused: boolean;
	/** `tcp://192.168.1.7:22000`; undefined while it is not connected. */
	readonly address: string | undefined;
	/** `tcp-client`, `relay-server`, `quic-client`; undefined while it is not connected. */
	readonly connection: string | undefined;
	readonly clientVersion: string | undefined;
	/** Undefined: never. */
	readonly lastSeen: number | undefined;
}

/** What a device says of its side of a folder; from Syncthing 1.20 on. */
export type RemoteState = 'valid' | 'paused' | 'notSharing' | 'unknown';

/** A device a folder is shared with. */
export interface StShare {
	readonly device: string;
	readonly remoteState: RemoteState | undefined;
	/** Items and bytes the device still lacks of the folder: what this hub has and the device has not. */
	readonly needItems: number;
	readonly needBytes: number;
}

/** One item that could not be brought. */
export interface StFileError {
	readonly path: string;
	readonly error: string;
}

/** A folder as Syncthing is set up for it. */
export interface StFolderSettings {
	readonly id: string;
	readonly label: string;
	/** As Syncthing spells it, raw. */
	readonly path: string;
	/** `receiveonly`, `sendreceive`, `sendonly`, `receiveencrypted`. */
	readonly type: string;
	readonly isPaused: boolean;
	/** `simple`, `staggered`, `trashcan`, `external`; empty: no version is kept. */
	readonly versioning: string;
	readonly ignoreDelete: boolean;
	readonly ignorePerms: boolean;
	/** 0: a conflict leaves no copy; -1: no limit; undefined: not said. */
	readonly maxConflicts: number | undefined;
	/** Ids of the devices it is shared with, without this one. */
	readonly devices: readonly string[];
}

/** A folder as it is now. */
export interface StFolder extends StFolderSettings {
	/** `idle`, `scanning`, `syncing`, `error`, …; empty while it is paused. */
	readonly state: string;
	readonly stateSince: number | undefined;
	/** Why the folder as a whole does nothing (its path or marker is missing); undefined: nothing is wrong. */
	readonly error: string | undefined;
	/** Why changes on this machine are noticed late; undefined: nothing is wrong. */
	readonly watchError: string | undefined;
	/** Items that could not be brought, as many as are named. */
	readonly errors: readonly StFileError[];
	readonly errorCount: number;
	/** Files and all items (folders, links too, no deletions) that are announced and not here yet. */
	readonly needFiles: number;
	readonly needItems: number;
	readonly needBytes: number;
	readonly globalBytes: number;
	readonly localFiles: number;
	/** Items changed on this machine although the folder only receives. */
	readonly localChanges: number;
	readonly lastScan: number | undefined;
	readonly lastFile: {readonly path: string; readonly at: number; readonly isDeleted: boolean} | undefined;
	readonly shares: readonly StShare[];
}

/** A device that knocks and is not known yet. */
export interface StPendingDevice {
	readonly id: string;
	readonly name: string;
	readonly address: string;
	readonly at: number | undefined;
}

/** A folder that a known device offers and this one does not have. */
export interface StPendingFolder {
	readonly id: string;
	readonly label: string;
	/** Id of the device that offers it. */
	readonly device: string;
	readonly at: number | undefined;
}

/** Everything followed of one Syncthing. */
export interface StInstance {
	/** Its URL, or what `tui.syncthing` names it by while that is not known. */
	readonly name: string;
	/** Last answer of its API; undefined: it never answered. */
	readonly at: number | undefined;
	/** Why its API is of no use now; undefined: it answers. */
	readonly failure: Failure | undefined;
	/** Nothing is configured and none was found: there is no Syncthing to speak of. */
	readonly isAbsent: boolean;
	readonly home: string | undefined;
	readonly version: string;
	/** Its device id; empty until it has answered. */
	readonly myId: string;
	/** By id, without itself. */
	readonly devices: ReadonlyMap<string, StDevice>;
	/** Every folder it has. */
	readonly settings: ReadonlyMap<string, StFolderSettings>;
	/** How the followed ones of them are. */
	readonly folders: ReadonlyMap<string, StFolder>;
	readonly pendingDevices: readonly StPendingDevice[];
	readonly pendingFolders: readonly StPendingFolder[];
}

/** What Syncthing tells of one spoke; kept with its facts. */
export interface SyncthingFacts {
	/** When Syncthing last answered; milliseconds since the epoch. */
	readonly at: number;
	/** URL of the instance. */
	readonly instance: string;
	/** Undefined: no folder of Syncthing is this spoke's. */
	readonly folder: StFolder | undefined;
	/** The devices it is shared with: one as a rule. */
	readonly devices: readonly StDevice[];
	/** What is wrong with it in Syncthing's eyes, with how long; undefined: nothing. */
	readonly failure: PastFailure | undefined;
}
