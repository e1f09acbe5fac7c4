import fs from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {clean} from '../../text/clean.js';
import type {HubConfig} from '../config/types.js';
import {placeNew, syncFolder} from '../guard/durable.js';
import type {Generation} from '../store/ledger-rows.js';
import {copyStart} from './copy.js';
import {damagedText} from './damaged-text.js';
import {hubFolderOf} from './places.js';
import {Refusal} from './refusal.js';

/**
 * Writes a kept version into a file the user names. Nothing is overwritten, and a kill leaves no half of it under that
 * name.
 * @param to absolute path
 * @throws Refusal when something stands there, the folder is missing or the hub's own, or the kept bytes are damaged;
 * NodeJS.ErrnoException of a full disk and the like
 */
export async function saveAs(
	config: HubConfig,
	generation: Generation,
	to: string,
	signal: AbortSignal,
): Promise<void> {
	const folder = dirname(to);
	const own = await hubFolderOf(config, to, false);
	if (own !== undefined) {
		throw new Refusal(`${clean(to)} lies in ${clean(own)}, which only the hub writes to; name a file elsewhere`);
	}

	if (!fs.statSync(folder, {throwIfNoEntry: false})?.isDirectory()) {
		throw new Refusal(`${clean(folder)} is no folder; make it first, or name another`);
	}

	if (fs.lstatSync(to, {throwIfNoEntry: false})) throw taken(to);
	const half = join(folder, `.${basename(to).slice(0, 60)}.${process.pid}.half`);
	try {
		const copied = await copyStart(generation.file, half, generation.length, signal);
		if (copied.size !== generation.length || copied.sha256 !== generation.sha256) {
			throw new Refusal(damagedText(generation, copied.size), {isDamage: true});
		}

		placeNew(half, to);
		await syncFolder(folder);
	} catch (error) {
		throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? taken(to) : error;
	} finally {
		fs.rmSync(half, {force: true});
	}
}

function taken(to: string): Refusal {
	return new Refusal(`${clean(to)} exists; nothing is overwritten, name another file`);
}
