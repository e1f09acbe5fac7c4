import {clean} from '../../text/clean.js';
import {SyncError} from '../causes.js';
import type {Clock} from '../clock.js';
import {classify} from '../diagnosis/classify.js';
import type {LookOptions, Progress} from '../methods/types.js';
import {assertRan} from '../process.js';
import {childEnvironment, type Environment} from '../ssh/environment.js';
import {runShared} from '../ssh/run-shared.js';
import {type PullPlan, pullCommand} from './argv.js';
import {type FileError, fileErrors, listedPath} from './file-errors.js';
import {createParser, type Item, type Stats} from './parse.js';

/** What a pull needs beside its plan. */
export interface PullContext {
	readonly env: Environment;
	readonly clock: Clock;
	/** Milliseconds without a byte after which it is ended. */
	readonly stallMs: number;
	readonly options: Pick<LookOptions, 'onProgress' | 'onStarted' | 'onCommand' | 'signal'>;
	/** Ends the shared connection the pull uses; undefined when it has its own. */
	readonly release: (() => Promise<void>) | undefined;
	/** Files that are to be brought, where an earlier listing told. */
	readonly filesTotal?: number;
}

/** What one rsync listed and brought. */
export interface Pulled {
	readonly items: readonly Item[];
	/** Links, pipes, devices: listed, never brought. */
	readonly skipped: readonly string[];
	/** By listed path, or by rsync's own name where no listed one fits. */
	readonly unreadable: ReadonlyMap<string, string>;
	/** True when the source was listed to its end. */
	readonly isComplete: boolean;
	/** Files that a size limit in `rsync_options` kept rsync from listing. */
	readonly passedOver: number;
	readonly stats: Stats;
}

/** A dashboard draws ten times a second; a transfer need not be told faster than half of that. */
const progressMs = 200;

/*
 * A first pull over a slow link may honestly take a day; what makes no progress is ended by the stall watch long before.
 */
const limitMs = 24 * 60 * 60 * 1000;

/**
 * Runs one rsync.
 * @throws SyncError classified, when it did not list the source; the signal's reason when it aborts
 */
export async function pull(plan: PullPlan, context: PullContext): Promise<Pulled> {
	const {env, stallMs, options} = context;
	const items: Item[] = [];
	const skipped: string[] = [];
	const progress = reporter(context);
	const parser = createParser({
		onItem: item => items.push(item),
		onSkipped: path => skipped.push(path),
		onProgress: progress.tell,
	});
	const argv = pullCommand(plan);
	// progress2 prints at least once a second while bytes arrive, so silence on stdout is silence on the line.
	const finished = await runShared(
		argv,
		{
			...{signal: options.signal, limitMs, stallMs, env: childEnvironment(env), onCommand: options.onCommand},
			onStdout: chunk => parser.push(chunk),
			onStart: options.onStarted,
		},
		context.release,
	);
	const stats = parser.end();
	progress.flush();
	if (finished.ended !== undefined) assertRan(finished, 'rsync', options.signal);
	const passedOver = countPassedOver(items, stats);
	if (finished.exitCode === 0) {
		return {items, skipped, unreadable: new Map(), isComplete: passedOver === 0, passedOver, stats};
	}

	const failure = classify({...finished, program: 'rsync'});
	const isPartial = finished.exitCode === 23 || finished.exitCode === 24;
	if (!isPartial || failure.cause.startsWith('DST_')) throw new SyncError(failure);
	const {unreadable, isNamed, isUnsaid} = sortErrors(finished.stderr, items);
	// Not even the root could be read: there is no listing to speak of.
	if (items.every(({path}) => path === '.') && !isNamed) throw new SyncError(failure);
	// Exit 23 always means that something was not brought: without a line about it, what the failure says stands for it.
	if (isUnsaid && finished.exitCode === 23) unreadable.set('', failure.message);
	return {items, skipped, unreadable, isComplete: isNamed && passedOver === 0, passedOver, stats};
}

/** rsync passes over files beyond a size limit in silence; only its own count tells that they are there. */
function countPassedOver(items: readonly Item[], {regular = 0}: Stats): number {
	// A file that was sent again after a failed verification is listed twice.
	const listed = new Set(items.filter(item => !item.isFolder).map(({path}) => path));
	return Math.max(0, regular - listed.size);
}

/**
 * Assigns a partial transfer's complaints to listed files.
 * @returns `isNamed`: every complaint is about one listed file, so that the listing itself can be trusted
 */
function sortErrors(stderr: string, items: readonly Item[]) {
	const listed = new Set(items.filter(item => !item.isFolder).map(({path}) => path));
	const {errors, others} = fileErrors(stderr);
	const unreadable = new Map<string, string>();
	let isNamed = others.length === 0 && errors.length > 0;
	for (const error of errors) {
		const path = listedPath(error.name, candidate => listed.has(candidate));
		if (path === undefined) isNamed = false;
		unreadable.set(path ?? error.name, reasonOf(error));
	}

	for (const line of others) if (!isHarmless(line)) unreadable.set(line, clean(line, 200));
	return {unreadable, isNamed, isUnsaid: errors.length + others.length === 0};
}

/** The file itself was brought. */
function isHarmless(line: string): boolean {
	return /^rsync: (?:\[\w+\] )?failed to set times on /.test(line);
}

function reasonOf({reason, isFolder, isVanished}: FileError): string {
	return isFolder && !isVanished ? `cannot be listed: ${reason}` : reason;
}

function reporter({clock, options, filesTotal}: PullContext) {
	let latest: Progress | undefined;
	let filesDone = 0;
	let last = Number.NEGATIVE_INFINITY;
	const flush = () => {
		if (latest === undefined) return;
		options.onProgress(latest);
		latest = undefined;
		last = clock.now();
	};

	return {
		flush,
		tell({bytes, percent, rate, transferred}: {bytes: number; percent: number; rate: number; transferred?: number}) {
			filesDone = transferred ?? filesDone;
			latest = {filesDone, filesTotal, bytes, percent, rate};
			if (clock.now() - last >= progressMs) flush();
		},
	};
}
