import {clean} from '../../text/clean.js';
import type {Failure} from '../causes.js';
import type {Clock} from '../clock.js';
import type {SpokeConfig, TuiConfig} from '../config/types.js';
import {hintOf} from '../diagnosis/hints.js';
import type {RunOptions} from '../process.js';
import {childEnvironment} from '../ssh/environment.js';
import type {Asker} from './asker.js';

/** What every step of setting up a spoke works with. */
export interface StepContext {
	readonly io: {
		readonly env: Readonly<Record<string, string | undefined>>;
		/** Absolute path of the hub user's home. */
		readonly home: string;
		readonly hostname: string;
		readonly clock: Clock;
		readonly signal: AbortSignal;
	};
	readonly asker: Asker;
	/** Everything but host keys is agreed to. */
	readonly isAgreed: boolean;
	readonly settings: TuiConfig['ssh'];
	/** Tells what was found or done, one line at a time. */
	readonly say: (line: string) => void;
}

/** A step that did not work out; config.yaml is as it was. */
export class StepError extends Error {
	override readonly name = 'StepError';
	/** What to do next; several lines where something is to be pasted. */
	readonly next: readonly string[];
	constructor(message: string, next: readonly string[], options?: ErrorOptions) {
		super(message, options);
		this.next = next;
	}
}

/** A classified failure as a step that did not work out. */
export function failedStep(failure: Failure, spoke: SpokeConfig): StepError {
	const hint = hintOf(failure.cause, spoke);
	return new StepError(`${failure.message} [${failure.cause}]`, [
		...(hint === undefined ? [] : [hint]),
		'then run the same command again',
	]);
}

/** How programs are run for a step. */
export function running({io}: StepContext): Pick<RunOptions, 'signal' | 'env'> {
	return {signal: io.signal, env: childEnvironment(io.env)};
}

/** The lines of a failed step. */
export function stepText({message, next}: Pick<StepError, 'message' | 'next'>, file: string): string {
	return [
		`✗ ${clean(message, 4096)}`,
		...next.map(line => `  → ${clean(line, 8192)}`),
		`${clean(file)} is as it was`,
		'',
	].join('\n');
}
