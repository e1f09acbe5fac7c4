import fs from 'node:fs';

/** What every call that would change the disk ends with once the program is dead. */
export class Death extends Error {
	override readonly name = 'Death';
}

let left = Number.POSITIVE_INFINITY;
let isDead = false;

/** From now on the program dies at its `steps`-th change to the disk: that one and all that follow do not happen. */
export function dieAt(steps: number): void {
	left = steps;
	isDead = false;
}

/** Lets the program live again, as a later one that finds what is on the disk. @returns whether it had died */
export function revive(): boolean {
	const wasDead = isDead;
	left = Number.POSITIVE_INFINITY;
	isDead = false;
	return wasDead;
}

/** Counts one change; for those that are not made through `node:fs`. */
export function step(): void {
	if (left === Number.POSITIVE_INFINITY) return;
	left--;
	if (left > 0) return;
	isDead = true;
	throw new Death('killed');
}

const changing = [
	...(['linkSync', 'renameSync', 'unlinkSync', 'rmSync', 'rmdirSync', 'mkdirSync', 'writeSync'] as const),
	...(['utimesSync', 'chmodSync', 'truncateSync', 'ftruncateSync'] as const),
];

/*
 * A kill as far as the disk can tell: what comes after it changes nothing, whatever the program still believes to do.
 * Every change can be the one it dies before, which no kill from outside hits. Modules that hold on to a function of
 * `node:fs` when they are loaded must be loaded after this one.
 */
for (const name of changing) {
	const real = fs[name] as (...args: unknown[]) => unknown;
	Object.assign(fs, {
		[name](...args: unknown[]) {
			step();
			return real.apply(fs, args);
		},
	});
}

for (const name of ['copyFile', 'fsync', 'fdatasync'] as const) {
	const real = fs[name] as (...args: unknown[]) => void;
	Object.assign(fs, {
		[name](...args: unknown[]) {
			try {
				step();
			} catch (error) {
				(args.at(-1) as (error: unknown) => void)(error);
				return;
			}

			real.apply(fs, args);
		},
	});
}
