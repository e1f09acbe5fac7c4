import {createInterface} from 'node:readline/promises';
import type {CommandIo} from './types.js';

/** Whoever answers questions. */
export interface Asker {
	/** False: nobody is there, and only flags decide. */
	readonly isThere: boolean;
	/** The answer without white space around it; empty when the input ended. */
	ask(question: string): Promise<string>;
}

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

/** A question that only `y` or `yes` answers with yes. */
export async function isYes(asker: Asker, question: string): Promise<boolean> {
	return asker.isThere && /^y(?:es)?$/i.test(await asker.ask(`${question} [y/N] `));
}
