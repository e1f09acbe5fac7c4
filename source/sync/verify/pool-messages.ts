import type {ScanRequest, ScanResult} from './scan-types.js';

/** What a thread says first: it has been loaded, and what ends it from now on is the work. */
export const ready = 'ready';

/** What a thread is handed: scanned in order, answered at once. */
export type Batch = readonly ScanRequest[];

/** What survives of an error on its way between threads. */
export interface ScanFault {
	readonly message: string;
	readonly code: string | undefined;
	readonly errno: number | undefined;
	readonly syscall: string | undefined;
}

export type Outcome = {readonly result: ScanResult} | {readonly fault: ScanFault};
export type Answer = readonly Outcome[];

/** An error as a message. */
export function toFault(error: unknown): ScanFault {
	const {message, code, errno, syscall} = error as NodeJS.ErrnoException;
	return {message, code, errno, syscall};
}

/** The error again, with what `node:fs` had given it. */
export function fromFault({message, ...said}: ScanFault): Error {
	return Object.assign(new Error(message), said);
}
