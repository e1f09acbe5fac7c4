import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {chmod, mkdir, readdir, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {patienceMs} from './after.js';

const execute = promisify(execFile);
const cache = path.resolve(import.meta.dirname, '../../node_modules/.cache/pi-brain-tui/rsync');

/**
 * An rsync older than the machine's own, from the distribution's archive: downloaded once, unpacked beside
 * node_modules, never installed.
 * @returns its version and absolute path; undefined where no other version can be had
 */
export async function olderRsync(): Promise<{readonly version: string; readonly file: string} | undefined> {
	const installed = await versionOf('rsync');
	for (const version of await otherVersions()) {
		const folder = path.join(cache, version.replaceAll(/[^\w.-]/g, '_'));
		const file = path.join(folder, 'usr/bin/rsync');
		if (!existsSync(file)) await unpack(version, folder);
		const found = await versionOf(file);
		if (found !== undefined && found !== installed) return {version: found, file};
	}

	return undefined;
}

async function otherVersions(): Promise<string[]> {
	// ` rsync | 3.2.7-1 | http://… Packages`, newest first.
	const {stdout} = await execute('apt-cache', ['madison', 'rsync'], {timeout: patienceMs}).catch(() => ({stdout: ''}));
	return stdout
		.split('\n')
		.map(line => line.split('|')[1]?.trim() ?? '')
		.filter(version => version !== '')
		.toReversed();
}

async function unpack(version: string, folder: string): Promise<void> {
	const staging = `${folder}.${process.pid}`;
	await mkdir(staging, {recursive: true});
	try {
		// apt's own download user must be able to write there.
		await chmod(staging, 0o777);
		await execute('apt-get', ['download', `rsync=${version}`], {cwd: staging, timeout: patienceMs});
		const archive = (await readdir(staging)).find(name => name.endsWith('.deb'));
		if (archive === undefined) return;
		await execute('dpkg-deb', ['-x', path.join(staging, archive), staging]);
		await rename(staging, folder).catch(() => {});
	} catch {
		// An archive that does not answer, or no dpkg: the caller falls back on recorded replies.
	} finally {
		await rm(staging, {recursive: true, force: true});
	}
}

/** What `rsync --version` calls itself; undefined when it does not run. */
export async function versionOf(file: string): Promise<string | undefined> {
	const {stdout} = await execute(file, ['--version']).catch(() => ({stdout: ''}));
	return /version (\S+)/.exec(stdout)?.[1];
}
