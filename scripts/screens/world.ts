import {readdirSync, utimesSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {Store} from '../../source/sync/store/store.js';
import type {Scope} from '../../test/lab/after.js';
import {fakeRun} from '../../test/lab/fake-state.js';
import {createHub, type LabHub, type SpokeEntry, spokeEntry} from '../../test/lab/hub.js';
import {freePort} from '../../test/lab/net.js';
import {generateTree} from '../../test/lab/sessions.js';
import {startSpoke} from '../../test/lab/sshd.js';
import {sshConfigText} from '../../test/lab/sshd-files.js';

const hour = 3600 * 1000;

/**
 * A hub worth a picture: spokes over real ssh that are well, that transfer right now and that nobody answers for; a
 * drive that is not plugged in, a folder that something else fills, one that is disabled. Only their past is made up.
 */
export async function createPictured(scope: Scope): Promise<LabHub> {
	const hub = await createHub({scope});
	const entries: SpokeEntry[] = [];
	const sizes = {laptop: 180, server: 240, workstation: 96, 'gpu-box': 60} as const;
	for (const [name, sessions] of Object.entries(sizes)) {
		const spoke = await startSpoke({scope, name});
		generateTree(spoke.sessionsDir, {sessions, bytes: sessions * 90_000, seed: sessions, projects: 8});
		freshen(spoke.sessionsDir, sessions / 10);
		if (name === 'gpu-box') {
			// It knows none of the hub's keys.
			await writeFile(path.join(path.dirname(spoke.keyFile), 'authorized-keys'), '');
		}

		// Slow enough to be seen at work.
		const options = name === 'server' ? {rsync_options: ['--bwlimit=250']} : {};
		entries.push({...spokeEntry(spoke), ...options});
		if (name === 'workstation') {
			const sshConfig = path.join(hub.home, 'nas.ssh_config');
			await writeFile(sshConfig, sshConfigText({...spoke, name: 'nas', port: await freePort(spoke.host)}));
			entries.push({...spokeEntry(spoke), name: 'nas', source: 'nas:.pi/agent/sessions', ssh_config: sshConfig});
		}
	}

	generateTree(hub.synced('phone'), {sessions: 34, bytes: 1_500_000, seed: 5, projects: 3});
	freshen(hub.synced('phone'), 95);
	const own = path.join(hub.home, '.pi/agent/sessions');
	generateTree(own, {sessions: 52, bytes: 4_000_000, seed: 6, projects: 6});
	freshen(own, 4);
	await hub.configure({
		spokes: [
			...entries,
			{name: 'usb-stick', sync_method: 'manual', source: path.join(hub.home, 'media', 'usb-stick')},
			{name: 'phone', sync_method: 'syncthing', path: hub.synced('phone')},
			{name: 'old-mac', sync_method: 'manual', source: path.join(hub.home, 'media', 'old-mac'), enabled: false},
		],
		settings: {tui: {probe_interval: 5, ssh: {connect_timeout: 3}}},
	});
	await makePast(hub);
	return hub;
}

/**
 * Gives files the times of the last days.
 * @param minutes between two of them, and since the latest
 */
function freshen(root: string, minutes: number): void {
	const files = readdirSync(root, {recursive: true, withFileTypes: true}).filter(entry => entry.isFile());
	for (const [index, {parentPath, name}] of files.entries()) {
		const time = new Date(Date.now() - (index + 1) * minutes * 60_000);
		utimesSync(path.join(parentPath, name), time, time);
	}
}

/** A day of runs: the strip of hours and the list of runs have something to show. */
async function makePast({folder}: LabHub): Promise<void> {
	await mkdir(path.join(folder, 'data'), {recursive: true});
	const store = await Store.open(path.join(folder, 'data', 'sync.db'));
	const now = Date.now();
	store.transaction(() => {
		for (const [name, hours] of Object.entries({laptop: 0.5, server: 0.5, workstation: 0.5, nas: 0.5, 'gpu-box': 5})) {
			store.facts.patch(name, {lastSeen: now - hours * hour, lastSeenVia: 'sync', lastSynced: now - hours * hour});
		}

		for (let ago = 24 * 4; ago >= 2; ago--) {
			const at = now - (ago * hour) / 4;
			for (const name of ['laptop', 'server', 'workstation', 'nas', 'gpu-box']) {
				// Switched off at night, and the box with the wrong key since this morning.
				if (name === 'laptop' && ago > 36 && ago < 64) continue;
				const isBad = name === 'gpu-box' && ago < 20;
				const big = name === 'server' && ago % 24 === 0 ? {bytes: 48_000_000} : {};
				const failure = {result: 'failed', cause: 'AUTH_DENIED', message: 'Permission denied (publickey)'} as const;
				store.runs.add(fakeRun(name, at, isBad ? failure : big));
			}
		}
	});
	store.close();
}
