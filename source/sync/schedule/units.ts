import {join} from 'node:path';
import {shellQuote} from '../process.js';

/** What the units and the cron line start; all paths absolute. */
export interface Launch {
	/** The Node that runs it: cron and systemd find no version manager's. */
	readonly node: string;
	/** The program's own file. */
	readonly bin: string;
	/** Named on the command line; undefined: the usual one. */
	readonly configFile: string | undefined;
	/** Receives what `sync run` complains about when cron runs it; its folder is made if need be. */
	readonly logFile: string;
	readonly platform: NodeJS.Platform;
}

/** A file to be placed in `~/.config/systemd/user`. */
export interface UnitFile {
	readonly name: string;
	readonly text: string;
}

/** Exit codes of `sync run` that are no failure of the unit: 3 warnings only, 6 another run has the spoke. */
const fineExits = '3 6';

/*
 * Only what needs no mount or user namespace: in one, files of root seem to be nobody's and ssh refuses its own
 * configuration ("Bad owner or permissions"), and an agent's socket below /tmp is out of sight.
 */
const hardening = ['NoNewPrivileges=yes', 'RestrictRealtime=yes', 'LockPersonality=yes', 'UMask=0077'];

/** Service and timer that sync every spoke five minutes after boot and every 15 minutes from then on. */
export function timerUnits(launch: Launch): UnitFile[] {
	return [
		{
			name: 'pi-brain-sync.service',
			text: unit([
				'[Unit]',
				'Description=Sync pi sessions from spokes',
				'',
				'[Service]',
				'Type=oneshot',
				'Environment=PI_BRAIN_BY=cron',
				`ExecStart=${execLine([...words(launch), 'sync', 'run', '--all'])}`,
				`SuccessExitStatus=${fineExits}`,
				'Nice=10',
				...hardening,
			]),
		},
		{
			name: 'pi-brain-sync.timer',
			text: unit([
				'[Unit]',
				'Description=Sync pi sessions from spokes',
				'',
				'[Timer]',
				'OnBootSec=5min',
				'OnUnitActiveSec=15min',
				'',
				'[Install]',
				'WantedBy=timers.target',
			]),
		},
	];
}

/** A service that stays and keeps every spoke's own schedule. */
export function watchUnit(launch: Launch): UnitFile {
	return {
		name: 'pi-brain-watch.service',
		text: unit([
			'[Unit]',
			'Description=Keep pi sessions of spokes in sync',
			'',
			'[Service]',
			'Type=exec',
			`ExecStart=${execLine([...words(launch), 'sync', 'watch'])}`,
			'ExecReload=/bin/kill -HUP $MAINPID',
			'Restart=on-failure',
			'RestartSec=30',
			'TimeoutStopSec=20',
			// The program leaves by 143 when it is told to stop.
			'SuccessExitStatus=143',
			'Nice=10',
			...hardening,
			'',
			'[Install]',
			'WantedBy=default.target',
		]),
	};
}

/** One crontab line that syncs every spoke each quarter of an hour; needs nothing of cron's environment but HOME. */
export function cronLine(launch: Launch): string {
	const command = shellQuote([...words(launch), 'sync', 'run', '--all']);
	const folder = shellQuote([join(launch.logFile, '..')]);
	// macOS cron's PATH has no Homebrew, and Apple's own rsync is not the one a person installed.
	const path = launch.platform === 'darwin' ? 'PATH=/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin ' : '';
	const line = `mkdir -p ${folder} && ${path}PI_BRAIN_BY=cron ${command} >/dev/null 2>>${shellQuote([launch.logFile])}`;
	// cron takes a bare % for the end of the command.
	return `*/15 * * * * ${line.replaceAll('%', '\\%')}`;
}

function words({node, bin, configFile}: Launch): string[] {
	return [node, bin, ...(configFile === undefined ? [] : ['--config', configFile])];
}

/** Words as systemd reads them: `%` and `$` are its own, quotes and backslashes as in C. */
function execLine(argv: readonly string[]): string {
	return argv
		.map(word => {
			const safe = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
			return /^[\w@%+=:,./$-]+$/.test(safe) ? safe : `"${safe.replaceAll(/[\\"]/g, '\\$&')}"`;
		})
		.join(' ');
}

function unit(lines: readonly string[]): string {
	return `${lines.join('\n')}\n`;
}
