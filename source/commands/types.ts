import type {Clock} from '../sync/clock.js';

/** Where a command reads and writes: everything a test wants to replace. */
export interface CommandIo {
	/** Results. With `--json` exactly one object goes here and nothing else. */
	readonly stdout: {write(text: string): void; readonly isTerminal: boolean; readonly columns: number};
	/** Progress, log lines, complaints. */
	readonly stderr: {write(text: string): void; readonly isTerminal: boolean; readonly columns: number};
	/** True when SGR colours may be written to stdout (a terminal, no NO_COLOR). */
	readonly hasColor: boolean;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly home: string;
	readonly hostname: string;
	readonly clock: Clock;
	/** Aborts on SIGINT, SIGTERM or SIGHUP. */
	readonly signal: AbortSignal;
}

/** Exit codes; docs/commands.md lists them for users. */
export const exit = {ok: 0, internal: 1, usage: 2, warning: 3, failed: 4, damage: 5, locked: 6} as const;

/**
 * The one code for several outcomes: 1, then 2, 5, 4, 6, 3, 0.
 * @param codes any number of exit codes
 */
export function worstExit(codes: Iterable<number>): number {
	const order = [1, 2, 5, 4, 6, 3, 0];
	let worst = order.length - 1;
	for (const code of codes) worst = Math.min(worst, order.indexOf(code));
	return order[worst]!;
}
