import type {Command, RunOptions} from './table-types.js';
import type {CommandIo} from './types.js';

const syncthingUsage =
	'[--device-id ID] [--folder-id ID] [--spoke-path DIR] [--address URL] [--spoke-url URL --spoke-key-file FILE] [--spoke-fingerprint SHA256] [--ssh HOST] [--wait]';

const syncthingFlags = [
	...(['deviceId', 'folderId', 'spokePath', 'address', 'spokeUrl', 'spokeKeyFile', 'spokeFingerprint'] as const),
	...(['ssh', 'wait'] as const),
];

/** The commands that add, change, show and remove spokes. */
export function spokeCommands(): Command[] {
	const asker = async (io: CommandIo, options: RunOptions) => (await import('./spoke-ask.js')).askOn(io, options);
	return [
		{
			words: ['spoke', 'add'],
			usage: `NAME [SOURCE] [--method NAME] [--path DIR] [--schedule CRON] [--port N] [--key FILE] [--use-login] [--restrict WAY] [--rsync-path PROGRAM] [--ssh-config FILE] [--known-hosts FILE] [--accept-host-key FINGERPRINT] ${syncthingUsage} [--skip-sync] [--yes]`,
			title:
				'look at a spoke, give it a key that can only pull, or share a folder with it in Syncthing, write it into config.yaml, sync it',
			takes: [
				...(['method', 'path', 'schedule', 'port', 'key', 'useLogin', 'restrict', 'rsyncPath'] as const),
				...(['sshConfig', 'knownHosts', 'acceptHostKey', 'skipSync', 'yes'] as const),
				...syncthingFlags,
			],
			names: 'spokes',
			run: async (io, {flags: own, names}, options) =>
				(await import('./spoke-add.js')).spokeAdd(io, {...own, names}, await asker(io, options)),
		},
		{
			words: ['spoke', 'set'],
			usage: `NAME key=value… [--json] | NAME --method NAME [source=…] ${syncthingUsage} [--yes]`,
			title:
				'write keys of a spoke into config.yaml, comments and order kept; key= takes one away; --method changes what fills its folder, and verifies',
			takes: ['json', 'method', 'yes', ...syncthingFlags, 'sshConfig', 'knownHosts', 'key', 'port'],
			names: 'spokes',
			run: async (io, {flags: own, names}, options) =>
				(await import('./spoke-edit.js')).spokeSet(io, {...own, names}, await asker(io, options)),
		},
		...(['enable', 'disable'] as const).map(
			(word): Command => ({
				words: ['spoke', word],
				usage: 'NAME [--yes] [--json]',
				title:
					word === 'enable'
						? 'sync a spoke again; --yes resumes its Syncthing folder'
						: 'keep a spoke in the list without syncing it; --yes pauses its Syncthing folder',
				takes: ['yes', 'json'],
				names: 'spokes',
				run: async (io, {flags: own, names}, options) =>
					(await import('./spoke-edit.js')).spokeSwitch(
						io,
						{...own, names},
						word === 'enable',
						await asker(io, options),
					),
			}),
		),
		{
			words: ['spoke', 'show'],
			usage: 'NAME [--json]',
			title: 'a spoke as config.yaml is understood, defaults filled in, and what Syncthing has for it',
			takes: ['json'],
			names: 'spokes',
			run: async (io, {flags: own, names}) => (await import('./spoke-show.js')).spokeShow(io, {...own, names}),
		},
		{
			words: ['spoke', 'key'],
			usage: 'NAME [--wrapper] [--root DIR] [--json]',
			title: 'the line of authorized_keys that lets this hub pull the sessions and do nothing else',
			takes: ['wrapper', 'root', 'json'],
			names: 'spokes',
			run: async (io, {flags: own, names}) => (await import('./spoke-show.js')).spokeKey(io, {...own, names}),
		},
		{
			words: ['spoke', 'remove'],
			usage: 'NAME [--purge [--confirm NAME]] [--yes] [--json]',
			title:
				'take a spoke out of config.yaml, and its folder out of Syncthing after a question; its sessions stay on the hub unless --purge deletes them',
			takes: ['purge', 'confirm', 'yes', 'json'],
			names: 'spokes',
			run: async (io, {flags: own, names}, options) =>
				(await import('./spoke-remove.js')).spokeRemove(io, {...own, names}, await asker(io, options)),
		},
	];
}
