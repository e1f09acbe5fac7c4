import type {Hub} from '../sync/hub.js';
import type {VerifyState} from '../sync/verify/types.js';
import {clean} from '../text/clean.js';
import {formatBytes, formatCount, formatDuration} from '../text/format.js';
import type {CommandIo} from './types.js';

/** Milliseconds between two repaints. */
const everyMs = 250;

/**
 * One line of progress on stderr while verifies run, if that is a terminal.
 * @returns the function that takes the line away
 */
export function showVerifyProgress(hub: Hub, {stderr}: Pick<CommandIo, 'stderr'>): () => void {
	if (!stderr.isTerminal) return () => {};
	const paint = () => {
		const {spokes, ownVerify, config} = hub.state;
		const parts = [[config.hubName, ownVerify] as const, ...spokes.map(one => [one.config.name, one.verify] as const)];
		const line = parts.flatMap(([name, verify]) => partOf(name, verify)).join('   ');
		stderr.write(`\r\u001B[K${line.slice(0, Math.max(20, stderr.columns - 1))}`);
	};

	const timer = setInterval(paint, everyMs);
	return () => {
		clearInterval(timer);
		stderr.write('\r\u001B[K');
	};
}

function partOf(name: string, {progress}: VerifyState): string[] {
	if (!progress) return [];
	const {phase, filesDone, filesTotal, bytesDone, leftMs} = progress;
	const files = filesTotal === undefined ? '' : ` ${formatCount(filesDone)}/${formatCount(filesTotal)}`;
	const left = leftMs === undefined ? '' : `, ${formatDuration(leftMs)} left`;
	return [`${clean(name)} ${phase}${files} ${formatBytes(bytesDone)}${left}`];
}
