import type {Cause} from '../../source/sync/causes.js';
import type {FaultRow} from './fault.js';
import {hubFaults} from './hub-faults.js';
import {loginFaults} from './login-faults.js';
import {networkFaults} from './network-faults.js';
import {scheduleFaults} from './schedule-faults.js';
import {spokeFaults} from './spoke-faults.js';
import {sshFaults} from './ssh-faults.js';
import {syncthingFaults} from './syncthing-faults.js';

/** Every fault that can be brought about. */
export const faults: readonly FaultRow[] = [
	...networkFaults,
	...sshFaults,
	...loginFaults,
	...spokeFaults,
	...hubFaults,
	...scheduleFaults,
	...syncthingFaults,
];

/** Classes that only recorded words stand for, and why. */
export const recordedOnly: Partial<Record<Cause, string>> = {
	DST_QUOTA: 'needs a kernel with disk quotas, which few machines that run tests have',
	VERIFY_RETRY: 'takes memory or a disk that changes bytes while rsync reads them',
};

/** Classes that never come to a run because it sees to that; a row proves that the run goes well. */
export const prevented: Partial<Record<Cause, string>> = {
	CFG_REMOTECOMMAND: 'every ssh is told RemoteCommand=none',
	GUARD_GONE: 'a deleted session is kept and told in the log; it stops nothing',
};
