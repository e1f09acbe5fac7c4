import {SyncError} from '../causes.js';
import {classify} from '../diagnosis/classify.js';
import {run} from '../process.js';
import {childEnvironment, type Environment} from '../ssh/environment.js';

/** Which rsync answers to that name on the hub. */
export interface Flavour {
	readonly isGnu: boolean;
	/** `3.5.0`; of openrsync the version it claims to be compatible with. */
	readonly version: string;
}

/** Reads the first lines of `rsync --version`; undefined when they are no rsync's. */
export function parseFlavour(text: string): Flavour | undefined {
	const version = /^rsync +version +v?(\d+(?:\.\d+)*)/m.exec(text)?.[1];
	return version === undefined ? undefined : {isGnu: !/^openrsync/m.test(text), version};
}

/** True when `version` is at least the other, number by number. */
export function isAtLeast(version: string, least: string): boolean {
	const [own, other] = [version, least].map(text => text.split('.').map(Number));
	for (let index = 0; index < other!.length; index++) {
		const difference = (own![index] ?? 0) - other![index]!;
		if (difference !== 0) return difference > 0;
	}

	return true;
}

/**
 * The hub's rsync.
 * @throws SyncError RSYNC_MISSING_HUB when there is none, or one that cannot pull: openrsync, or older than 3.1 (it
 * knows neither `--info` nor `--outbuf`); the signal's reason when it aborts
 */
export async function hubFlavour(
	env: Environment,
	signal: AbortSignal,
	onCommand?: (line: string) => void,
): Promise<Flavour> {
	const options = {limitMs: 5000, signal, env: childEnvironment(env), onCommand};
	const finished = await run(['rsync', '--version'], options);
	if (finished.ended === 'cancelled') signal.throwIfAborted();
	if (finished.spawnError !== undefined)
		throw new SyncError(classify({...finished, spawnError: finished.spawnError, program: 'rsync'}));
	const flavour = parseFlavour(finished.stdout);
	if (flavour?.isGnu && isAtLeast(flavour.version, '3.1')) return flavour;
	const found = flavour
		? `${flavour.isGnu ? 'rsync' : 'openrsync, compatible with'} ${flavour.version}`
		: 'no rsync we know';
	const remedy = process.platform === 'darwin' ? 'install GNU rsync: brew install rsync' : 'install rsync 3.2 or later';
	throw new SyncError({
		cause: 'RSYNC_MISSING_HUB',
		message: `the hub's own rsync cannot pull sessions (${found}); ${remedy}`,
		detail: finished.stdout.slice(0, 200),
	});
}
