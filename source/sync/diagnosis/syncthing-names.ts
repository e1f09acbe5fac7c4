import type {FolderWarning} from '../syncthing/advice.js';

/** What exactly is wrong, where one class of failure has several faces: of ST_DOWN, then ST_FOLDER, then ST_DEVICE. */
export const syncthingTroubles = [
	'absent',
	'no-folder',
	'folder-paused',
	'send-only',
	'encrypted',
	'path-missing',
	'marker-missing',
	'stopped',
	'items',
	'settings',
	'no-device',
	'unknown-device',
	'device-paused',
	'never',
	'disconnected',
	'not-sharing',
	'paused-there',
] as const;
export type SyncthingTrouble = (typeof syncthingTroubles)[number];

/** Something changed on the hub in a folder that only receives. */
export interface LocalChange {
	/** Below the folder. */
	readonly path: string;
	readonly bytes: number;
	readonly isDeleted: boolean;
	readonly isFolder: boolean;
}

/** Syncthing as texts and fixes name it. Text in it may stand as it came; it is neutralised when it is used. */
export interface SyncthingNames {
	readonly trouble?: SyncthingTrouble;
	/** Of its API, which is that of its page too. */
	readonly url?: string;
	/** Absolute path of the folder of its config.xml. */
	readonly home?: string;
	/** Device id of the hub's own. */
	readonly myId?: string;
	/** Id of the spoke's folder in Syncthing. */
	readonly folder?: string;
	/** The device that is concerned. */
	readonly device?: {readonly id: string; readonly name: string};
	/** Id of a folder that a device offers. */
	readonly offered?: string;
	/** Name of the folder that Syncthing wants to find in it; `.stfolder` as a rule. */
	readonly marker?: string;
	/** Files that lie in the folder though its marker is gone. */
	readonly files?: number;
	/** What Syncthing says is wrong with it. */
	readonly error?: string;
	readonly warnings?: readonly FolderWarning[];
	readonly changes?: readonly LocalChange[];
	/** How many there are, of which `changes` names the first. */
	readonly changeCount?: number;
	/** For how long nothing was heard of the device, in words. */
	readonly away?: string;
}
