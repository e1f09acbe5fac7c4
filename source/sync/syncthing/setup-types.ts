import type {Client} from './client.js';
import type {StDevice, StFolderSettings, StPendingDevice, StPendingFolder} from './types.js';

/** The hub's Syncthing before a spoke is set up in it; somebody must close its client. */
export interface HubSide {
	readonly client: Client;
	/** For people. */
	readonly url: string;
	readonly myId: string;
	/** As other devices are shown it; neutralised. */
	readonly name: string;
	/** By id. */
	readonly folders: ReadonlyMap<string, StFolderSettings>;
	/** By id, without itself. */
	readonly devices: ReadonlyMap<string, StDevice>;
	/** The folder at the spoke's place; undefined: none yet. */
	readonly folder: StFolderSettings | undefined;
	readonly pendingDevices: readonly StPendingDevice[];
	readonly pendingFolders: readonly StPendingFolder[];
}

/** What is wanted. */
export interface Wish {
	/** The spoke's name. */
	readonly name: string;
	/** Absolute path of its sessions on the hub. */
	readonly place: string;
	/** Absolute path of the hub user's home. */
	readonly home: string;
	/** As `readDeviceId` gives it; undefined only where the folder is there and shared already. */
	readonly deviceId: string | undefined;
	/** How the device is to be called; the spoke's name unless told. */
	readonly deviceName?: string;
	/** Undefined: the one offered, else one after the spoke's name. */
	readonly folderId?: string;
	/** Where the device is, as `tcp://laptop.lan:22000`; found by itself unless told. */
	readonly addresses?: readonly string[];
}

/** What is made on the hub. */
export interface HubPlan {
	readonly folderId: string;
	readonly place: string;
	readonly deviceId: string | undefined;
	readonly deviceName: string;
	readonly addresses: readonly string[];
	readonly addsDevice: boolean;
	/** `share`: it is there, and the device is added to it; `keep`: it is there and shared. */
	readonly folder: 'add' | 'share' | 'keep';
}

/** One thing a setup does, for people to read before they agree. */
export interface SetupStep {
	readonly side: 'hub' | 'spoke';
	/** One line, neutralised. */
	readonly text: string;
	/** The same for a shell on the spoke; undefined where nobody types it. */
	readonly command?: string;
}

/** A spoke's Syncthing as it was found. */
export interface Remote {
	/** `over ssh to laptop`, `at http://laptop:8384`; neutralised. */
	readonly how: string;
	readonly myId: string;
	/** Absolute path of the home of whoever it runs as; undefined: not said. */
	readonly home: string | undefined;
	/** Ids of the devices it knows. */
	readonly devices: readonly string[];
	readonly folders: readonly RemoteFolder[];
	/** Carries out a plan. Throws ApiError, SyncError or the signal's reason. */
	make(plan: RemotePlan): Promise<void>;
	/** Takes back what `make` may have done, as far as it has; works after the signal too. */
	takeBack(plan: RemotePlan): Promise<void>;
	close(): void;
}

/** A folder of the spoke's Syncthing. */
export interface RemoteFolder {
	readonly id: string;
	/** As Syncthing spells it. */
	readonly path: string;
	readonly type: string;
	/** Ids, with its own. */
	readonly devices: readonly string[];
}

/** What is made on the spoke. */
export interface RemotePlan {
	readonly hubId: string;
	readonly hubName: string;
	readonly folderId: string;
	/** On the spoke, absolute or beginning with `~/`. */
	readonly path: string;
	readonly label: string;
	readonly addsDevice: boolean;
	readonly folder: 'add' | 'share' | 'keep';
}
