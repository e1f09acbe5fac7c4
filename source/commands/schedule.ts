import {join} from 'node:path';
import {cronLine, type Launch, timerUnits, type UnitFile, watchUnit} from '../sync/schedule/units.js';
import {clean} from '../text/clean.js';
import {type CommandIo, exit} from './types.js';

/** What `schedule` was asked for. */
export interface ScheduleOptions {
	/** Undefined when the command line names neither or both. */
	readonly kind: 'systemd' | 'cron' | undefined;
	/** With systemd: a service that stays (`sync watch`) instead of a timer. */
	readonly isWatch: boolean;
	/** Absolute path of a config.yaml that the command line named; undefined: the usual one. */
	readonly configFile: string | undefined;
	/** Folder of config.yaml, absolute. */
	readonly configFolder: string;
	/** Absolute path of the Node that runs now. */
	readonly node: string;
	/** Absolute path of this program's own file. */
	readonly bin: string;
	readonly platform: NodeJS.Platform;
	/** What to do with it; undefined: only print it. */
	readonly order?: 'install' | 'uninstall';
}

/**
 * Prints what makes this machine sync by itself, systemd user units or a line for `crontab -e`, and changes nothing; or
 * installs it, or takes away what was installed.
 * @returns exit status
 */
export async function schedule(io: CommandIo, options: ScheduleOptions): Promise<number> {
	const {kind, isWatch, node, bin, configFile, configFolder, platform, order} = options;
	if (kind === undefined || (kind === 'cron' && isWatch)) {
		io.stderr.write('schedule: say --systemd (with --watch for a service that stays) or --cron\n');
		return exit.usage;
	}

	const unprintable = [node, bin, configFile ?? '', configFolder].find(path => /[\0-\x1F\x7F]/.test(path));
	if (unprintable !== undefined) {
		io.stderr.write(
			`schedule: ${JSON.stringify(unprintable)} holds control characters, which neither cron nor systemd can take\n`,
		);
		return exit.usage;
	}

	if (/[/\\]_npx[/\\]/.test(bin)) {
		io.stderr.write(
			`schedule: ${bin} is npx's temporary copy and may vanish; install pi-brain-tui first (npm install --global pi-brain-tui)\n`,
		);
	}

	const launch: Launch = {node, bin, configFile, platform, logFile: join(configFolder, 'logs', 'cron.log')};
	if (order !== undefined) return change(io, kind, {...options, order}, launch);
	io.stdout.write(kind === 'cron' ? cronText(launch) : systemdText(launch, isWatch));
	return exit.ok;
}

async function change(
	io: CommandIo,
	kind: 'systemd' | 'cron',
	{order, isWatch}: ScheduleOptions,
	launch: Launch,
): Promise<number> {
	const {installSchedule, uninstallSchedule} = await import('../sync/schedule/install.js');
	const request = {kind, isWatch, launch, home: io.home, env: io.env, signal: io.signal};
	try {
		const {done, notes, undo} = await (order === 'install' ? installSchedule(request) : uninstallSchedule(request));
		for (const line of [...done, ...notes]) io.stdout.write(`${clean(line, 4096)}\n`);
		if (undo !== '') io.stdout.write(`to undo it: ${undo}\n`);
		return exit.ok;
	} catch (error) {
		if ((error as Error).name !== 'ScheduleError') throw error;
		io.stderr.write(`schedule: nothing was changed: ${clean((error as Error).message, 4096)}\n`);
		if (kind === 'systemd')
			io.stderr.write('where there is no systemd for users: pi-brain-tui schedule --cron --install\n');
		return exit.failed;
	}
}

function cronText(launch: Launch): string {
	return [
		'# Syncs pi sessions from every enabled spoke each quarter of an hour. Add it with: crontab -e',
		'# It deletes nothing on the hub; it takes the place of any rsync --delete line for the same folders.',
		cronLine(launch),
		'',
	].join('\n');
}

function systemdText(launch: Launch, isWatch: boolean): string {
	const units = isWatch ? [watchUnit(launch)] : timerUnits(launch);
	const started = units.at(-1)!.name;
	const head = [
		`# Save ${units.length === 1 ? 'this' : 'these'} in ~/.config/systemd/user, then:`,
		'#   systemctl --user daemon-reload',
		`#   systemctl --user enable --now ${started}`,
		'#   loginctl enable-linger    # so that it runs while nobody is logged in',
		isWatch
			? '# It stays and keeps the schedule of each spoke; without --watch: a timer, every 15 minutes.'
			: '# A timer syncs every 15 minutes; schedule --systemd --watch prints a service that keeps the schedule of each spoke.',
		'',
	];
	return [head.join('\n'), ...units.map(fileText)].join('\n');
}

function fileText({name, text}: UnitFile): string {
	return `# ~/.config/systemd/user/${name}\n${text}`;
}
