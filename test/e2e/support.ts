import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {type Scope, waitFor} from '../lab/after.js';
import {type CliOptions, type CliResult, createHub, type HubOptions, type LabHub, type Running} from '../lab/hub.js';
import {family} from '../lab/processes.js';
import type {LabTerminal, TerminalExit} from '../lab/pty.js';
import {type LabSpoke, type SpokeOptions, startSpoke} from '../lab/sshd.js';
import {type Run, runShape, type Status, statusShape} from './shapes.js';

/** Makes a database one that only a later version of the program can open. */
export function ofNewerFormat(file: string): void {
	const database = new DatabaseSync(file);
	database.exec('PRAGMA user_version = 99');
	database.close();
}

/** Starts spokes side by side. */
export async function startSpokes(scope: Scope, ...options: readonly SpokeOptions[]): Promise<LabSpoke[]> {
	return Promise.all(options.map(async one => startSpoke({scope, ...one})));
}

/**
 * Settings that make tests quick: no run that nobody asked for. Limits on what keeps silent are long: a busy machine
 * keeps silent for seconds, and who waits for one to run out names a short one.
 */
export const quick = {tui: {default_schedule: 'off', probe_interval: 1, ssh: {connect_timeout: 20, stall_timeout: 30}}};

/** A hub with such settings. */
export async function quickHub(scope: Scope, options: Omit<HubOptions, 'scope'> = {}): Promise<LabHub> {
	return createHub({...options, scope, settings: {...quick, ...options.settings}});
}

/** Every regular file below a folder with its bytes; what begins with a dot is not a session and left out. */
export function treeOf(root: string): Map<string, Buffer> {
	const files = readdirSync(root, {recursive: true, withFileTypes: true}).filter(
		entry => entry.isFile() && !path.relative(root, entry.parentPath).startsWith('.') && !entry.name.startsWith('.'),
	);
	return new Map(
		files
			.map(entry => path.join(entry.parentPath, entry.name))
			.sort()
			.map(file => [path.relative(root, file), readFileSync(file)]),
	);
}

/** Fails unless both folders hold the same files with the same bytes. */
export function assertSameTree(actual: string, expected: string): void {
	const [held, wanted] = [treeOf(actual), treeOf(expected)];
	assert.deepEqual([...held.keys()], [...wanted.keys()], `names below ${actual}`);
	for (const [name, bytes] of wanted) {
		assert.ok(
			held.get(name)!.equals(bytes),
			`${name}: ${held.get(name)!.length} bytes, not the ${bytes.length} of the spoke`,
		);
	}
}

/** Runs a command and checks how it ended; everything it wrote is in the message when that is not as expected. */
export async function expectExit(
	hub: LabHub,
	args: readonly string[],
	exitCode: number,
	options?: CliOptions,
): Promise<CliResult> {
	const result = await hub.cli(args, options);
	assert.equal(
		result.exitCode,
		exitCode,
		`${args.join(' ')} ended with ${result.exitCode ?? result.signal}:\n${result.stdout}${result.stderr}`,
	);
	return result;
}

/** `sync run --json` with its exit status; the runs by spoke. */
export async function runJson(hub: LabHub, args: readonly string[], exitCode: number): Promise<Record<string, Run>> {
	const result = await expectExit(hub, ['sync', 'run', '--json', ...args], exitCode);
	return Object.fromEntries(runShape.parse(result.json()).runs.map(run => [run.spoke, run]));
}

/** `sync status --json`, whatever its exit status; the spokes by name besides. */
export async function statusOf(hub: LabHub): Promise<Status & {of: Record<string, Status['spokes'][number]>}> {
	const result = await hub.cli(['sync', 'status', '--json']);
	const status = statusShape.parse(result.json());
	return {...status, of: Object.fromEntries(status.spokes.map(spoke => [spoke.name, spoke]))};
}

/** The bytes of every earlier generation the hub keeps of a spoke. */
export function generations(hub: LabHub, spoke: string): Buffer[] {
	try {
		return [...treeOf(path.join(hub.folder, 'data', 'generations', spoke)).values()];
	} catch {
		return [];
	}
}

/** Control characters, bidirectional overrides and the like: what must never reach a terminal from a spoke. */
export function rawControls(text: string): string[] {
	return text.match(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g) ?? [];
}

/** Command lines of the processes that live now and were started on behalf of a hub (they carry its home folder). */
export function processesOf(hub: LabHub): string[] {
	return family(0, `HOME=${hub.home}`).map(pid => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
		} catch {
			return '';
		}
	});
}

/** Transfers of a hub that are under way. */
export function transfersOf(hub: LabHub): string[] {
	return processesOf(hub).filter(line => /^(?:\S*\/)?rsync /.test(line));
}

/** Waits until no process of a hub is left. */
export async function nothingLeft(hub: LabHub): Promise<void> {
	await waitFor(() => processesOf(hub).length === 0, {message: 'the end of all processes'}).catch((error: Error) => {
		throw new Error(`${error.message}; there are ${processesOf(hub).join(', ')}`);
	});
}

/** Leaves a dashboard by its keys; a sync that runs at that moment is asked about, and ended. */
export async function leave(terminal: LabTerminal): Promise<TerminalExit> {
	let hasLeft = false;
	void terminal.exited.then(() => {
		hasLeft = true;
	});
	terminal.press('q');
	await terminal.waitFor(screen => hasLeft || /stop (?:it|them) and quit|nothing runs any more/.test(screen));
	if (!hasLeft) terminal.press('x');
	return terminal.exited;
}

/** Waits for a line of the log on stdout. */
export async function says(watch: Running, pattern: RegExp): Promise<void> {
	await waitFor(() => pattern.test(watch.stdout()), {message: `${pattern} on stdout`}).catch((error: Error) => {
		throw new Error(`${error.message}; it said:\n${watch.stdout()}${watch.stderr()}`);
	});
}
