import type {Command, RunOptions} from './table-types.js';
import type {CommandIo} from './types.js';

/** The commands that show, bring back, copy and remove versions of sessions. */
export function versionCommands(): Command[] {
	const asker = async (io: CommandIo, options: RunOptions) => (await import('./spoke-ask.js')).askOn(io, options);
	return [
		{
			words: ['sync', 'release'],
			usage: 'NAME [SESSION… [--accept [--yes]]] [--json]',
			title: 'you have looked at what is held: the hub’s copies stay, or the spoke’s become current',
			takes: ['json', 'spoke', 'accept', 'yes'],
			names: 'spokes',
			run: async (io, {flags: own, words, spokes}, options) =>
				(await import('./release.js')).syncRelease(io, {...own, words, spokes}, await asker(io, options)),
		},
		{
			words: ['sync', 'generations'],
			usage: '[NAME…] [SESSION…] [--spoke NAME] [--json]',
			title: 'held and earlier versions of sessions, and what they take on the disk',
			takes: ['json', 'spoke'],
			names: 'spokes',
			run: async (io, {flags: own, words, spokes}) =>
				(await import('./generations.js')).syncGenerations(io, {...own, words, spokes}),
		},
		{
			words: ['sync', 'restore'],
			usage: '--spoke NAME VERSION [--to FILE | --yes] [--json]',
			title: 'an earlier version, by its id or file, becomes current or is written into a new file',
			takes: ['json', 'spoke', 'to', 'yes'],
			names: 'spokes',
			run: async (io, {flags: own, words, spokes}, options) =>
				(await import('./restore.js')).syncRestore(io, {...own, words, spokes}, await asker(io, options)),
		},
		{
			words: ['sync', 'export'],
			usage: '--spoke NAME DIR [--json]',
			title: 'a plain copy of all current sessions of a spoke in a new folder',
			takes: ['json', 'spoke'],
			names: 'spokes',
			run: async (io, {flags: own, words, spokes}) =>
				(await import('./export.js')).syncExport(io, {...own, words, spokes}),
		},
		{
			words: ['sync', 'prune'],
			usage: 'NAME [--older-than AGE] [--keep N] [--dry-run] [--confirm NAME] [--json]',
			title: 'remove earlier versions for good, after showing each; current sessions are never touched',
			takes: ['json', 'spoke', 'olderThan', 'keep', 'dryRun', 'confirm'],
			names: 'spokes',
			run: async (io, {flags: own, names}, options) =>
				(await import('./prune.js')).syncPrune(io, {...own, names}, await asker(io, options)),
		},
	];
}
