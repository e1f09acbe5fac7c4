import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';
import {clean} from '../../../text/clean.js';
import {SyncError} from '../../causes.js';
import {hubFlavour, isAtLeast} from '../../rsync/flavour.js';
import type {Environment} from '../../ssh/environment.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';

/*
 * Below 3.4.0 a malicious spoke can read the hub's files and write outside the folder (CVE-2024-12084 to 12088); below
 * 3.4.3 it can crash a pull (CVE-2026-43620). Distributions mend older versions without changing the number.
 */
const limits = {
	unsafe: {version: '3.4.0', cve: 'CVE-2024-12087'},
	weak: {version: '3.4.3', cve: 'CVE-2026-43620'},
} as const;

/** Whether ssh and rsync are on the hub, new enough to pull with, and not known to be dangerous. */
export async function checkTools({spoke, env}: CheckContext, trace: Trace): Promise<Found> {
	const needsSsh = spoke.source?.kind === 'ssh';
	const [ssh, flavour] = await Promise.all([
		needsSsh ? sshVersion(trace) : undefined,
		hubFlavour(env, trace.signal, trace.onCommand),
	]);
	const {version} = flavour;
	trace.say(...(ssh === undefined ? [] : [ssh]), `rsync ${version}`);
	const summary = [...(ssh === undefined ? [] : [`ssh ${ssh.replace(/[, ].*$/, '')}`]), `rsync ${version}`].join(', ');
	if (isAtLeast(version, limits.weak.version)) return {status: 'pass', summary};
	const mended = await mendedBy(env, trace);
	if (mended.has(limits.weak.cve)) return {status: 'pass', summary: `${summary} (mended by the distribution)`};
	const vulnerable = {cause: 'RSYNC_VULNERABLE', isBlocking: false} as const;
	if (isAtLeast(version, limits.unsafe.version) || mended.has(limits.unsafe.cve)) {
		const complaint = `rsync ${version}: a spoke can crash a pull (${limits.weak.cve}); 3.4.3 mends that`;
		return {status: 'warn', summary: complaint, facts: {complaint}, ...vulnerable};
	}

	const complaint = `rsync ${version} lets a hostile spoke write outside its folder (${limits.unsafe.cve}); 3.4.0 mends that`;
	return {status: 'fail', summary: complaint, facts: {complaint}, ...vulnerable};
}

/** @throws SyncError RSYNC_MISSING_HUB when there is no ssh */
async function sshVersion(trace: Trace): Promise<string> {
	const {spawnError, stderr} = await trace.run(['ssh', '-V']);
	if (spawnError === undefined) return clean(stderr.trim(), 200);
	throw new SyncError({
		cause: 'RSYNC_MISSING_HUB',
		message: `ssh could not be started on the hub (${spawnError})`,
		detail: '',
	});
}

/** The CVEs that the distribution's change log of its rsync names; none of an rsync that is not the distribution's. */
async function mendedBy({PATH = ''}: Environment, trace: Trace): Promise<Set<string>> {
	const folder = PATH.split(':').find(one => existsSync(join(one, 'rsync')));
	if (folder === undefined || !['/usr/bin', '/bin'].includes(folder)) return new Set();
	const text = (await debianChanges()) ?? (await trace.run(['rpm', '-q', '--changelog', 'rsync'])).stdout;
	return new Set(text.match(/CVE-\d{4}-\d+/g));
}

async function debianChanges(): Promise<string | undefined> {
	try {
		const packed = await readFile('/usr/share/doc/rsync/changelog.Debian.gz');
		return (await promisify(gunzip)(packed)).toString();
	} catch {
		// Another system, or one without documentation.
		return undefined;
	}
}
