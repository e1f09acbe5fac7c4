import {randomUUID} from 'node:crypto';
import {clean, cleanLines} from '../../text/clean.js';
import {SyncError} from '../causes.js';
import type {SpokeConfig} from '../config/types.js';
import {classify} from '../diagnosis/classify.js';
import {type Finished, shellQuote} from '../process.js';
import {type LoginOptions, runScript} from '../ssh/restricted-install.js';
import {lists, systemStatus} from './answers.js';
import {remoteCommands} from './remote.js';
import type {Remote, RemoteFolder, RemotePlan} from './setup-types.js';
import {SetupRefusal} from './setup-undo.js';

// A login without a terminal finds little: where packages, Homebrew, the macOS app and users put it.
const paths =
	'$HOME/.local/bin:$HOME/bin:/usr/local/bin:/opt/homebrew/bin:/Applications/Syncthing.app/Contents/Resources/syncthing';
const preamble = [`PATH=$PATH:${paths}`, 'export PATH'];
const byHand = 'run the commands for the spoke there yourself, and this one again without --ssh';

/**
 * Looks at a spoke's Syncthing by one login over ssh, through Syncthing's own command line, which finds address and key
 * by itself; changes nothing.
 * @param login a spoke whose source is the ssh destination
 * @throws SyncError as ssh failed; SetupRefusal where the login may not run commands or no Syncthing answers there; the
 * signal's reason
 */
export async function openSsh(login: SpokeConfig, host: string, options: LoginOptions): Promise<Remote> {
	const mark = `PIB-${randomUUID()}`;
	const finished = await runScript(login, options, [
		...preamble,
		`printf '%s\\n' ${mark}`,
		'command -v syncthing || echo none',
		`printf '%s\\n' ${mark}`,
		'syncthing cli show system 2>&1',
		`printf '%s\\n' ${mark}`,
		// The whole of it holds the API key and passwords, which must not travel.
		`syncthing cli config dump-json 2>&1 | sed -E 's/("apiKey"|"password"|"encryptionPassword"): *"([^"\\\\]|\\\\.)*"/\\1: ""/g'`,
		`printf '%s\\n' ${mark}`,
	]);
	const parts = finished.stdout.split(`${mark}\n`).slice(1);
	if (parts.length < 4) throw refused(finished, host);
	const [program, system, config] = parts as [string, string, string];
	if (program.trim() === 'none') {
		throw new SetupRefusal(`no syncthing was found on ${clean(host)}`, [
			'install it there (Debian: sudo apt install syncthing; macOS: brew install syncthing) and start it',
		]);
	}

	const status = systemStatus.safeParse(parsed(system));
	if (!status.success) {
		throw new SetupRefusal(`Syncthing on ${clean(host)} does not answer: ${firstLine(system)}`, [
			'start it there: systemctl --user enable --now syncthing',
			byHand,
		]);
	}

	const {devices, folders} = settingsOf(parsed(config));
	const act = async (lines: readonly string[], signal: AbortSignal | undefined): Promise<void> =>
		carryOut(login, host, {...options, signal}, lines);
	return {
		how: `over ssh to ${clean(host)}`,
		myId: status.data.myID,
		home: status.data.tilde || undefined,
		devices,
		folders,
		make: async plan => act(makeLines(plan), options.signal),
		takeBack: async plan => act(takeBackLines(plan), undefined),
		close() {},
	};
}

function refused(finished: Finished, host: string): Error {
	const failure = classify({...finished, program: 'ssh'});
	if (failure.cause !== 'FORCED_RRSYNC') return new SyncError(failure);
	return new SetupRefusal(`the key for ${clean(host)} may only pull sessions, and run nothing`, [
		'name another login: --ssh HOST, where HOST is an entry of your ssh_config with your own key',
		byHand,
	]);
}

function settingsOf(config: unknown): {devices: string[]; folders: RemoteFolder[]} {
	const {devices, folders} = (config ?? {}) as {devices?: unknown; folders?: unknown};
	const read = {devices: lists.devices.safeParse(devices), folders: lists.folders.safeParse(folders)};
	if (!read.devices.success || !read.folders.success || config === undefined) {
		throw new SetupRefusal('what Syncthing on the spoke says of its settings is not understood', [byHand]);
	}

	return {
		devices: read.devices.data.map(({deviceID}) => deviceID),
		folders: read.folders.data.map(({id, path, type, devices: own}) => ({
			...{id, path, type},
			devices: own.map(({deviceID}) => deviceID),
		})),
	};
}

function makeLines(plan: RemotePlan): string[] {
	const [device, add, share] = remoteCommands(plan).map(words => shellQuote(words));
	const place = plan.path.startsWith('~/') ? `"$HOME"/${shellQuote([plan.path.slice(2)])}` : shellQuote([plan.path]);
	return [
		// Syncthing would make one that is not there, and share nothing.
		`[ -d ${place} ] || { echo "there is no folder "${place}": has pi run there?"; exit 1; }`,
		...(plan.addsDevice ? [device!] : []),
		...(plan.folder === 'add' ? [add!] : []),
		...(plan.folder === 'keep' ? [] : [share!]),
	];
}

/** Each on its own: what was never made is not there to be removed. */
function takeBackLines({hubId, folderId, addsDevice, folder}: RemotePlan): string[] {
	const config = 'syncthing cli config';
	const id = shellQuote([folderId]);
	return [
		...(folder === 'add' ? [`${config} folders ${id} delete || :`] : []),
		...(folder === 'share' ? [`${config} folders ${id} devices ${hubId} delete || :`] : []),
		...(addsDevice ? [`${config} devices ${hubId} delete || :`] : []),
	];
}

async function carryOut(
	login: SpokeConfig,
	host: string,
	options: LoginOptions,
	lines: readonly string[],
): Promise<void> {
	if (lines.length === 0) return;
	const done = `PIB-${randomUUID()}`;
	const finished = await runScript(login, options, [...preamble, 'set -e', ...lines, `printf '%s\\n' ${done}`]);
	if (finished.stdout.split('\n').includes(done)) return;
	const failure = classify({...finished, program: 'ssh'});
	const isLogin = failure.cause !== 'UNKNOWN' && failure.cause !== 'SHELL_DIED';
	if (isLogin) throw new SyncError(failure);
	const said = cleanLines(`${finished.stdout}\n${finished.stderr}`).trim();
	throw new SetupRefusal(`Syncthing on ${clean(host)} refused: ${firstLine(said)}`, [byHand]);
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function firstLine(text: string): string {
	return clean(text.trim().split('\n')[0] ?? '', 300);
}
