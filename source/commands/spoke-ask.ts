import {createInterface} from 'node:readline/promises';
import type {Asker} from '../sync/services/asker.js';
import type {CommandIo} from './types.js';

export {type Asker, isYes} from '../sync/services/asker.js';

/** Nobody is there to be asked. */
export const nobody: Asker = {isThere: false, ask: async () => ''};

/** What questions are asked on. */
export interface AskStreams {
	readonly stdin: NodeJS.ReadStream;
	readonly stderr: NodeJS.WriteStream;
}

/** Asks on the terminal, on stderr because results go to stdout; without one on both sides nobody is there. */
export function askOn(io: Pick<CommandIo, 'stderr' | 'signal'>, streams: AskStreams | undefined): Asker {
	return {
		isThere: streams !== undefined && io.stderr.isTerminal && streams.stdin.isTTY === true,
		async ask(question) {
			if (!streams) return '';
			const lines = createInterface({input: streams.stdin, output: streams.stderr});
			const ended = new Promise<string>(resolve => lines.once('close', () => resolve('')));
			try {
				return (await Promise.race([lines.question(question, {signal: io.signal}), ended])).trim();
			} finally {
				lines.close();
			}
		},
	};
}
