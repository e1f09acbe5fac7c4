import {SyncError} from '../causes.js';
import type {CheckContext, CheckSpec, Found} from './context.js';
import type {Trace} from './trace.js';

/**
 * Runs a check until it ends, its time limit passes or the diagnosis is cancelled. Never throws: what goes wrong is the
 * check's result.
 */
export async function attempt(spec: CheckSpec, context: CheckContext, trace: Trace): Promise<Found> {
	const {signal} = trace;
	const aborted = Promise.withResolvers<never>();
	const onAbort = () => aborted.reject(signal.reason);
	signal.addEventListener('abort', onAbort, {once: true});
	try {
		// What cannot be ended, such as a name lookup, is not waited for either.
		return await Promise.race([spec.run(context, trace), aborted.promise]);
	} catch (error) {
		if (signal.aborted && (signal.reason as Error).name !== 'TimeoutError')
			return {status: 'skip', summary: 'cancelled'};
		if (signal.aborted) {
			const seconds = Math.round(spec.limitMs / 1000);
			return {status: 'fail', summary: `not answered within ${seconds} s`, cause: 'STALLED'};
		}

		if (error instanceof SyncError) {
			const {cause, message, detail} = error.failure;
			trace.say(detail);
			const [program] = message.split(' ');
			const missing = program === 'rsync' || program === 'ssh' ? program : undefined;
			return {
				...{status: 'fail', summary: message, cause},
				facts: {serverSays: message, ...(missing === undefined ? {} : {missingProgram: missing})},
			};
		}

		return {status: 'fail', summary: (error as Error).message, cause: 'UNKNOWN'};
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}
