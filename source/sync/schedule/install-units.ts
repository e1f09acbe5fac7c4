import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {syncFolder} from '../guard/durable.js';
import {ask, demand} from './install-run.js';
import type {Installed, InstallRequest} from './install-types.js';
import {ScheduleError} from './install-types.js';
import {timerUnits, type UnitFile, watchUnit} from './units.js';

const timer = 'pi-brain-sync.timer';
const service = 'pi-brain-sync.service';
const watch = 'pi-brain-watch.service';
const undo = 'pi-brain-tui schedule --systemd --uninstall';

/**
 * Writes the units, enables and starts them. Timer and staying service exclude each other: the other one is taken away.
 * @throws ScheduleError; units that were not there before are gone again
 */
export async function installUnits(request: InstallRequest): Promise<Installed> {
	const {launch, isWatch = false} = request;
	const units = isWatch ? [watchUnit(launch)] : timerUnits(launch);
	const folder = unitFolder(request);
	// Asked before anything is written: without a user manager nothing would ever start them.
	await demand(['systemctl', '--user', 'show', '--property=Version'], request);
	const before = await Promise.all(units.map(async ({name}) => readUnit(path.join(folder, name))));
	const changed = units.filter((unit, index) => before[index] !== unit.text);
	const started = isWatch ? watch : timer;
	const isRunning = (await ask(['systemctl', '--user', 'is-active', started], request)).exitCode === 0;
	const isEnabled = (await ask(['systemctl', '--user', 'is-enabled', started], request)).exitCode === 0;
	try {
		if (changed.length > 0) {
			for (const unit of changed) await writeUnit(folder, unit);
			await demand(['systemctl', '--user', 'daemon-reload'], request);
		}

		if (!isEnabled || !isRunning) await demand(['systemctl', '--user', 'enable', '--now', started], request);
		else if (changed.length > 0) await demand(['systemctl', '--user', 'restart', started], request);
	} catch (error) {
		for (const [index, {name}] of units.entries()) await putBack(path.join(folder, name), before[index]);
		await ask(['systemctl', '--user', 'daemon-reload'], request).catch(() => {});
		throw error;
	}

	// Only now: had the new one failed to start, nobody would run the schedule. Both at once do no harm, a spoke is leased.
	const replaced = await takeAway(isWatch ? [timer, service] : [watch], request);
	const isChanged = changed.length > 0 || !isEnabled || !isRunning;
	return {
		isChanged: isChanged || replaced.length > 0,
		done: [
			...replaced.map(name => `stopped and removed ${name}, which would have done the same a second time`),
			...changed.map(({name}) => `wrote ${path.join(folder, name)}`),
			isChanged ? `enabled and started ${started}` : `${started} is installed and running already`,
		],
		notes: await lingerNote(request),
		undo,
	};
}

/**
 * Stops, disables and removes every unit of ours.
 * @throws ScheduleError
 */
export async function uninstallUnits(request: Omit<InstallRequest, 'isWatch'>): Promise<Installed> {
	const gone = await takeAway([timer, service, watch], request);
	return {
		isChanged: gone.length > 0,
		done: gone.length > 0 ? gone.map(name => `stopped and removed ${name}`) : ['no unit of ours is installed'],
		notes: [],
		undo: '',
	};
}

/** @returns names of the units that were there */
async function takeAway(names: readonly string[], request: Omit<InstallRequest, 'isWatch'>): Promise<string[]> {
	const folder = unitFolder(request);
	const files = await Promise.all(names.map(async name => readUnit(path.join(folder, name))));
	const there = names.filter((_, index) => files[index] !== undefined);
	if (there.length === 0) return [];
	// A oneshot service is never enabled; stopping its timer leaves a run under way alone.
	const enabled = there.filter(name => name !== service);
	if (enabled.length > 0) await demand(['systemctl', '--user', 'disable', '--now', ...enabled], request);
	for (const name of there) await rm(path.join(folder, name), {force: true});
	await demand(['systemctl', '--user', 'daemon-reload'], request);
	return there;
}

function unitFolder({env, home}: Pick<InstallRequest, 'env' | 'home'>): string {
	return path.join(env.XDG_CONFIG_HOME || path.join(home, '.config'), 'systemd', 'user');
}

async function readUnit(file: string): Promise<string | undefined> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw new ScheduleError(`${file} cannot be read: ${(error as Error).message}`);
	}
}

async function writeUnit(folder: string, {name, text}: UnitFile): Promise<void> {
	try {
		await mkdir(folder, {recursive: true});
		const temporary = path.join(folder, `.${name}.${process.pid}`);
		await writeFile(temporary, text);
		await rename(temporary, path.join(folder, name));
		await syncFolder(folder);
	} catch (error) {
		throw new ScheduleError(`${path.join(folder, name)} cannot be written: ${(error as Error).message}`);
	}
}

async function putBack(file: string, text: string | undefined): Promise<void> {
	await (text === undefined ? rm(file, {force: true}) : writeFile(file, text)).catch(() => {});
}

/** User units stop with the last login of their user unless that user lingers. */
async function lingerNote(request: InstallRequest): Promise<string[]> {
	const asked = await ask(['loginctl', 'show-user', '--property=Linger', '--value', userName(request)], request).catch(
		() => undefined,
	);
	if (asked?.exitCode === 0 && asked.stdout.trim() === 'yes') return [];
	return ['so that it runs while nobody is logged in: loginctl enable-linger'];
}

function userName({env}: InstallRequest): string {
	return env.USER || env.LOGNAME || String(process.getuid?.() ?? '');
}
