import {type CheckId, type CheckResult, checkIds, type Diagnosis, type Fix} from '../../source/sync/diagnosis/types.js';
import type {DiagnoseSight} from '../../source/view/diagnose-sight.js';
import {buildRows} from '../../source/view/rows.js';
import {type FakeKind, fakeHub, fakeNow} from '../lab/fake-state.js';
import {plainStyle} from './hostile.js';

const titles: Readonly<Record<CheckId, string>> = {
	config: 'config entry',
	tools: 'hub tools',
	folder: 'hub folder',
	disk: 'hub disk',
	'ssh-config': 'ssh config',
	name: 'name',
	ping: 'ping',
	tcp: 'tcp',
	'host-key': 'host key',
	login: 'ssh login',
	syncthing: 'Syncthing',
	'st-folder': 'its folder',
	'st-state': 'folder state',
	'st-device': 'device',
	'st-local': 'local changes',
	'st-settings': 'folder settings',
	conflicts: 'conflict copies',
	rescan: 'rescan',
	source: 'source',
	spoke: 'spoke',
	'dry-run': 'dry run',
	writers: 'other writers',
	schedule: 'schedule',
};

const found: Partial<Record<CheckId, string>> = {
	config: 'valid, pi-brain would accept it',
	tools: 'OpenSSH_9.2p1, rsync 3.5.0',
	folder: '/home/will/.pi-brain/synced/gpu-box is writable',
	disk: '77 GB free (31 %), 88 % of the inodes free',
	'ssh-config': 'will@10.0.0.9:22, key /home/will/.ssh/pi-brain-sync',
	name: '10.0.0.9',
	tcp: 'port 22 answers: SSH-2.0-OpenSSH_9.6',
	'host-key': 'known: ED25519 SHA256:Tr1xQ0pSg4Jm2cZ0bq1yYw7WZ3f8hLr2n5mX9uKdEvA',
	login: 'as will, in 0.3 s',
	spoke: 'rsync 3.2.7, 58 sessions, clock 0 s apart',
	'dry-run': '3 files would arrive, 412 KB',
	writers: 'nobody else writes here',
	schedule: '*/15 * * * *, run by this dashboard',
};

/** A step as it is before it has begun, with what is known of it. */
export function step(id: CheckId, change: Partial<CheckResult> = {}): CheckResult {
	return {
		...{id, title: titles[id], status: 'pass', summary: found[id] ?? '', command: undefined, exit: undefined},
		...{startedAt: fakeNow - 6400, tookMs: 100, limitMs: 10_000, evidence: [], cause: undefined},
		...change,
	};
}

const otherSteps: ReadonlySet<CheckId> = new Set(['syncthing', 'conflicts', 'rescan', 'source']);
const sshSteps = checkIds.filter(id => !otherSteps.has(id) && !id.startsWith('st-'));

const waiting: Partial<CheckResult> = {status: 'waiting', summary: '', startedAt: undefined, tookMs: 0};

/** The steps of a spoke behind ssh, with what is different about some. */
export function steps(changes: Partial<Record<CheckId, Partial<CheckResult>>> = {}): CheckResult[] {
	return sshSteps.map(id => step(id, changes[id]));
}

function diagnosis(change: Partial<Diagnosis>): Diagnosis {
	return {
		...{spoke: 'gpu-box', startedAt: fakeNow - 6400, tookMs: 6400, isRunning: false, checks: steps(), verdict: 'ok'},
		...{cause: undefined, scenario: undefined, plain: undefined, why: undefined, fixes: []},
		...change,
	};
}

/** Two ways out, one of which can be run. */
export const fixes: readonly Fix[] = [
	{
		title: 'give the spoke this hub’s key',
		command: 'ssh-copy-id -i ~/.ssh/pi-brain-sync.pub will@10.0.0.9',
		where: 'hub',
		note: 'asks for the password of will on the spoke, once',
		action: {type: 'hand-over', argv: ['ssh-copy-id', '-i', '/home/will/.ssh/pi-brain-sync.pub', 'will@10.0.0.9']},
	},
	{
		title: 'let sshd read the file of keys',
		command: 'chmod 700 ~/.ssh && chmod 600 ~/.ssh/authorized_keys',
		where: 'spoke',
		note: undefined,
		action: undefined,
	},
	{
		title: 'unlock the key',
		command: 'ssh-add ~/.ssh/pi-brain-sync',
		where: 'hub',
		note: undefined,
		action: {type: 'hand-over', argv: ['ssh-add', '/home/will/.ssh/pi-brain-sync']},
	},
];

const skipped: Partial<CheckResult> = {status: 'skip', summary: 'skipped: step 10 failed', tookMs: 0};

/** While the login is tried. */
export const running: Diagnosis = diagnosis({
	isRunning: true,
	checks: steps({
		ping: {status: 'warn', summary: 'no reply (often blocked; not counted as down)', tookMs: 3000},
		login: {
			...{status: 'running', summary: '', startedAt: fakeNow - 3400, tookMs: 0},
			command: 'ssh -o BatchMode=yes -o ConnectTimeout=10 gpu-box true',
			evidence: ['debug1: Connecting to 10.0.0.9 [10.0.0.9] port 22.', 'debug1: Connection established.'],
		},
		spoke: waiting,
		'dry-run': waiting,
		writers: waiting,
		schedule: waiting,
	}),
	verdict: 'warn',
});

/** The login was refused. */
export const red: Diagnosis = diagnosis({
	checks: steps({
		ping: {status: 'warn', summary: 'no reply (often blocked; not counted as down)', tookMs: 3000},
		login: {
			...{status: 'fail', summary: 'Permission denied (publickey)', tookMs: 1100, exit: 255, cause: 'AUTH_DENIED'},
			command: 'ssh -o BatchMode=yes -o ConnectTimeout=10 gpu-box true',
			evidence: ['will@10.0.0.9: Permission denied (publickey).'],
		},
		spoke: skipped,
		'dry-run': skipped,
	}),
	verdict: 'fail',
	cause: 'AUTH_DENIED',
	scenario: 'A',
	plain: 'The spoke refused every key the hub offered (1 key: pi-brain-sync).',
	why: 'The public key of this hub is not in authorized_keys of will on gpu-box, or sshd may not read that file.',
	fixes,
});

/** Nothing blocks. */
export const green: Diagnosis = diagnosis({});

/** A sight of a diagnosis at a size. */
export function sightOf(
	shown: Diagnosis,
	[width, rows]: readonly [number, number],
	change: Partial<DiagnoseSight> = {},
	kind: FakeKind = 'auth',
): DiagnoseSight {
	const state = fakeHub({spokes: 1, kinds: [kind]});
	const row = buildRows(state, fakeNow, undefined)[1]!;
	return {
		...{diagnosis: shown, sync: undefined, row: {...row, id: 'gpu-box', name: 'gpu-box'}},
		...{now: fakeNow, clock: fakeNow, home: '/home/will', offset: 0, find: ''},
		ui: {spoke: undefined, step: undefined, isExpanded: false},
		...{fixKey: '!', expandKey: 'enter', width, rows, style: plainStyle},
		...change,
	};
}
