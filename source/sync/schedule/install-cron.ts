import {ask, demand, wordsOf} from './install-run.js';
import type {Installed, InstallRequest} from './install-types.js';
import {ScheduleError} from './install-types.js';
import {cronLine} from './units.js';

/** Stands above our line, so that it is found again. */
const mark = '# pi-brain-tui: syncs pi sessions from every enabled spoke; deletes nothing on the hub';
const undo = 'pi-brain-tui schedule --cron --uninstall';

/**
 * Puts our line into the user's crontab.
 * @throws ScheduleError; the crontab is as it was
 */
export async function installCron(request: InstallRequest): Promise<Installed> {
	const before = await readCrontab(request);
	const line = cronLine(request.launch);
	const lines = before === '' ? [] : before.replace(/\n$/, '').split('\n');
	const at = lines.findIndex(isMark);
	const kept = withoutOurs(lines);
	// In its old place, because variables set above a line count for it.
	const place = at < 0 ? kept.length : at - (lines.slice(0, at).length - withoutOurs(lines.slice(0, at)).length);
	const after = `${[...kept.slice(0, place), mark, line, ...kept.slice(place)].join('\n')}\n`;
	if (after === before) return {isChanged: false, done: ['the crontab has this line already'], notes: [], undo};
	await writeCrontab(request, after);
	const others = kept.filter(text => text.trim() !== '').length;
	return {
		isChanged: true,
		done: [
			`${lines.length === kept.length ? 'added to' : 'replaced in'} your crontab: ${line}`,
			...(others > 0 ? [`your other ${others === 1 ? 'line was' : `${others} lines were`} kept as they are`] : []),
		],
		notes: [`what a run complains about goes to ${request.launch.logFile}`],
		undo,
	};
}

/**
 * Takes our line out of the user's crontab.
 * @throws ScheduleError; the crontab is as it was
 */
export async function uninstallCron(request: Omit<InstallRequest, 'isWatch'>): Promise<Installed> {
	const before = await readCrontab(request);
	const lines = before.replace(/\n$/, '').split('\n');
	const kept = withoutOurs(lines);
	if (kept.length === lines.length) {
		return {isChanged: false, done: ['your crontab holds no line of ours'], notes: [], undo: ''};
	}

	await writeCrontab(request, kept.join('\n') === '' ? '' : `${kept.join('\n')}\n`);
	return {
		isChanged: true,
		done: ['our line is gone from your crontab, the others are as they were'],
		notes: [],
		undo: '',
	};
}

function isMark(line: string): boolean {
	return line.startsWith('# pi-brain-tui: syncs ');
}

/** Our mark and the line below it, and our line where somebody took the mark away or pasted the printed one. */
function withoutOurs(lines: readonly string[]): string[] {
	return lines.filter(line => !isMark(line) && !isOurs(line));
}

function isOurs(line: string): boolean {
	return /^\s*[^#\s].* PI_BRAIN_BY=cron .* sync run --all >\/dev\/null 2>>/.test(line);
}

async function readCrontab(request: Omit<InstallRequest, 'isWatch'>): Promise<string> {
	const finished = await ask(['crontab', '-l'], request);
	// Text in another encoding would not come back as it was.
	if (finished.stdout.includes('\uFFFD'))
		throw new ScheduleError('your crontab is not UTF-8 text; add the line with crontab -e');
	if (finished.exitCode === 0) return finished.stdout;
	if (/no crontab/i.test(finished.stderr)) return '';
	// To go on would be to write an empty one over what could not be read.
	throw new ScheduleError(`your crontab cannot be read: ${wordsOf(finished)}`);
}

async function writeCrontab(request: Omit<InstallRequest, 'isWatch'>, text: string): Promise<void> {
	await demand(['crontab', '-'], request, text);
	const now = await readCrontab(request);
	if (now !== text)
		throw new ScheduleError('crontab said it took the new lines, but crontab -l shows others; look with crontab -e');
}
