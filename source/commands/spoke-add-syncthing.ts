import {SyncError} from '../sync/causes.js';
import {hubPath, piSessions, ValueError} from '../sync/config/paths.js';
import {parseSource} from '../sync/config/source.js';
import type {HubConfig, SpokeConfig} from '../sync/config/types.js';
import {
	DeviceIdError,
	type HubSide,
	lookAtHub,
	openRest,
	openSsh,
	planSetup,
	type Remote,
	readDeviceId,
	SetupRefusal,
	type SpokeSetup,
} from '../sync/services/spoke-setup.js';
import {failedStep, running, type StepContext, StepError} from '../sync/services/spoke-step.js';
import {clean} from '../text/clean.js';
import {UsageError} from './open-hub.js';
import {chooseDevice} from './spoke-add-device.js';
import {isYes} from './spoke-ask.js';

/** What `spoke add` and `spoke set --method syncthing` take for Syncthing. */
export interface SyncthingFlags {
	/** Of the spoke. */
	readonly deviceId?: string;
	readonly folderId?: string;
	/** Folder of sessions on the spoke; `~/.pi/agent/sessions` unless told. */
	readonly spokePath?: string;
	/** Where the device is, as `tcp://laptop.lan:22000`; found by itself unless told. */
	readonly address?: string;
	/** REST API of the spoke's Syncthing, the file with its key, the SHA-256 of its certificate. */
	readonly spokeUrl?: string;
	readonly spokeKeyFile?: string;
	readonly spokeFingerprint?: string;
	/** A login on the spoke that may run commands. */
	readonly ssh?: string;
	readonly sshConfig?: string;
	readonly knownHosts?: string;
	readonly key?: string;
	readonly port?: string;
}

/**
 * Looks at the hub's Syncthing, and at the spoke's where that was asked for, finds the device, shows what is going to
 * be done and asks. Nothing is changed yet. The caller closes `side.client` and `remote`.
 * @returns undefined when there is no Syncthing on this hub and nothing was asked of it
 * @throws StepError, UsageError, the signal's reason
 */
export async function prepareSyncthing(
	context: StepContext,
	config: HubConfig,
	spoke: SpokeConfig,
	flags: SyncthingFlags,
): Promise<SpokeSetup | undefined> {
	const {io, say, asker, isAgreed} = context;
	const given = flags.deviceId === undefined ? undefined : checkedId(flags.deviceId);
	const {spokePath = piSessions} = flags;
	if (!/^(?:~\/|\/)\P{Cc}+$/u.test(spokePath)) throw new UsageError('--spoke-path must begin with / or ~/');
	const surroundings = {settings: config.tui.syncthing, env: io.env, home: io.home};
	let [side, remote] = [undefined as HubSide | undefined, undefined as Remote | undefined];
	try {
		side = await lookAtHub(spoke.path, surroundings, io.signal);
		if (!side) {
			const {deviceId, folderId, ssh, spokeUrl} = flags;
			const why = 'no Syncthing was found on this hub';
			if ([deviceId, folderId, ssh, spokeUrl].some(flag => flag !== undefined)) {
				throw new StepError(why, [
					'start it here: systemctl --user enable --now syncthing',
					'or say where it is: tui.syncthing in config.yaml',
				]);
			}

			say(`${why}: only the entry is written`);
			return undefined;
		}

		say(`this hub's Syncthing answers at ${side.url}`);
		remote = await openRemote(context, spoke, flags);
		const isKnown = given !== undefined || remote !== undefined || (side.folder?.devices.length ?? 0) > 0;
		const chosen = isKnown
			? {side, deviceId: given}
			: await chooseDevice(context, side, spoke.name, spokePath, flags.folderId);
		const wish = {
			...{name: spoke.name, place: spoke.path, home: io.home, deviceId: chosen.deviceId},
			...(flags.folderId === undefined ? {} : {folderId: flags.folderId}),
			...(flags.address === undefined ? {} : {addresses: [flags.address]}),
		};
		const setup = await planSetup(chosen.side, wish, spokePath, remote);
		showSteps(context, setup);
		if (asker.isThere && !isAgreed && !(await isYes(asker, 'Make this on the hub?'))) {
			throw new StepError('nothing was made', ['run the same command again when you have decided']);
		}

		if (!remote || setup.onSpoke.folder === 'keep') return setup;
		if (isAgreed || (await isYes(asker, `Make its part on the spoke too, ${remote.how}?`))) return setup;
		say('nothing is written to the spoke: its part is for you to make');
		remote.close();
		return {...setup, remote: undefined};
	} catch (error) {
		side?.client.close();
		remote?.close();
		io.signal.throwIfAborted();
		throw asSetupStep(error, spoke);
	}
}

