import {formatCount} from '../../text/format.js';
import type {Failure} from '../causes.js';
import type {StDevice, StFolder, StInstance, SyncthingFacts} from './types.js';

/** How one spoke stands with Syncthing. */
export interface Standing {
	/** Undefined: there is no Syncthing to ask, the folder is all there is. */
	readonly facts: Omit<SyncthingFacts, 'failure'> | undefined;
	readonly failure: Failure | undefined;
	/** When one of its devices was last in touch; undefined: never. */
	readonly seenAt: number | undefined;
	/** Where a connected device is. */
	readonly address: string | undefined;
}

/** A spoke's folder, in the Syncthing that has it. */
export interface Match {
	readonly instance: StInstance;
	readonly folder: StFolder;
}

/**
 * What the followed Syncthings say of one spoke. Text in it is neutralised.
 * @param match undefined: none of them has the spoke's folder
 * @param path the spoke's folder, for people
 */
export function standingOf(instances: readonly StInstance[], match: Match | undefined, path: string): Standing {
	if (!match) return unmatched(instances, path);
	const {instance, folder} = match;
	const devices = folder.devices.flatMap(id => instance.devices.get(id) ?? []);
	const facts = {at: instance.at ?? 0, instance: instance.name, folder, devices};
	const seen = devices.flatMap(({lastSeen}) => lastSeen ?? []);
	return {
		facts,
		failure: instance.failure
			? folderOnly(instance.failure)
			: (folderTrouble(folder) ?? deviceTrouble(folder, devices) ?? (seen.length > 0 ? local(folder) : undefined)),
		seenAt: seen.length === 0 ? undefined : Math.max(...seen),
		address: devices.find(({isConnected}) => isConnected)?.address,
	};
}

function unmatched(instances: readonly StInstance[], path: string): Standing {
	const nothing = {facts: undefined, failure: undefined, seenAt: undefined, address: undefined};
	const present = instances.filter(({isAbsent}) => !isAbsent);
	// Nobody has answered yet: nothing can be said of anything.
	if (present.length === 0 || present.some(({at, failure}) => at === undefined && !failure)) return nothing;
	const [first] = present;
	const facts = {at: first!.at ?? 0, instance: first!.name, folder: undefined, devices: []};
	const failing = present.find(({failure}) => failure !== undefined);
	if (failing) return {...nothing, facts, failure: folderOnly(failing.failure!)};
	const where = present.map(({name}) => name).join(', ');
	const message = `no folder of Syncthing (${where}) has the path ${path}`;
	return {...nothing, facts, failure: {cause: 'ST_FOLDER', message, detail: ''}};
}

function folderOnly(failure: Failure): Failure {
	return {...failure, message: `${failure.message}: folder only`};
}

function folderTrouble(folder: StFolder): Failure | undefined {
	const {id, label, type, isPaused, error, errorCount, errors, state} = folder;
	const say = (message: string, detail = ''): Failure => ({cause: 'ST_FOLDER', message, detail});
	const name = label === id ? `folder '${id}'` : `folder '${label}' (${id})`;
	if (isPaused) return say(`${name} is paused in Syncthing`);
	if (type === 'sendonly') return say(`${name} only sends: nothing of the spoke arrives, it must be receiveonly`);
	if (type === 'receiveencrypted') return say(`${name} receives encrypted files, which nobody can read here`);
	if (error !== undefined) return say(`Syncthing has stopped ${name}: ${error}`, error);
	if (state === 'error') return say(`Syncthing has stopped ${name}`);
	if (errorCount === 0) return undefined;
	const detail = errors.map(({path, error: why}) => `${path}: ${why}`).join('\n');
	const what = `${formatCount(errorCount)} ${errorCount === 1 ? 'item' : 'items'} of ${name} cannot be brought`;
	return say(errors[0] ? `${what}: ${errors[0].error}` : what, detail);
}

function deviceTrouble({id, shares, devices: ids}: StFolder, devices: readonly StDevice[]): Failure | undefined {
	const say = (message: string): Failure => ({cause: 'ST_DEVICE', message, detail: ''});
	if (ids.length === 0) return say(`folder '${id}' is shared with no device`);
	if (devices.length === 0) return say(`the device folder '${id}' is shared with is not among Syncthing's devices`);
	const paused = devices.filter(({isPaused}) => isPaused);
	if (paused.length === devices.length)
		return say(`${namesOf(paused)} ${paused.length === 1 ? 'is' : 'are'} paused in Syncthing`);
	for (const {device, remoteState} of shares) {
		const name = devices.find(one => one.id === device)?.name ?? device.slice(0, 7);
		if (remoteState === 'notSharing')
			return say(`${name} does not share folder '${id}' with this hub: accept it there`);
		if (remoteState === 'paused') return say(`${name} has paused folder '${id}'`);
	}

	return undefined;
}

/** Not before a device was there once: until then all that lies here counts as changed here. */
function local({id, localChanges}: StFolder): Failure | undefined {
	if (localChanges === 0) return undefined;
	const what = `${formatCount(localChanges)} ${localChanges === 1 ? 'item' : 'items'}`;
	const message = `${what} of folder '${id}' were changed on this hub, where it only receives`;
	return {cause: 'ST_LOCAL', message, detail: ''};
}

/** Devices by name. */
export function namesOf(devices: readonly StDevice[]): string {
	return devices.map(({name}) => `'${name}'`).join(' and ');
}

/** What Syncthing allows and a hub should not. */
export type WarningKind =
	| 'not-receive-only'
	| 'no-versioning'
	| 'no-conflict-copies'
	| 'ignores-deletions'
	| 'watch-failed';

/** A setting that takes a protection away. */
export interface StWarning {
	readonly kind: WarningKind;
	/** One line for people. */
	readonly message: string;
}

/** Settings of a folder that take a protection away; the earlier bytes are kept by us all the same. */
export function warningsOf({id, type, versioning, maxConflicts, ignoreDelete, watchError}: StFolder): StWarning[] {
	const found: StWarning[] = [];
	const add = (kind: WarningKind, message: string) => found.push({kind, message: `folder '${id}' ${message}`});
	if (type === 'sendreceive') add('not-receive-only', 'also sends: what changes here changes on the spoke');
	if (versioning === '') add('no-versioning', 'keeps no versions in Syncthing');
	if (maxConflicts === 0) add('no-conflict-copies', 'keeps no conflict copies (maxConflicts 0)');
	if (ignoreDelete) add('ignores-deletions', 'ignores deletions (ignoreDelete): it never counts as complete');
	if (watchError !== undefined) add('watch-failed', `notices changes here late: ${watchError}`);
	return found;
}
