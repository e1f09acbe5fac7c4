import {existsSync, rmdirSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {onExit} from '../../test/lab/after.js';
import {createHub, type LabHub, type SpokeEntry, spokeEntry} from '../../test/lab/hub.js';
import {freePort} from '../../test/lab/net.js';
import {generateTree} from '../../test/lab/sessions.js';
import {type LabSpoke, startSpoke} from '../../test/lab/sshd.js';
import {hasRrsync, hasSshLab, sshConfigText} from '../../test/lab/sshd-files.js';

/** The throw-away hub and the machines around it. */
export interface World {
	readonly hub: LabHub;
	/** Session folders that grow, by spoke. */
	readonly roots: ReadonlyMap<string, string>;
	/** The spoke that cannot work, and why, for people. */
	readonly broken: {readonly name: string; readonly why: string};
	/** True when some spokes are real machines as far as rsync can tell. */
	readonly hasSsh: boolean;
	/** Ends every process and removes every file. */
	end(): Promise<void>;
}

/**
 * Builds it below one temporary folder per machine. Spokes: two local folders; over ssh, where rsync and sshd are
 * installed, one with a free key and one restricted to rrsync; one that cannot work; one that is disabled.
 */
export async function createWorld(): Promise<World> {
	const undoRunFolder = rememberRunFolder();
	const hub = await createHub();
	const started: LabSpoke[] = [];
	const end = async () => {
		await Promise.all(started.map(async spoke => spoke.remove()));
		await hub.remove();
		undoRunFolder();
	};

	try {
		const roots = new Map<string, string>();
		const entries: SpokeEntry[] = [];
		for (const [index, name] of ['laptop', 'workstation'].entries()) {
			const root = path.join(hub.home, 'machines', name, '.pi', 'agent', 'sessions');
			generateTree(root, {sessions: 40, bytes: 2_000_000, seed: index + 1, projects: 5});
			roots.set(name, root);
			entries.push({name, sync_method: 'manual', source: root});
		}

		for (const [index, name] of (hasSshLab() ? ['server', 'gpu-box'] : []).entries()) {
			const spoke = await startSpoke({name, isRestricted: name === 'gpu-box' && hasRrsync()});
			started.push(spoke);
			generateTree(spoke.sessionsDir, {sessions: 120, bytes: 6_000_000, seed: index + 10, projects: 8});
			roots.set(name, spoke.sessionsDir);
			entries.push(spokeEntry(spoke));
		}

		const broken = await addBroken(hub, started[0], entries);
		const disabled = {
			name: 'old-laptop',
			sync_method: 'manual',
			source: path.join(hub.home, 'machines/old'),
			enabled: false,
		};
		await hub.configure({
			spokes: [...entries, disabled],
			settings: {tui: {default_schedule: '*/10 * * * * *', probe_interval: 5}},
		});
		return {hub, roots, broken, hasSsh: started.length > 0, end};
	} catch (error) {
		await end();
		throw error;
	}
}

/** With ssh: the first spoke once more, on a port where nobody listens. Without: a folder that is not there. */
async function addBroken(hub: LabHub, server: LabSpoke | undefined, entries: SpokeEntry[]): Promise<World['broken']> {
	if (!server) {
		const source = path.join(hub.home, 'media', 'usb-stick');
		entries.push({name: 'usb-stick', sync_method: 'manual', source});
		return {name: 'usb-stick', why: 'its drive is not plugged in'};
	}

	const port = await freePort(server.host);
	const sshConfig = path.join(hub.home, 'nas.ssh_config');
	await mkdir(path.dirname(sshConfig), {recursive: true});
	await writeFile(sshConfig, sshConfigText({...server, name: 'nas', port}));
	entries.push({...spokeEntry(server), name: 'nas', source: 'nas:.pi/agent/sessions', ssh_config: sshConfig});
	return {name: 'nas', why: 'nobody listens on its port'};
}

/** Sshd insists on /run/sshd when root starts it; what was not there before must not be there afterwards. */
function rememberRunFolder(): () => void {
	if (existsSync('/run/sshd')) return () => {};
	const undo = () => {
		forget();
		try {
			rmdirSync('/run/sshd');
		} catch {}
	};
	const forget = onExit(undo);
	return undo;
}
