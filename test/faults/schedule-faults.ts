import {rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {temporaryFolder} from '../lab/after.js';
import {startAgent} from '../lab/faults-agent.js';
import {olderRsync} from '../lab/rsync-versions.js';
import {broken, type FaultRow, setSshOptions, startFilled} from './fault.js';

/** What a run never stumbles over, and only a diagnosis says. */
export const scheduleFaults: readonly FaultRow[] = [
	{
		cause: 'CRON_ONLY',
		by: 'a key that only the agent has, and a crontab that runs the sync',
		word: 'ok',
		run: 'done',
		async make(scope) {
			const spoke = await startFilled(scope);
			const {path: folder} = await temporaryFolder(scope);
			const agent = await startAgent(scope, spoke.keyFile);
			rmSync(spoke.keyFile);
			setSshOptions(spoke, {IdentityAgent: 'SSH_AUTH_SOCK'});
			const crontab = path.join(folder, 'crontab');
			writeFileSync(crontab, '*/15 * * * * root pi-brain-tui sync run --all\n');
			return {...broken(spoke), env: {SSH_AUTH_SOCK: agent}, crontabs: [crontab]};
		},
	},
	{
		cause: 'WRITER_FOREIGN',
		by: 'a crontab that copies into the same folder, and deletes there',
		word: 'ok',
		run: 'done',
		async make(scope) {
			const spoke = await startFilled(scope);
			const {path: folder} = await temporaryFolder(scope);
			const [crontab, sessions] = [path.join(folder, 'crontab'), path.join(folder, 'laptop')];
			writeFileSync(crontab, `*/15 * * * * root rsync -avz --delete laptop:.pi/agent/sessions/ ${sessions}/\n`);
			return {...broken(spoke, {path: sessions}), crontabs: [crontab]};
		},
	},
	{
		cause: 'SCHEDULE_NOBODY',
		by: 'a schedule, and nothing that runs it',
		word: 'ok',
		run: 'done',
		make: async scope => broken(await startFilled(scope), {schedule: '*/15 * * * *'}),
	},
	{
		cause: 'RSYNC_VULNERABLE',
		by: 'an rsync of 2022 on the hub',
		word: 'ok',
		run: 'done',
		needs: ['older-rsync'],
		async make(scope) {
			const older = await olderRsync();
			const spoke = await startFilled(scope);
			const {path: folder} = await temporaryFolder(scope);
			symlinkSync(older!.file, path.join(folder, 'rsync'));
			return {...broken(spoke), env: {PATH: `${folder}:${process.env.PATH}`}};
		},
	},
];
