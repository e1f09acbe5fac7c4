import {resolve} from 'node:path';
import {exportSessions} from '../sync/services/versions.js';
import {shown} from '../sync/sessions/tree.js';
import type {ExportProgress} from '../sync/versions/export.js';
import {clean} from '../text/clean.js';
import {countOf, formatBytes, formatCount} from '../text/format.js';
import {jsonLine} from '../text/json.js';
import {answered} from './answered.js';
import {type HubFlags, openHub, pickSpokes, UsageError} from './open-hub.js';
import {type CommandIo, exit} from './types.js';

/** What `sync export` takes. */
export interface ExportFlags extends HubFlags {
	/** The folder, after the spoke unless `--spoke` names it. */
	readonly words: readonly string[];
	/** Values of `--spoke`. */
	readonly spokes: readonly string[];
	readonly json?: boolean;
}

/** Milliseconds between two repaints of the progress line. */
const everyMs = 250;

/** `sync export`: a plain copy of all current sessions of a spoke in a new folder. */
export async function syncExport(io: CommandIo, flags: ExportFlags): Promise<number> {
	const [spoke, folder, ...more] = [...flags.spokes, ...flags.words];
	if (spoke === undefined || folder === undefined || more.length > 0)
		throw new UsageError('which spoke, and where to? pi-brain-tui sync export --spoke NAME DIR');
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	try {
		pickSpokes(hub, [spoke]);
		return await answered(io, async () => {
			const to = resolve(folder);
			const progress = progressLine(io);
			const exported = await exportSessions(hub, spoke, to, {signal: io.signal, onProgress: progress.show}).finally(
				progress.end,
			);
			const {files, bytes, fromCopies, failed} = exported;
			if (flags.json) {
				const unwritten = failed.map(({path, reason}) => ({path: shown(path), reason}));
				io.stdout.write(jsonLine({schema: 1, spoke, folder: to, files, bytes, fromCopies, failed: unwritten}));
			} else {
				const copies = fromCopies === 0 ? '' : `, ${formatCount(fromCopies)} of them from the hub's own copies`;
				io.stdout.write(
					`${clean(spoke)}: ${countOf(files, 'session')} (${formatBytes(bytes)}) in ${clean(to, 4096)}${copies}\n`,
				);
				for (const {path, reason} of failed) io.stderr.write(`not written: ${clean(shown(path))}: ${reason}\n`);
			}

			return failed.length > 0 ? exit.failed : exit.ok;
		});
	} finally {
		await close();
	}
}

function progressLine({stderr}: Pick<CommandIo, 'stderr'>) {
	let shownAt = 0;
	return {
		show({filesDone, filesTotal, bytes}: ExportProgress) {
			if (!stderr.isTerminal || performance.now() - shownAt < everyMs) return;
			shownAt = performance.now();
			stderr.write(`\r\u001B[K${formatCount(filesDone)} of ${formatCount(filesTotal)} sessions, ${formatBytes(bytes)}`);
		},
		end() {
			if (shownAt > 0) stderr.write('\r\u001B[K');
		},
	};
}
