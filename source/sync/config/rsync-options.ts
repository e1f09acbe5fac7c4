import * as z from 'zod/mini';
import {ValueError} from './paths.js';
import {type Argument, readArguments} from './rsync-arguments.js';
import {readLeniently} from './schema.js';
import {remoteProgram} from './source.js';
import type {Problem, RsyncOptions} from './types.js';
import {parseRate} from './values.js';

/** Something to say about `rsync_options`; `place` counts from `rsync_options` down. */
export interface OptionNote {
	readonly severity: Problem['severity'];
	readonly place: ReadonlyArray<string | number>;
	/** Reads on its own: `rsync_options: --rsh could run …`. */
	readonly message: string;
}

/** What `rsync_options` says. Any note of severity `error` makes the spoke unusable. */
export interface ReadOptions {
	readonly options: RsyncOptions;
	/** Patterns of `--exclude`, to be honoured like those of `sync.exclude_patterns`. */
	readonly excludePatterns: readonly string[];
	/** A `--rsync-path` without spaces; undefined: none. */
	readonly rsyncPath: string | undefined;
	readonly notes: readonly OptionNote[];
}

/** No options at all. */
export const noRsyncOptions: RsyncOptions = {
	bwLimit: undefined,
	timeoutSeconds: undefined,
	extraArgs: [],
	deleteAsked: false,
};

const mapSchema = z.object({
	bw_limit: z.optional(z.custom<number>(isCount, 'must be a whole number of KiB per second, 0 for no limit')),
	delete: z.optional(z.boolean('must be true or false')),
	timeout_seconds: z.optional(
		z.custom<number>(value => isCount(value) && value > 0, 'must be a whole number of seconds, at least 1'),
	),
	extra_args: z.optional(z.custom<Array<string | number>>(isArguments, 'must be a list of arguments')),
});
const deleteIgnored =
	'delete is read and ignored: nothing the hub ever acknowledged is lost; a session deleted on its spoke is kept and shown as gone';
const sizePattern = /^\d+(?:\.\d+)?(?:[bkmgtp](?:i?b)?)?(?:[+-]1)?$/i;

/**
 * Reads `rsync_options` in either shape: a list of arguments, or pi-brain's map.
 * @param value as the file holds it; undefined or null: no options
 */
export function readRsyncOptions(value: unknown): ReadOptions {
	const collected = new Collected();
	if (value === undefined || value === null) return collected.result();
	if (isArguments(value)) {
		collected.arguments(value, []);
	} else if (typeof value === 'object' && !Array.isArray(value)) {
		const map = readLeniently(mapSchema, value, ({path, message}) => collected.note('error', path, message));
		collected.bwLimit = map.bw_limit || undefined;
		collected.timeoutSeconds = map.timeout_seconds;
		if (map.delete) collected.askDelete(['delete']);
		collected.arguments(map.extra_args ?? [], ['extra_args']);
	} else {
		collected.note(
			'error',
			[],
			'must be a list of arguments, or a map of bw_limit, delete, extra_args, timeout_seconds',
		);
	}

	return collected.result();
}

class Collected {
	bwLimit: number | undefined;
	timeoutSeconds: number | undefined;
	readonly #extraArgs: string[] = [];
	readonly #excludePatterns: string[] = [];
	readonly #notes: OptionNote[] = [];
	#rsyncPath: string | undefined;
	#deleteAsked = false;

	note(severity: Problem['severity'], place: ReadonlyArray<string | number>, message: string): void {
		this.#notes.push({severity, place, message: `rsync_options${place.length === 0 ? '' : ':'} ${message}`});
	}

	askDelete(place: ReadonlyArray<string | number>): void {
		this.#deleteAsked = true;
		this.note('warning', place, deleteIgnored);
	}

	arguments(items: ReadonlyArray<string | number>, place: ReadonlyArray<string | number>): void {
		for (const argument of readArguments(items.map(String))) {
			const at = [...place, argument.index];
			try {
				this.#take(argument, at);
			} catch (error) {
				if (!(error instanceof ValueError)) throw error;
				this.note('error', at, `${argument.option} ${error.message}`);
			}
		}
	}

	result(): ReadOptions {
		return {
			options: {
				bwLimit: this.bwLimit,
				timeoutSeconds: this.timeoutSeconds,
				extraArgs: this.#extraArgs,
				deleteAsked: this.#deleteAsked,
			},
			excludePatterns: this.#excludePatterns,
			rsyncPath: this.#rsyncPath,
			notes: this.#notes,
		};
	}

	#take({option, value, verdict}: Argument, at: ReadonlyArray<string | number>): void {
		if (option === '--rsync-path' && value !== undefined) {
			this.#rsyncPath = remoteProgram(value) ?? this.#rsyncPath;
		} else if (verdict.kind === 'refused') {
			throw new ValueError(verdict.reason);
		} else if (verdict.kind === 'delete') {
			this.askDelete(at);
		} else if (verdict.kind === 'needless') {
			this.note('info', at, `${option} ${verdict.reason}`);
		} else {
			this.#accept(option, value);
		}
	}

	#accept(option: string, value: string | undefined): void {
		if (value === undefined) {
			this.#extraArgs.push(option);
		} else if (option === '--bwlimit') {
			const rate = parseRate(value);
			if (rate === undefined)
				throw new ValueError(`must be a rate such as 1000 (KiB per second) or 1.5m, not "${value}"`);
			this.bwLimit = rate || undefined;
		} else if (option === '--timeout') {
			if (!/^[1-9]\d{0,5}$/.test(value))
				throw new ValueError(`must be a whole number of seconds, at least 1, not "${value}"`);
			this.timeoutSeconds = Number(value);
		} else if (option === '--exclude') {
			this.#excludePatterns.push(checkedPattern(value));
		} else {
			if (!sizePattern.test(value)) throw new ValueError(`must be a size such as 500k or 2g, not "${value}"`);
			this.#extraArgs.push(`${option}=${value}`);
		}
	}
}

/**
 * An exclude pattern that is only that: rsync reads a leading `+ ` or `- ` as a rule and a lone `!` as "forget the
 * rules so far", ours included.
 * @throws ValueError when it is not text for one pattern
 */
export function checkedPattern(value: unknown): string {
	if (typeof value !== 'string') throw new ValueError('must be text');
	if (value.trim() === '') throw new ValueError('is empty');
	if (/\p{Cc}/u.test(value)) throw new ValueError('holds a control character');
	if (value.trim() === '!' || /^[+-] /.test(value)) throw new ValueError(`"${value}" would change rsync’s other rules`);
	return value;
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** YAML reads a bare `-4` as a number, which an argument may well be. */
function isArguments(value: unknown): value is Array<string | number> {
	return Array.isArray(value) && value.every(item => typeof item === 'string' || typeof item === 'number');
}
