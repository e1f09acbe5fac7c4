import type {Failure} from '../sync/causes.js';
import type {SpokeConfig, TuiConfig} from '../sync/config/types.js';
import {hintOf} from '../sync/diagnosis/hints.js';
import type {RunOptions} from '../sync/process.js';
import {childEnvironment} from '../sync/ssh/environment.js';
import {clean} from '../text/clean.js';
import type {Asker} from './spoke-ask.js';
import type {CommandIo} from './types.js';

/** What every step of `spoke add` works with. */
export interface AddContext {
	readonly io: CommandIo;
	readonly asker: Asker;
	/** `--yes`: everything but host keys is agreed to. */
	readonly isAgreed: boolean;
	readonly settings: TuiConfig['ssh'];
	/** Tells what was found or done; to stderr, because the result goes to stdout. */
	readonly say: (line: string) => void;
}

/** A step that did not work out; config.yaml is as it was. */
export class StepError extends Error {
	override readonly name = 'StepError';
	/** What to do next; several lines where something is to be pasted. */
	readonly next: readonly string[];
	constructor(message: string, next: readonly string[]) {
		super(message);
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
export function running({io}: AddContext): Pick<RunOptions, 'signal' | 'env'> {
	return {signal: io.signal, env: childEnvironment(io.env)};
}

/** The lines of a failed step. */
export function stepText({message, next}: StepError, file: string): string {
	return [
		`✗ ${clean(message, 4096)}`,
		...next.map(line => `  → ${clean(line, 8192)}`),
		`${clean(file)} is as it was`,
		'',
	].join('\n');
}
