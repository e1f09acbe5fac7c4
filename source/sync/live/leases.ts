import {type BigIntStats, statSync} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {type Holder, holderFile, leaseHolder, spokeOfHolderFile} from '../schedule/lease.js';
import {processStartTime} from '../schedule/processes.js';

/** A folder that was changed less than this many milliseconds ago may be changed again without a new time. */
const unsettledMs = 2000;

/** Follows who holds a lease, so that a look at an unchanged one costs a stat. */
export class HolderView {
	readonly #folder: string;
	readonly #name: string;
	#seen: string | undefined;
	#holder: Holder | undefined;

	/**
	 * @param folder the run folder, absolute
	 * @param name a spoke's
	 */
	constructor(folder: string, name: string) {
		this.#folder = folder;
		this.#name = name;
	}

	/** The living process that holds it now; undefined: nobody, as far as is written down. */
	async look(): Promise<Holder | undefined> {
		const stat = statSync(holderFile(this.#folder, this.#name), {bigint: true, throwIfNoEntry: false});
		const seen = stat && versionOf(stat);
		if (seen === undefined || seen !== this.#seen) {
			this.#holder = await leaseHolder(this.#folder, this.#name);
			this.#seen = seen;
		} else if (this.#holder && !(await isAlive(this.#holder))) {
			this.#holder = undefined;
		}

		return this.#holder;
	}
}

/** Follows which spokes other processes hold. */
export class LeaseView {
	readonly #folder: string;
	#views = new Map<string, HolderView>();
	#seen: string | undefined;

	/** @param folder the run folder, absolute */
	constructor(folder: string) {
		this.#folder = folder;
	}

	/** Holders of other processes by the name of their lease. While nobody holds anything a look is one stat. */
	async look(): Promise<Map<string, Holder>> {
		const stat = statSync(this.#folder, {bigint: true, throwIfNoEntry: false});
		const seen = stat && versionOf(stat);
		if (stat === undefined || seen !== this.#seen) await this.#list();
		const isSettled = stat !== undefined && Math.abs(Date.now() - Number(stat.mtimeMs)) > unsettledMs;
		this.#seen = isSettled ? seen : undefined;
		const holders = new Map<string, Holder>();
		for (const [name, view] of this.#views) {
			const holder = await view.look();
			if (holder && holder.pid !== process.pid) holders.set(name, holder);
		}

		return holders;
	}

	async #list(): Promise<void> {
		const names = (await readdir(this.#folder).catch(() => [])).flatMap(file => spokeOfHolderFile(file) ?? []);
		this.#views = new Map(names.map(name => [name, this.#views.get(name) ?? new HolderView(this.#folder, name)]));
	}
}

function versionOf({ino, mtimeNs, ctimeNs}: BigIntStats): string {
	return `${ino} ${mtimeNs} ${ctimeNs}`;
}

async function isAlive({pid, startTime}: Holder): Promise<boolean> {
	if (pid === undefined) return false;
	// Whoever wrote the note was compared with the living process of that pid when it was read.
	if (pid === process.pid) return true;
	// Elsewhere than on Linux this would start a program at every look.
	if (process.platform === 'linux') return (await processStartTime(pid)) === startTime;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
