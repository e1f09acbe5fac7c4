import {mkdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {SpokeConfig} from '../config/types.js';
import type {BringOptions, ListOptions, SpokeFile, SpokeListing} from '../methods/types.js';
import {checksumSeconds} from './argv.js';
import {causeOfReason} from './file-errors.js';
import type {Reach} from './look.js';
import {type PullContext, pull} from './pull.js';
import {onlyRules} from './selection.js';

type Context = Omit<PullContext, 'options' | 'filesTotal'>;

/**
 * Lists a spoke's files against a folder of the hub with a dry run, so that a key restricted to reading suffices. By
 * checksum rsync itself compares the bytes: what it would transfer differs.
 * @throws SyncError classified; the signal's reason when it aborts
 */
export async function listThrough(
	spoke: SpokeConfig,
	reach: Reach,
	options: ListOptions,
	context: Context,
): Promise<SpokeListing> {
	const {folder, isDeep, patterns, onCommand, signal} = options;
	const {items, skipped, unreadable, isComplete, passedOver} = await pull(
		{
			...reach,
			spoke: {...spoke, excludePatterns: patterns},
			staging: folder,
			compare: [],
			isDryRun: true,
			isChecksummed: isDeep,
		},
		{
			...context,
			stallMs: isDeep ? Math.max(context.stallMs, checksumSeconds * 1000) : context.stallMs,
			options: {onProgress() {}, onCommand, signal},
		},
	);
	const files = new Map<string, SpokeFile>();
	for (const {path: name, size, mtimeMs, isFolder, isTransfer} of items) {
		if (isFolder && !name.endsWith('.jsonl')) continue;
		const isSame = isDeep && !isFolder && !unreadable.has(name) ? !isTransfer : undefined;
		files.set(name, {path: name, size: isFolder ? 0 : size, mtimeMs, isFile: !isFolder, isSame});
	}

	for (const name of skipped) files.set(name, {path: name, size: 0, mtimeMs: 0, isFile: false, isSame: undefined});
	return {
		files: [...files.values()],
		isComplete,
		unreadable: [...unreadable].map(([name, reason]) => ({path: name, reason, cause: causeOfReason(reason)})),
		passedOver,
	};
}

/**
 * Brings named files into a folder.
 * @throws SyncError classified; the signal's reason when it aborts
 */
export async function bringThrough(
	spoke: SpokeConfig,
	reach: Reach,
	{paths, staging, onCommand, signal}: BringOptions & {readonly paths: readonly string[]},
	context: Context,
): Promise<void> {
	await mkdir(staging, {recursive: true, mode: 0o700});
	const rulesFile = path.join(path.dirname(staging), `.rules-${path.basename(staging)}-${process.pid}`);
	try {
		await writeFile(rulesFile, onlyRules(paths), {mode: 0o600});
		await pull(
			// What a person left out later is still answered for.
			{...reach, spoke: {...spoke, excludePatterns: []}, staging, compare: [], isDryRun: false, rulesFile},
			{...context, options: {onProgress() {}, onCommand, signal}},
		);
	} finally {
		await rm(rulesFile, {force: true});
	}
}
