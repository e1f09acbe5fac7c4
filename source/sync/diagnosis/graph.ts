import type {SpokeConfig, TuiConfig} from '../config/types.js';
import {checkConfig} from './checks/config.js';
import {checkDisk} from './checks/disk.js';
import {checkDryRun} from './checks/dry-run.js';
import {checkFolder} from './checks/folder.js';
import {checkHostKey} from './checks/host-key.js';
import {checkLogin} from './checks/login.js';
import {checkName} from './checks/name.js';
import {checkPing} from './checks/ping.js';
import {checkSchedule} from './checks/schedule.js';
import {checkSource} from './checks/source.js';
import {checkSpoke} from './checks/spoke.js';
import {checkSshConfig} from './checks/ssh-config.js';
import {checkSyncthingConflicts} from './checks/syncthing-conflicts.js';
import {checkSyncthingDevice} from './checks/syncthing-device.js';
import {checkSyncthingFolder} from './checks/syncthing-folder.js';
import {checkSyncthing} from './checks/syncthing-found.js';
import {checkSyncthingLocal} from './checks/syncthing-local.js';
import {checkSyncthingRescan} from './checks/syncthing-rescan.js';
import {checkSyncthingSettings} from './checks/syncthing-settings.js';
import {checkSyncthingState} from './checks/syncthing-state.js';
import {checkTcp} from './checks/tcp.js';
import {checkTools} from './checks/tools.js';
import {checkWriters} from './checks/writers.js';
import type {CheckSpec} from './context.js';
import {type CheckId, checkIds} from './types.js';

/**
 * The checks that fit a spoke, in the order in which they are shown.
 * @param isDriven false: this version lists the spoke's method, but does not sync it
 */
export function checksOf(spoke: SpokeConfig, isDriven: boolean, {ssh}: Pick<TuiConfig, 'ssh'>): readonly CheckSpec[] {
	const connectMs = ssh.connectTimeoutSeconds * 1000;
	// As long as the engine's own login may take: TCP and greeting, then as long again for keys and agents, and 10 s.
	const loginMs = 2 * connectMs + 10_000;
	const hasSsh = spoke.source?.kind === 'ssh' || (spoke.source === undefined && spoke.method === 'rsync');
	const all: Readonly<Record<CheckId, Omit<CheckSpec, 'id'>>> = {
		config: {title: 'config entry', needs: [], limitMs: 10_000, run: checkConfig},
		tools: {title: 'hub tools', needs: ['config'], limitMs: 10_000, run: checkTools},
		folder: {title: 'hub folder', needs: ['config'], limitMs: 10_000, run: checkFolder},
		disk: {title: 'hub disk', needs: ['config'], limitMs: 30_000, run: checkDisk},
		'ssh-config': {title: 'ssh config', needs: ['config'], limitMs: 10_000, run: checkSshConfig},
		name: {title: 'name', needs: ['ssh-config'], limitMs: 10_000, run: checkName},
		ping: {title: 'ping', needs: ['name'], limitMs: 10_000, run: checkPing},
		// Its own limit ends it with a better word than this one, which only stands behind it.
		tcp: {title: 'tcp', needs: ['name'], limitMs: connectMs + 10_000, run: checkTcp},
		'host-key': {title: 'host key', needs: ['tcp'], limitMs: 15_000, run: checkHostKey},
		login: {title: 'ssh login', needs: ['host-key'], limitMs: 2 * loginMs, run: checkLogin},
		...syncthingChecks,
		source: {title: 'source', needs: ['config'], limitMs: 30_000, run: checkSource},
		// A spoke that freezes behind its login is not waited for much longer than the login itself.
		spoke: {title: 'spoke', needs: ['login'], limitMs: Math.min(30_000, loginMs + 10_000), run: checkSpoke},
		'dry-run': {
			title: spoke.method === 'syncthing' ? 'ledger' : 'dry run',
			needs: [...(hasSsh ? (['spoke'] as const) : (['source'] as const)), 'tools', 'folder'],
			limitMs: ssh.stallTimeoutMs + loginMs + 30_000,
			run: checkDryRun,
		},
		writers: {title: 'other writers', needs: ['config'], limitMs: 15_000, run: checkWriters},
		schedule: {title: 'schedule', needs: ['config'], after: ['login'], limitMs: loginMs, run: checkSchedule},
	};
	const ids = checkIds.filter(id => isMeant(id, spoke, {hasSsh, isDriven}));
	return ids.map(id => {
		const spec = all[id];
		const isThere = (other: CheckId) => ids.includes(other);
		return {...spec, id, needs: spec.needs.filter(isThere), after: spec.after?.filter(isThere) ?? []};
	});
}

/** Requests to a Syncthing of the hub: in its database a large folder takes seconds. */
const askMs = 20_000;

const syncthingChecks = {
	syncthing: {title: 'Syncthing', needs: ['config'], limitMs: askMs, run: checkSyncthing},
	'st-folder': {title: 'its folder', needs: ['syncthing'], limitMs: askMs, run: checkSyncthingFolder},
	'st-state': {title: 'folder state', needs: ['st-folder'], limitMs: askMs, run: checkSyncthingState},
	'st-device': {title: 'device', needs: ['st-folder'], limitMs: askMs, run: checkSyncthingDevice},
	'st-settings': {title: 'folder settings', needs: ['st-folder'], limitMs: askMs, run: checkSyncthingSettings},
	'st-local': {
		title: 'local changes',
		needs: ['st-folder'],
		after: ['st-settings'],
		limitMs: askMs,
		run: checkSyncthingLocal,
	},
	conflicts: {title: 'conflict copies', needs: ['folder'], limitMs: 30_000, run: checkSyncthingConflicts},
	rescan: {title: 'rescan', needs: ['st-state'], after: ['st-local'], limitMs: 30_000, run: checkSyncthingRescan},
} as const satisfies Partial<Record<CheckId, Omit<CheckSpec, 'id'>>>;

const syncthingOnly: ReadonlySet<string> = new Set(Object.keys(syncthingChecks));
const sshOnly: ReadonlySet<CheckId> = new Set(['ssh-config', 'name', 'ping', 'tcp', 'host-key', 'login', 'spoke']);
const undriven: ReadonlySet<CheckId> = new Set(['config', 'folder', 'disk']);

function isMeant(
	id: CheckId,
	{method}: SpokeConfig,
	{hasSsh, isDriven}: {hasSsh: boolean; isDriven: boolean},
): boolean {
	if (!isDriven && method !== 'rsync') return undriven.has(id);
	if (syncthingOnly.has(id)) return method === 'syncthing';
	if (id === 'source') return !hasSsh;
	if (id === 'tools') return method === 'rsync';
	return hasSsh || !sshOnly.has(id);
}
