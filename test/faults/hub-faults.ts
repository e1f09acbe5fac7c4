import {chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {mkdtemp} from 'node:fs/promises';
import path from 'node:path';
import {acquireLease} from '../../source/sync/schedule/lease.js';
import {type Scope, temporaryFolder} from '../lab/after.js';
import {nobody} from '../lab/faults-accounts.js';
import {mountSmall} from '../lab/mounts.js';
import {retype, shrink, writeSession} from '../lab/sessions.js';
import type {LabSpoke} from '../lab/sshd.js';
import {broken, type Fault, type FaultRow, startFilled} from './fault.js';

/** PATH of the hub with these programs only. */
async function hubWith(scope: Scope, ...programs: readonly string[]): Promise<Fault> {
	const {path: folder} = await temporaryFolder(scope);
	for (const program of programs) symlinkSync(`/usr/bin/${program}`, path.join(folder, program));
	return {...broken(await startFilled(scope)), env: {PATH: folder}};
}

/** A run that ends well, then something happens to the spoke's sessions. */
function later(happens: (spoke: LabSpoke, file: string) => Promise<void> | void): FaultRow['make'] {
	return async scope => {
		const spoke = await startFilled(scope);
		const {file} = await writeSession(spoke.sessionsDir, {seed: 2});
		return {...broken(spoke), isAfterRun: true, spoil: async () => happens(spoke, file)};
	};
}

/** The hub's own programs, disk, configuration, and what its guard stops. */
export const hubFaults: readonly FaultRow[] = [
	{
		cause: 'RSYNC_MISSING_HUB',
		by: 'a hub without rsync',
		word: 'error',
		firstFix: /install/,
		make: async scope => hubWith(scope, 'ssh', 'sh'),
	},
	{
		cause: 'RSYNC_MISSING_HUB',
		by: 'a hub without ssh',
		word: 'error',
		make: async scope => hubWith(scope, 'rsync', 'sh'),
	},
	{
		cause: 'DST_DENIED',
		by: 'a folder for sessions that belongs to root',
		word: 'local-disk',
		firstFix: /chown/,
		needs: ['nobody'],
		async make(scope) {
			const spoke = await startFilled(scope);
			const {path: folder} = await temporaryFolder(scope);
			chmodSync(folder, 0o755);
			return {...broken(spoke, {path: path.join(folder, 'laptop')}), as: nobody};
		},
	},
	{
		cause: 'DST_FULL',
		by: 'a disk without room',
		word: 'local-disk',
		firstFix: /room|space|free/i,
		needs: ['mount'],
		async make(scope) {
			const mount = await mountSmall(1_000_000, scope);
			const spoke = await startFilled(scope);
			await writeSession(spoke.sessionsDir, {seed: 2, bytes: 2_000_000});
			return broken(spoke, {path: path.join(mount.path, 'laptop')});
		},
	},
	{
		cause: 'DST_RO',
		by: 'a disk that may only be read',
		word: 'local-disk',
		firstFix: /mount/,
		needs: ['mount'],
		async make(scope) {
			const mount = await mountSmall(1_000_000, scope);
			const fault = broken(await startFilled(scope), {path: path.join(mount.path, 'laptop')});
			return {...fault, spoil: () => mount.setReadOnly()};
		},
	},
	{
		cause: 'DST_PARENT',
		by: 'a file where the folder should be',
		word: 'local-disk',
		firstFix: /mv -n .*\/file /,
		async make(scope) {
			const {path: folder} = await temporaryFolder(scope);
			writeFileSync(path.join(folder, 'file'), '');
			return broken(await startFilled(scope), {path: path.join(folder, 'file', 'laptop')});
		},
	},
	{
		cause: 'GUARD_TRUNCATED',
		by: 'a session that shrank',
		word: 'held',
		firstFix: /which sessions/,
		make: later(async (_spoke, file) => shrink(file)),
	},
	{
		cause: 'GUARD_RETYPED',
		by: 'a folder in place of a session',
		word: 'held',
		make: later(async (_spoke, file) => retype(file)),
	},
	{
		cause: 'GUARD_EMPTIED',
		by: 'an emptied session root',
		word: 'held',
		firstFix: /release|look/i,
		make: later(({sessionsDir}) => {
			rmSync(sessionsDir, {recursive: true});
			mkdirSync(sessionsDir);
		}),
	},
	{
		cause: 'GUARD_REWRITTEN',
		by: "a hub's copy that was changed, and another one on the spoke",
		word: 'held',
		async make(scope) {
			const spoke = await startFilled(scope);
			const {path: name, file} = await writeSession(spoke.sessionsDir, {seed: 2});
			return {
				...broken(spoke),
				isAfterRun: true,
				spoil(hub) {
					writeFileSync(path.join(hub.synced(spoke.name), name), 'somebody wrote here\n');
					writeFileSync(file, '{"type":"session","version":3,"id":"x"}\n{"type":"message"}\n');
				},
			};
		},
	},
	{
		cause: 'GUARD_GONE',
		by: 'a session that was deleted',
		word: 'ok',
		run: 'done',
		diagnosis: 'ok',
		make: later((_spoke, file) => rmSync(file)),
	},
	{
		cause: 'CONFIG_INVALID',
		by: 'an entry that cannot be understood',
		word: 'error',
		firstFix: /config/,
		make: async scope => broken(await startFilled(scope), {port: 'twenty-two'}),
	},
	{
		cause: 'SOURCE_ABSENT',
		by: 'a drive that is not plugged in',
		word: 'unreachable',
		firstFix: /mount|plug/i,
		async make(scope) {
			const {path: folder} = await temporaryFolder(scope);
			const drive = await mkdtemp(path.join(folder, 'drive-'));
			rmSync(drive, {recursive: true});
			return {entry: {name: 'usb', sync_method: 'rsync', source: drive}};
		},
	},
	{
		cause: 'LEASE_HELD',
		by: 'another run that has the spoke',
		word: 'never',
		diagnosis: 'ok',
		async make(scope) {
			const spoke = await startFilled(scope);
			return {
				...broken(spoke),
				async spoil({folder}) {
					const lease = await acquireLease({folder: path.join(folder, 'run'), spoke: spoke.name, by: 'cron'});
					if ('heldBy' in lease) throw new Error('Somebody else has the lease');
					scope.after(async () => lease.release());
				},
			};
		},
	},
];
