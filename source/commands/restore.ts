import {restoreGeneration} from '../sync/services/versions.js';
import {shown} from '../sync/sessions/tree.js';
import {clean} from '../text/clean.js';
import {formatBytes, isoOrNull} from '../text/format.js';
import {jsonLine} from '../text/json.js';
import {answered, busy} from './answered.js';
import {type HubFlags, openHub, pickSpokes, UsageError} from './open-hub.js';
import {type Asker, isYes} from './spoke-ask.js';
import {type CommandIo, exit} from './types.js';
import {findGeneration, whyTexts} from './version-words.js';

/** What `sync restore` takes. */
export interface RestoreFlags extends HubFlags {
	/** The kept version, after the spoke unless `--spoke` names it. */
	readonly words: readonly string[];
	/** Values of `--spoke`. */
	readonly spokes: readonly string[];
	/** A file to write instead of making the version current. */
	readonly to?: string;
	readonly yes?: boolean;
	readonly json?: boolean;
}

const how = 'pi-brain-tui sync restore --spoke NAME VERSION [--to FILE]; pi-brain-tui sync generations lists versions';

/** `sync restore`: an earlier version becomes current again, or is written into a file; nothing is destroyed. */
export async function syncRestore(io: CommandIo, flags: RestoreFlags, asker: Asker): Promise<number> {
	const [spoke, version, ...more] = [...flags.spokes, ...flags.words];
	if (spoke === undefined || version === undefined || more.length > 0) throw new UsageError(`which version? ${how}`);
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	try {
		pickSpokes(hub, [spoke]);
		return await answered(io, async () => {
			const generation = findGeneration(hub, spoke, version, process.cwd());
			const name = clean(shown(generation.path));
			const what = `the version of ${name} kept ${isoOrNull(generation.at)} (${formatBytes(generation.length)}, ${whyTexts[generation.why]})`;
			const isInPlace = flags.to === undefined;
			if (isInPlace && !flags.yes) {
				if (!asker.isThere) throw new UsageError(`say --yes to make ${what} current, or --to FILE to look at it first`);
				const question = `Make ${what} current again? What is current now stays as an earlier version.`;
				if (!(await isYes(asker, question))) throw new UsageError('nothing was changed');
			}

			const restored = await restoreGeneration(hub, spoke, generation.file, isInPlace ? {} : {to: flags.to});
			if ('heldBy' in restored) return busy(io, spoke);
			const {path, to, replaced, isCurrentAlready, isSetAside} = restored;
			if (flags.json) {
				const {file, length: bytes, sha256} = generation;
				const result = {spoke, path: shown(path), file, bytes, sha256, to: to ?? null, replaced: replaced ?? null};
				io.stdout.write(jsonLine({schema: 1, restored: {...result, isCurrentAlready, isSetAside}}));
				return exit.ok;
			}

			const lines =
				to === undefined
					? [
							isCurrentAlready ? `${what} is current already` : `${what} is current again`,
							...(replaced === undefined ? [] : [`  the one before stays: ${clean(replaced, 4096)}`]),
							...(isSetAside
								? [`  '${clean(spoke)}' shows another version; it stays aside until it changes there`]
								: []),
						]
					: [`${what} was written to ${clean(to, 4096)}`];
			for (const line of lines) io.stdout.write(`${line}\n`);
			return exit.ok;
		});
	} finally {
		await close();
	}
}
