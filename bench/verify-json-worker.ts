import {parentPort} from 'node:worker_threads';
import {IntegrityCheck} from '../source/sync/verify/integrity.js';
import {type Answer, type Batch, type Outcome, ready} from '../source/sync/verify/pool-messages.js';
import {openFile, pieceBytes} from '../source/sync/verify/scan-read.js';
import type {ScanRequest} from '../source/sync/verify/scan-types.js';

// The thread that looks at lines and hashes nothing.
const buffer = Buffer.allocUnsafeSlow(pieceBytes);
const check = new IntegrityCheck();

function look({file: path}: ScanRequest): Outcome {
	using file = openFile(path);
	check.restart();
	for (const piece of file.pieces(buffer)) check.feed(piece);
	const {size, mtimeMs} = file;
	return {result: {size, mtimeMs, sha256: '', isAsExpected: true, damage: [], ...check.finish()}};
}

parentPort?.on('message', (batch: Batch) => {
	parentPort?.postMessage(batch.map(look) satisfies Answer);
});
parentPort?.postMessage(ready);
