import * as z from 'zod/mini';

// Read once a minute at most, and `new Function` has no place here.
z.config({jitless: true});

/*
 * What Syncthing 1.19 to 2.x answer, as far as it is used. Only what every one of them sends is required; fields that are
 * not named here are ignored. Its Go code writes `null` for an empty list or map, and the year 1 or 1970 for "never".
 */

function list<Item extends z.ZodMiniType>(item: Item) {
	return z.pipe(
		z.nullish(z.array(item)),
		z.transform(value => value ?? []),
	);
}

function map<Item extends z.ZodMiniType>(item: Item) {
	return z.pipe(
		z.nullish(z.record(z.string(), item)),
		z.transform(value => value ?? {}),
	);
}

const count = z.optional(
	z.pipe(
		z.nullable(z.number()),
		z.transform(value => value ?? 0),
	),
);
const text = z.optional(
	z.pipe(
		z.nullable(z.string()),
		z.transform(value => value ?? ''),
	),
);
const flag = z.optional(
	z.pipe(
		z.nullable(z.boolean()),
		z.transform(value => value ?? false),
	),
);

/** Milliseconds since the epoch; undefined for "never", which is the year 1 or 1970. */
const time = z.pipe(
	z.nullish(z.string()),
	z.transform(value => {
		const at = Date.parse(value ?? '');
		return at >= 86_400_000 ? at : undefined;
	}),
);

/** `system/status`. */
export const systemStatus = z.object({myID: z.string(), startTime: time, tilde: text});

/** `system/version`. */
export const systemVersion = z.object({version: z.string(), os: text, arch: text});

/** One of `system/connections`: 1.24 and later add `primary` and `secondary`, and keep the old fields for the first. */
export const connection = z.object({
	connected: z.boolean(),
	paused: flag,
	address: text,
	clientVersion: text,
	type: text,
	isLocal: flag,
	primary: z.nullish(z.object({address: text, type: text, isLocal: flag})),
});

/** `system/connections`, by device id; up to 1.x the device itself is among them. */
export const connections = z.object({connections: map(connection)});

/** `stats/device`, by device id. */
export const deviceStats = map(z.object({lastSeen: time}));

/** `stats/folder`, by folder id. */
export const folderStats = map(
	z.object({lastScan: time, lastFile: z.nullish(z.object({filename: text, at: time, deleted: flag}))}),
);

/** One of `config/devices`. */
export const deviceConfig = z.object({
	deviceID: z.string(),
	name: text,
	paused: flag,
	addresses: list(z.string()),
});

/** One of `config/folders`. */
export const folderConfig = z.object({
	id: z.string(),
	label: text,
	path: z.string(),
	type: z.string(),
	paused: flag,
	ignorePerms: flag,
	ignoreDelete: flag,
	maxConflicts: z.optional(z.number()),
	markerName: text,
	fsWatcherEnabled: flag,
	devices: list(z.object({deviceID: z.string(), encryptionPassword: text})),
	versioning: z.nullish(z.object({type: text, params: map(z.string())})),
});

/** `db/status`, and `data.summary` of the event FolderSummary. */
export const folderStatus = z.object({
	state: text,
	stateChanged: time,
	error: text,
	/** 1.x. */
	invalid: text,
	watchError: text,
	globalFiles: count,
	globalBytes: count,
	localFiles: count,
	localBytes: count,
	needFiles: count,
	needDirectories: count,
	needSymlinks: count,
	needDeletes: count,
	needBytes: count,
	needTotalItems: count,
	inSyncBytes: count,
	pullErrors: count,
	errors: count,
	receiveOnlyTotalItems: count,
	receiveOnlyChangedBytes: count,
	ignorePatterns: flag,
});

/** `db/completion`, and the event FolderCompletion; `remoteState` from 1.20 on. */
export const completion = z.object({
	completion: count,
	needItems: count,
	needBytes: count,
	needDeletes: count,
	globalItems: count,
	globalBytes: count,
	remoteState: text,
});

/** One of `folder/errors`, and of the event FolderErrors. */
const fileError = z.object({path: text, error: text});

/** `folder/errors`. */
export const folderErrors = z.object({errors: list(fileError)});

/** `db/localchanged`. */
export const localChanged = z.object({
	files: list(z.object({name: z.string(), type: text, size: count, deleted: flag, modified: time})),
});

const needed = z.object({name: z.string(), type: text, size: count, deleted: flag, modified: time});

/** `db/need`: what is announced and not here, in three states of the same. */
export const need = z.object({progress: list(needed), queued: list(needed), rest: list(needed)});

/** `cluster/pending/devices`, by device id. */
export const pendingDevices = map(z.object({time, name: text, address: text}));

/** `cluster/pending/folders`, by folder id, then by the device that offers it. */
export const pendingFolders = map(
	z.object({offeredBy: map(z.object({time, label: text, receiveEncrypted: flag, remoteEncrypted: flag}))}),
);

/** `folder/versions`, by path. */
export const folderVersions = map(list(z.object({versionTime: time, modTime: time, size: count})));

/** One of `events`. */
export const event = z.object({id: z.number(), type: z.string(), data: z.unknown()});

/** Settings that are handed back as they came, changed in a few places. */
export const settings = z.record(z.string(), z.unknown());

export const lists = {
	devices: list(deviceConfig),
	folders: list(folderConfig),
	events: list(event),
};

export type SystemStatus = z.output<typeof systemStatus>;
export type Connection = z.output<typeof connection>;
export type DeviceConfig = z.output<typeof deviceConfig>;
export type FolderConfig = z.output<typeof folderConfig>;
export type FolderStatus = z.output<typeof folderStatus>;
export type Completion = z.output<typeof completion>;
export type FileError = z.output<typeof fileError>;
export type SyncthingEvent = z.output<typeof event>;
