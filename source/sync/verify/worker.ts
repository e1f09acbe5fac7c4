import {parentPort} from 'node:worker_threads';
import {type Answer, type Batch, type Outcome, ready, toFault} from './pool-messages.js';
import {ScanBench, scanSteps} from './scan.js';
import type {ScanRequest} from './scan-types.js';

/*
 * What runs in the threads of a scan pool. It never waits for anything but the next batch: whoever wants it to end ends
 * the thread.
 */

const bench = new ScanBench();

function scan(request: ScanRequest): Outcome {
	try {
		const steps = scanSteps(request, bench);
		for (;;) {
			const step = steps.next();
			if (step.done) return {result: step.value};
		}
	} catch (error) {
		return {fault: toFault(error)};
	}
}

parentPort?.on('message', (batch: Batch) => {
	parentPort?.postMessage(batch.map(scan) satisfies Answer);
});
parentPort?.postMessage(ready);
