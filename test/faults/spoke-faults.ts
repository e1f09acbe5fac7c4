import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {limitsOf} from '../lab/faults-hub.js';
import {shrink, writeSession} from '../lab/sessions.js';
import {type SpokeOptions, startSpoke} from '../lab/sshd.js';
import {broken, type FaultRow, onceStaged, setSshOptions, startFilled} from './fault.js';

function spokeWith(options: SpokeOptions, changes: Readonly<Record<string, unknown>> = {}): FaultRow['make'] {
	return async scope => broken(await startFilled(scope, options), changes);
}

/** A spoke whose rsync is a script. */
function spokeRsync(lines: readonly string[]): FaultRow['make'] {
	return async scope => {
		const spoke = await startFilled(scope);
		const file = path.join(spoke.home, 'rsync');
		writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), {mode: 0o755});
		return broken(spoke, {rsync_path: file});
	};
}

/** A spoke that answers any command but rsync's: its disk hangs, say. */
const hanging: SpokeOptions = {
	forcedCommand:
		'case "$SSH_ORIGINAL_COMMAND" in rsync*) exec sleep 600 ;; *) exec sh -c "$SSH_ORIGINAL_COMMAND" ;; esac',
};

/**
 * An rsync that removes a file when so much of what is sent has passed that the rest of the first session is more than
 * any pipe holds: the file is listed by then, and not opened.
 */
const vanishing = `
const [, file, ...words] = process.argv;
const rsync = require('child_process').spawn('rsync', words, {stdio: ['inherit', 'pipe', 'inherit']});
let passed = 0;
rsync.stdout.on('data', chunk => {
	passed += chunk.length;
	if (passed > 400_000) require('fs').rmSync(file, {force: true});
	process.stdout.write(chunk);
});
rsync.on('close', code => (process.exitCode = code));
`;

