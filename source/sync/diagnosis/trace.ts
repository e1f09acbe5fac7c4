import {clean} from '../../text/clean.js';
import {type Finished, type RunOptions, run} from '../process.js';
import {childEnvironment, type Environment} from '../ssh/environment.js';

/** Lines and characters of evidence that are kept. */
const most = {lines: 200, characters: 1024} as const;

/** How `process.ts` tells that a command has ended. */
const endLine = /^\S+ ended \((?:code )?([^)]+)\) after [\d.]+ s$/;

/** What one check does, as it does it: the commands as one would type them, and what they said. */
export class Trace {
	readonly signal: AbortSignal;
	readonly limitMs: number;
	readonly #env: Environment;
	readonly #onChange: () => void;
	#commands: readonly string[] = [];
	#lines: readonly string[] = [];
	#exit: number | undefined;

	/**
	 * @param signal ends the check's commands
	 * @param limitMs what the check may take
	 * @param onChange told of every command and line
	 */
	constructor(signal: AbortSignal, limitMs: number, env: Environment, onChange: () => void) {
		this.signal = signal;
		this.limitMs = limitMs;
		this.#env = env;
		this.#onChange = onChange;
	}

	/** Undefined while none was run. */
	get command(): string | undefined {
		return this.#commands.length === 0 ? undefined : this.#commands.join('\n');
	}

	/** Of the last command; undefined when there is none or a signal ended it. */
	get exit(): number | undefined {
		return this.#exit;
	}

	/** Neutralised and bounded. */
	get lines(): readonly string[] {
		return this.#lines;
	}

	/** Takes what `RunOptions.onCommand` tells. */
	readonly onCommand = (line: string): void => {
		const ended = endLine.exec(line);
		if (ended) this.#exit = /^\d+$/.test(ended[1]!) ? Number(ended[1]) : undefined;
		else this.#commands = [...this.#commands, clean(line, 4096)];
		this.#onChange();
	};

	/** Keeps text as evidence, whoever wrote it. */
	say(...texts: readonly string[]): void {
		const room = most.lines - this.#lines.length;
		const lines = texts.flatMap(text => text.slice(0, 65_536).split(/\r\n|[\r\n]/)).filter(line => line.trim() !== '');
		this.#lines = [...this.#lines, ...lines.slice(0, room).map(line => clean(line, most.characters))];
		this.#onChange();
	}

	/**
	 * Runs a program of the hub.
	 * @throws the signal's reason when it aborts; never for a program that failed
	 */
	async run(argv: readonly string[], options: Partial<RunOptions> = {}): Promise<Finished> {
		const finished = await run(argv, {
			limitMs: this.limitMs,
			maxOutput: 262_144,
			onCommand: this.onCommand,
			...options,
			signal: this.signal,
			env: options.env ?? childEnvironment(this.#env),
		});
		if (finished.ended === 'cancelled') this.signal.throwIfAborted();
		return finished;
	}
}
