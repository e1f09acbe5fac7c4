import fs from 'node:fs';
import {basename, dirname, join} from 'node:path';
import type {DatabaseSync} from 'node:sqlite';
import {systemClock} from '../clock.js';
import {openDatabase} from '../sqlite.js';
import {isDamage, suspicionOf} from './damage.js';

const busy = 5;

/** Milliseconds between two attempts to be the one that looks, and how many there are: a quick look at 1 GB takes seconds. */
const retryMs = 25;
const attempts = 2400;

/** Milliseconds for a process that opened the file an instant before to find out about the damage itself. */
const graceMs = 100;

/** What SQLite keeps beside a database. */
const companions = ['-shm', '-wal'];

/** True when a database should be looked at before it is used: damage was met, or somebody is setting it aside now. */
export function isSuspect(file: string): boolean {
	return fs.existsSync(suspicionOf(file)) || fs.existsSync(lockOf(file));
}

/**
 * Looks at a whole database and, if it is damaged, moves it aside with what belongs to it; nothing is deleted. Of
 * processes that do so at the same time one does it, and the others find it done.
 * @param file absolute path of the database
 * @param look opens it and throws where it is damaged
 * @returns the file it is now; undefined when there is nothing wrong with it, or no longer
 * @throws Error when it is damaged and cannot be moved; whatever `look` throws that is no damage
 */
export async function setAsideIfDamaged(file: string, look: () => void): Promise<string | undefined> {
	const lock = await takeLock(lockOf(file));
	try {
		try {
			look();
			fs.rmSync(suspicionOf(file), {force: true});
			return undefined;
		} catch (error) {
			if (!isDamage(error)) throw error;
		}

		await systemClock.sleep(graceMs);
		return moveAside(file);
	} finally {
		fs.rmSync(lockOf(file), {force: true});
		lock.close();
	}
}

/**
 * Databases that were set aside in a folder, oldest first; absolute paths.
 * @param folder absolute path
 */
export function damagedDatabases(folder: string): string[] {
	try {
		const names = fs.readdirSync(folder).filter(name => damagedName.test(name));
		return names.sort().map(name => join(folder, name));
	} catch {
		return [];
	}
}

/** What is said when a start has set a database aside. */
export function setAsideText(file: string): string {
	return `sync.db was damaged: it is ${file} now, and a new one was made. History is lost; the ledger of each spoke is read again from its plain copy when it is synced or verified next`;
}

const damagedName = /^sync\.db\.damaged-\d{8}T\d{9}Z$/;

function moveAside(file: string): string {
	let target: string;
	do {
		const stamp = new Date(systemClock.now()).toISOString().replaceAll(/[-:.]/g, '');
		target = join(dirname(file), `${basename(file)}.damaged-${stamp}`);
	} while (fs.existsSync(target));
	// The database goes last: killed before that, the next start does it again.
	for (const end of companions) moveIfThere(`${file}${end}`, `${target}${end}`);
	fs.renameSync(file, target);
	// Whoever opened it meanwhile made new ones, which must not be taken for the next database's.
	for (const end of companions) moveIfThere(`${file}${end}`, `${target}.late${end}`);
	fs.rmSync(suspicionOf(file), {force: true});
	return target;
}

function moveIfThere(from: string, to: string): void {
	if (fs.existsSync(from)) fs.renameSync(from, to);
}

function lockOf(file: string): string {
	return `${file}.mending`;
}

/** An exclusive lock that the kernel frees in whatever way its holder dies. */
async function takeLock(file: string): Promise<DatabaseSync> {
	for (let attempt = 1; ; attempt++) {
		const lock = openDatabase(file, {busyMs: 0});
		try {
			lock.exec('BEGIN EXCLUSIVE');
			return lock;
		} catch (error) {
			lock.close();
			if ((error as {errcode?: number}).errcode !== busy || attempt === attempts) throw error;
		}

		// Opened anew each time: whoever had it removes it.
		await systemClock.sleep(retryMs);
	}
}