/** What the spoke's shell, its restricted key and its rsync do to a pull. */
export const spokeFaults: readonly FaultRow[] = [
	{
		cause: 'FORCED_RRSYNC',
		by: 'a source that is not what the restricted key may pull',
		word: 'remote-config',
		firstFix: /\.\/|source/,
		needs: ['rrsync'],
		async make(scope) {
			const spoke = await startFilled(scope, {isRestricted: true});
			return broken(spoke, {source: `${spoke.name}:.pi/agent/sessions`});
		},
	},
	{
		cause: 'FORCED_OTHER',
		by: 'a key that may only say hello',
		word: 'remote-config',
		run: 'SHELL_NOISE',
		firstFix: /command=/,
		make: spokeWith({forcedCommand: 'echo Hello, this key may not do that.'}),
	},
	{
		cause: 'SHELL_NOISE',
		by: 'a start-up file that prints',
		word: 'remote-config',
		firstFix: /silent|print|\.bashrc/i,
		make: spokeWith({noise: 'Welcome to laptop!\n'}),
	},
	{
		cause: 'SHELL_DIED',
		by: 'a start-up file that ends the shell',
		word: 'remote-config',
		make: spokeWith({forcedCommand: 'exit 3'}),
	},
	{
		cause: 'SHELL_DIED',
		by: 'a start-up file that starts what is not there',
		word: 'remote-config',
		make: spokeWith({forcedCommand: 'echo ".profile: exec: zsh: cannot execute" >&2; exit 126'}),
	},
	{
		cause: 'RSYNC_MISSING',
		by: 'no rsync in PATH',
		word: 'remote-config',
		firstFix: /install rsync|rsync_path=/,
		make: spokeWith({isWithoutRsync: true}),
	},
	{
		cause: 'RSYNC_MISSING',
		by: 'an rsync_path that is not there',
		word: 'remote-config',
		firstFix: /rsync_path|install/,
		make: spokeWith({}, {rsync_path: '/opt/none/bin/rsync'}),
	},
	{
		cause: 'OPTION_REJECTED',
		by: 'an imitated rsync that knows fewer options than any real one',
		word: 'remote-config',
		firstFix: /rsync/,
		make: spokeRsync(['echo "rsync: on remote machine: --timeout=60: unknown option" >&2', 'exit 1']),
	},
	{
		cause: 'OPTION_REJECTED',
		by: 'an imitated openrsync that takes no option of a newer one',
		word: 'remote-config',
		make: spokeRsync([`echo "rsync: unrecognized option '--timeout'" >&2`, 'echo "usage: rsync [-a]" >&2', 'exit 1']),
	},
	{
		cause: 'PROTO_TOO_OLD',
		by: 'an rsync that speaks protocol 28, asked to compare with two folders',
		word: 'remote-config',
		async make(scope) {
			const spoke = await startFilled(scope);
			const {file} = await writeSession(spoke.sessionsDir, {seed: 2});
			const rsync = path.join(spoke.home, 'rsync');
			writeFileSync(rsync, '#!/bin/sh\nexec rsync "$@"\n', {mode: 0o755});
			return {
				...broken(spoke, {rsync_path: rsync}),
				isAfterRun: true,
				// What a held session looked like on the spoke is kept in a second folder to compare with.
				async spoil(hub) {
					await shrink(file);
					await hub.run(spoke.name);
					writeFileSync(rsync, '#!/bin/sh\nexec rsync --protocol=28 "$@"\n');
				},
			};
		},
	},
	{
		cause: 'SRC_MISSING',
		by: 'no session root',
		word: 'remote-config',
		firstFix: /pi|source|session/i,
		async make(scope) {
			const spoke = await startFilled(scope);
			rmSync(spoke.sessionsDir, {recursive: true});
			return broken(spoke);
		},
	},
	{
		cause: 'SRC_CHANGED',
		by: 'a session that is deleted while another is sent',
		word: 'ok',
		diagnosis: 'ok',
		async make(scope) {
			const spoke = await startSpoke({scope});
			await writeSession(spoke.sessionsDir, {seed: 1, cwd: '/a', bytes: 1_500_000});
			const {file} = await writeSession(spoke.sessionsDir, {seed: 2, cwd: '/b'});
			const rsync = path.join(spoke.home, 'rsync');
			const lines = ['#!/bin/sh', `exec '${process.execPath}' -e "$(cat "$0.js")" -- '${file}' "$@"`, ''];
			writeFileSync(rsync, lines.join('\n'), {mode: 0o755});
			writeFileSync(`${rsync}.js`, vanishing);
			return broken(spoke, {rsync_path: rsync});
		},
	},
	{
		cause: 'STALLED',
		by: 'an rsync that hangs on the spoke',
		word: 'unreachable',
		make: async scope => ({...broken(await startFilled(scope, hanging)), settings: limitsOf({connect: 20, stall: 3})}),
	},
	{
		cause: 'STALLED',
		by: 'a spoke that freezes in the middle of a file',
		word: 'asleep',
		diagnosis: 'BANNER_TIMEOUT',
		async make(scope) {
			const spoke = await startFilled(scope);
			return {
				...broken(spoke, {rsync_options: ['--bwlimit=500']}),
				settings: limitsOf({connect: 6, stall: 6}),
				isAfterRun: true,
				async spoil(hub) {
					await writeSession(spoke.sessionsDir, {seed: 3, bytes: 6_000_000});
					onceStaged(hub, spoke.name, () => spoke.freeze());
				},
			};
		},
	},
	{
		cause: 'TIMEOUT_30',
		by: 'a spoke that is slower than rsync_options allow',
		word: 'unreachable',
		make: spokeWith(hanging, {rsync_options: ['--timeout=1']}),
	},
	{
		cause: 'UNKNOWN',
		by: 'ssh told to use an address the hub does not have',
		word: 'error',
		async make(scope) {
			const spoke = await startFilled(scope);
			setSshOptions(spoke, {BindAddress: '192.0.2.1'});
			return broken(spoke);
		},
	},
	{
		cause: 'CFG_REMOTECOMMAND',
		by: 'RemoteCommand and RequestTTY in ssh_config',
		word: 'ok',
		run: 'done',
		diagnosis: 'ok',
		async make(scope) {
			const spoke = await startFilled(scope);
			setSshOptions(spoke, {RemoteCommand: 'tmux attach', RequestTTY: 'force'});
			return broken(spoke);
		},
	},
];
