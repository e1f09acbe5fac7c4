import {constants} from 'node:fs';
import {access, stat} from 'node:fs/promises';
import {countOf, formatBytes} from '../../../text/format.js';
import {walk} from '../../sessions/tree.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';

/** Whether a folder on the hub that sessions come from (drive, mount, what others fill) is there and can be read. */
export async function checkSource({spoke, hub}: CheckContext, trace: Trace): Promise<Found> {
	const path = spoke.source?.kind === 'local' ? spoke.source.path : spoke.path;
	const facts = {path};
	try {
		const found = await stat(path);
		if (!found.isDirectory()) return {status: 'fail', summary: `${path} is no folder`, cause: 'SOURCE_ABSENT', facts};
		await access(path, constants.R_OK | constants.X_OK);
		const files = await walk(path);
		const known = hub.store.facts.get(spoke.name).sourceDevice;
		trace.say(`${path}: device ${found.dev}${known === undefined ? '' : `, sessions came from device ${known}`}`);
		// An empty mount point stands on another device than the drive that belongs there.
		if (files.size === 0 && known !== undefined && known !== found.dev) {
			const summary = `${path} is empty and not the drive the sessions came from: is it mounted?`;
			return {status: 'fail', summary, cause: 'SOURCE_ABSENT', facts};
		}

		const bytes = [...files.values()].reduce((sum, {size}) => sum + size, 0);
		return {status: 'pass', summary: `${path}: ${countOf(files.size, 'session')}, ${formatBytes(bytes)}`};
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		trace.say(message);
		if (code === 'EACCES' || code === 'EPERM')
			return {status: 'fail', summary: `${path} may not be read`, cause: 'SRC_DENIED', facts};
		if (code !== 'ENOENT' && code !== 'ENOTDIR')
			return {status: 'fail', summary: message, cause: 'SOURCE_ABSENT', facts};
		// A folder that others fill appears when they fill it for the first time.
		const hint = spoke.source === undefined ? 'has anything been copied there?' : 'is the drive mounted?';
		return {status: 'fail', summary: `${path} is not there; ${hint}`, cause: 'SOURCE_ABSENT', facts};
	}
}
