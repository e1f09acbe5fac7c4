import {clean} from '../../text/clean.js';
import type {Completion, Connection, DeviceConfig, FileError, FolderConfig, FolderStatus} from './answers.js';
import type {RemoteState, StDevice, StFileError, StFolder, StFolderSettings, StShare} from './types.js';

/** Errors of single items that are kept. */
const errorsKept = 20;

/**
 * A device from what three endpoints say of it.
 * @param lastSeen as `stats/device` has it
 * @param now milliseconds since the epoch: a connected device is seen now
 */
export function deviceOf(
	{deviceID, name, paused}: DeviceConfig,
	connection: Connection | undefined,
	lastSeen: number | undefined,
	now: number,
): StDevice {
	const isConnected = connection?.connected === true;
	// 2.x: up to three connections, of which the first is spelled in the old fields too.
	const address = connection?.address || connection?.primary?.address;
	const type = connection?.type || connection?.primary?.type;
	return {
		id: deviceID,
		name: clean(name || deviceID.slice(0, 7), 64),
		isConnected,
		isPaused: (paused ?? false) || connection?.paused === true,
		address: isConnected && address ? clean(address, 200) : undefined,
		connection: isConnected && type ? clean(type, 40) : undefined,
		clientVersion: connection?.clientVersion ? clean(connection.clientVersion, 40) : undefined,
		lastSeen: isConnected ? now : lastSeen,
	};
}

/** A folder's settings. */
export function settingsOf(config: FolderConfig, myId: string): StFolderSettings {
	const {id, label, path, type, paused, versioning, ignoreDelete, ignorePerms, maxConflicts, devices} = config;
	return {
		id,
		label: clean(label || id, 64),
		path,
		type: clean(type, 32),
		isPaused: paused ?? false,
		versioning: clean(versioning?.type ?? '', 32),
		ignoreDelete: ignoreDelete ?? false,
		ignorePerms: ignorePerms ?? false,
		maxConflicts,
		devices: devices.map(({deviceID}) => deviceID).filter(device => device !== myId),
	};
}

/** A folder nothing but its settings is known of. */
export function emptyFolder(settings: StFolderSettings): StFolder {
	return {
		...settings,
		state: '',
		stateSince: undefined,
		error: undefined,
		watchError: undefined,
		errors: [],
		errorCount: 0,
		needFiles: 0,
		needItems: 0,
		needBytes: 0,
		globalBytes: 0,
		localFiles: 0,
		localChanges: 0,
		lastScan: undefined,
		lastFile: undefined,
		shares: [],
	};
}

/** The part of a folder that `db/status` and the event FolderSummary tell. */
export function statusPart(status: FolderStatus): Partial<StFolder> {
	const {needFiles = 0, needDirectories = 0, needSymlinks = 0, needBytes = 0, errors = 0, pullErrors = 0} = status;
	const error = status.error || status.invalid;
	return {
		state: clean(status.state ?? '', 32),
		stateSince: status.stateChanged,
		error: error ? clean(error, 300) : undefined,
		watchError: status.watchError ? clean(status.watchError, 300) : undefined,
		errorCount: Math.max(errors, pullErrors),
		needFiles,
		needItems: needFiles + needDirectories + needSymlinks,
		needBytes,
		globalBytes: status.globalBytes ?? 0,
		localFiles: status.localFiles ?? 0,
		localChanges: status.receiveOnlyTotalItems ?? 0,
	};
}

/** The part that `folder/errors` and the event FolderErrors tell. */
export function errorsPart(errors: readonly FileError[]): Pick<StFolder, 'errors' | 'errorCount'> {
	return {errors: errors.slice(0, errorsKept).map(one => fileError(one)), errorCount: errors.length};
}

function fileError({path, error}: FileError): StFileError {
	return {path: clean(path ?? '', 300), error: clean(error ?? '', 300)};
}

const remoteStates: ReadonlySet<string> = new Set(['valid', 'paused', 'notSharing', 'unknown']);

/** What a device lacks of a folder. */
export function shareOf(device: string, {needItems = 0, needBytes = 0, remoteState}: Completion): StShare {
	const isKnown = remoteState !== undefined && remoteStates.has(remoteState);
	return {device, needItems, needBytes, remoteState: isKnown ? (remoteState as RemoteState) : undefined};
}

/** Percent of a folder's bytes that are here, by what is missing: 100 only when nothing is. */
export function percentOf({needItems, needBytes, globalBytes}: StFolder): number {
	if (needItems === 0 && needBytes === 0) return 100;
	if (globalBytes <= 0) return 0;
	return Math.min(99, Math.max(0, Math.floor((100 * (globalBytes - needBytes)) / globalBytes)));
}