function showSteps({say}: StepContext, {steps, warnings}: SpokeSetup): void {
	for (const {side, text, command} of steps) {
		say(`${side === 'hub' ? 'on the hub: ' : 'on the spoke:'} ${text}`);
		if (command !== undefined) say(`    ${command}`);
	}

	for (const {text} of warnings) say(`! ${text}`);
}

/** A setup that did not work out as a step of the command; anything else as it is. */
export function asSetupStep(error: unknown, spoke: SpokeConfig): unknown {
	if (error instanceof SetupRefusal) return new StepError(error.message, error.next, {cause: error});
	return error instanceof SyncError ? failedStep(error.failure, spoke) : error;
}

function checkedId(text: string): string {
	try {
		return readDeviceId(text);
	} catch (error) {
		if (!(error instanceof DeviceIdError)) throw error;
		throw new UsageError(`--device-id is no device id: ${error.message}`, {cause: error});
	}
}

async function openRemote(
	context: StepContext,
	spoke: SpokeConfig,
	flags: SyncthingFlags,
): Promise<Remote | undefined> {
	const {spokeUrl, spokeKeyFile, spokeFingerprint, ssh} = flags;
	const {io, say, settings} = context;
	if (spokeUrl !== undefined && ssh !== undefined) throw new UsageError('--spoke-url or --ssh, not both');
	if ((spokeUrl === undefined) !== (spokeKeyFile === undefined)) {
		throw new UsageError('--spoke-url and --spoke-key-file go together');
	}

	let remote: Remote | undefined;
	if (spokeUrl !== undefined) {
		if (!/^https?:\/\/[^/]+\/?$/.test(spokeUrl)) throw new UsageError('--spoke-url is like http://laptop.lan:8384');
		const target = {
			url: spokeUrl,
			keyFile: file('--spoke-key-file', spokeKeyFile!, io.home),
			fingerprint: spokeFingerprint,
		};
		remote = await openRest(target, io.signal);
	} else if (ssh !== undefined)
		remote = await openSsh(loginOf(spoke, flags, io.home), ssh, {...running(context), settings});
	if (remote) say(`the spoke's Syncthing answers ${remote.how}: ${remote.myId}`);
	return remote;
}

function loginOf(
	spoke: SpokeConfig,
	{ssh, sshConfig, knownHosts, key, port}: SyncthingFlags,
	home: string,
): SpokeConfig {
	if (port !== undefined && !/^\d{1,5}$/.test(port))
		throw new UsageError(`--port must be a number, not ${clean(port)}`);
	try {
		return {
			...spoke,
			source: parseSource(`${ssh}:./`, home),
			sshKey: key === undefined ? undefined : hubPath(key, home),
			sshConfig: sshConfig === undefined ? spoke.sshConfig : hubPath(sshConfig, home),
			knownHosts: knownHosts === undefined ? spoke.knownHosts : hubPath(knownHosts, home),
			port: port === undefined ? undefined : Number(port),
		};
	} catch (error) {
		if (!(error instanceof ValueError)) throw error;
		throw new UsageError(`--ssh ${error.message}`, {cause: error});
	}
}

function file(flag: string, text: string, home: string): string {
	try {
		return hubPath(text, home);
	} catch (error) {
		if (!(error instanceof ValueError)) throw error;
		throw new UsageError(`${flag} ${error.message}`, {cause: error});
	}
}
