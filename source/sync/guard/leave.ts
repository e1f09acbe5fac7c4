import fs from 'node:fs';
import {dirname, join} from 'node:path';
import {clean} from '../../text/clean.js';
import {fsPath} from '../../text/names.js';
import {entryAt} from '../sessions/tree.js';
import type {GuardContext} from './context.js';
import {foldersAt, type GuardFolders, stagingOf} from './folders.js';
import {recover} from './recover.js';
import {forget} from './remember.js';

/**
 * A spoke's path was changed in config.yaml. The old folder stays as it is; from now on the ledger answers for what
 * stands below the new one, so two trees are never mixed.
 * @param oldPath absolute path the ledger's entries were written for
 */
export async function leavePath(context: GuardContext, oldPath: string, databaseDir: string): Promise<void> {
	const {spoke, store, ledger, clock, log, folders} = context;
	const old = foldersOf(oldPath, spoke.name, databaseDir);
	// What a killed run announced there belongs there too.
	await recover({...context, folders: old});
	if (fs.existsSync(oldPath)) {
		for (const before of store.ledger.observations(spoke.name).values()) {
			await forget({...context, folders: old}, before, undefined);
		}

		// What an interrupted pull left there would be taken for the new tree's.
		fs.rmSync(old.staging, {recursive: true, force: true});
		if (spoke.source !== undefined) {
			for (const folder of [folders.pull, folders.seen]) fs.mkdirSync(folder, {recursive: true, mode: 0o700});
		}
	}

	const left = [...store.ledger.all(spoke.name).values()].filter(({path, length}) => {
		const stat = entryAt(fsPath(spoke.path, path));
		return stat?.size !== length;
	});
	await ledger.append(left.map(({path, sha256}) => ({op: 'left', at: clock.now(), path, sha256, folder: oldPath})));
	store.transaction(() => {
		store.ledger.drop(
			spoke.name,
			left.map(({path}) => path),
		);
		store.facts.patch(spoke.name, {ledgerOffset: ledger.size, isEmptyAccepted: false, hold: undefined});
	});
	log('WARN', `the folder of '${spoke.name}' changed to ${clean(spoke.path)}; ${clean(oldPath)} stays as it is`);
}

function foldersOf(path: string, name: string, databaseDir: string): GuardFolders {
	const staging = fs.existsSync(path) ? stagingOf({name, path}) : join(dirname(path), '.staging', name);
	return foldersAt({path, name}, staging, databaseDir);
}
