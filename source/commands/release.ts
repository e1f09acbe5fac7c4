import {shown} from '../sync/sessions/tree.js';
import {clean} from '../text/clean.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, openHub, pickSpokes, UsageError} from './open-hub.js';
import {type CommandIo, exit} from './types.js';

/**
 * `sync release NAME`: a person has looked. The spoke's halt is lifted, and held sessions keep the hub's copy without
 * being counted as held any more; nothing is deleted, nothing of the spoke's becomes current.
 */
export async function syncRelease(
	io: CommandIo,
	flags: HubFlags & {readonly names: readonly string[]; readonly json?: boolean},
): Promise<number> {
	if (flags.names.length === 0) throw new UsageError('which spoke? pi-brain-tui sync release NAME');
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	try {
		const released = [];
		let isLocked = false;
		for (const name of pickSpokes(hub, flags.names)) {
			const result = await hub.release(name);
			if ('heldBy' in result) {
				isLocked = true;
				io.stderr.write(`'${name}' is being synced right now; try again when that run has ended\n`);
				continue;
			}

			released.push({spoke: name, wasHalted: result.halt !== undefined, sessions: result.paths});
			if (flags.json) continue;
			if (result.halt) io.stdout.write(`${name}: released; it was held because ${clean(result.halt.message)}\n`);
			for (const path of result.paths)
				io.stdout.write(`${name}: the hub's copy of ${clean(shown(path))} stays current\n`);
			if (!result.halt && result.paths.length === 0) io.stdout.write(`${name}: nothing is held\n`);
		}

		if (flags.json) io.stdout.write(jsonLine({schema: 1, released}));
		return isLocked ? exit.locked : exit.ok;
	} finally {
		await close();
	}
}
