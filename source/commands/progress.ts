import type {Hub} from '../sync/hub.js';
import {clean} from '../text/clean.js';
import {formatBytes} from '../text/format.js';
import type {CommandIo} from './types.js';

/** Milliseconds between two repaints of the progress line. */
const everyMs = 250;

/**
 * One line of progress on stderr while runs are under way, if that is a terminal.
 * @returns the function that takes the line away
 */
export function showProgress(hub: Hub, {stderr}: Pick<CommandIo, 'stderr'>): () => void {
	if (!stderr.isTerminal) return () => {};
	const paint = () => {
		const parts = hub.state.spokes.flatMap(({config, job}) => {
			if (job?.startedAt === undefined) return [];
			const {progress} = job;
			if (!progress || progress.bytes === 0) return [`${clean(config.name)} …`];
			const percent = progress.percent === undefined ? '' : ` ${Math.round(progress.percent)}%`;
			const rate = progress.rate === undefined ? '' : ` ${formatBytes(progress.rate)}/s`;
			return [`${clean(config.name)}${percent} ${formatBytes(progress.bytes)}${rate}`];
		});
		stderr.write(`\r\u001B[K${parts.join('   ').slice(0, Math.max(20, stderr.columns - 1))}`);
	};

	const timer = setInterval(paint, everyMs);
	return () => {
		clearInterval(timer);
		stderr.write('\r\u001B[K');
	};
}
