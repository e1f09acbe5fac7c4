import type {Command, RunOptions} from './table-types.js';
import type {CommandIo} from './types.js';

/** The commands that add, change, show and remove spokes. */
export function spokeCommands(): Command[] {
	const asker = async (io: CommandIo, options: RunOptions) => (await import('./spoke-ask.js')).askOn(io, options);
	return [
		{
			words: ['spoke', 'add'],
			usage:
				'NAME SOURCE [--method NAME] [--path DIR] [--schedule CRON] [--port N] [--key FILE] [--use-login] [--restrict WAY] [--rsync-path PROGRAM] [--ssh-config FILE] [--known-hosts FILE] [--accept-host-key FINGERPRINT] [--skip-sync] [--yes]',
			title: 'look at a spoke, give it a key that can only pull, write it into config.yaml, sync it',
			takes: [
				...(['method', 'path', 'schedule', 'port', 'key', 'useLogin', 'restrict', 'rsyncPath'] as const),
				...(['sshConfig', 'knownHosts', 'acceptHostKey', 'skipSync', 'yes'] as const),
			],
			names: 'spokes',
			run: async (io, {flags: own, names}, options) =>
				(await import('./spoke-add.js')).spokeAdd(io, {...own, names}, await asker(io, options)),
		},
		{
			words: ['spoke', 'set'],
			usage: 'NAME key=value… [--json]',
			title: 'write keys of a spoke into config.yaml, comments and order kept; key= takes one away',
			takes: ['json'],
			names: 'spokes',
			run: async (io, {flags: own, names}) => (await import('./spoke-edit.js')).spokeSet(io, {...own, names}),
		},
		...(['enable', 'disable'] as const).map(
			(word): Command => ({
				words: ['spoke', word],
				usage: 'NAME [--json]',
				title: word === 'enable' ? 'sync a spoke again' : 'keep a spoke in the list without syncing it',
				takes: ['json'],
				names: 'spokes',
				run: async (io, {flags: own, names}) =>
					(await import('./spoke-edit.js')).spokeSwitch(io, {...own, names}, word === 'enable'),
			}),
		),
		{
			words: ['spoke', 'show'],
			usage: 'NAME [--json]',
			title: 'a spoke as config.yaml is understood, defaults filled in',
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
			usage: 'NAME [--purge [--confirm NAME]] [--json]',
			title: 'take a spoke out of config.yaml; its sessions stay on the hub unless --purge deletes them',
			takes: ['purge', 'confirm', 'json'],
			names: 'spokes',
			run: async (io, {flags: own, names}, options) =>
				(await import('./spoke-remove.js')).spokeRemove(io, {...own, names}, await asker(io, options)),
		},
	];
}
