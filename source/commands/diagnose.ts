import {type RunningDiagnosis, startDiagnosis} from '../sync/diagnosis/diagnose.js';
import type {Diagnosis} from '../sync/diagnosis/types.js';
import {jsonLine} from '../text/json.js';
import {diagnosisText, runningText} from './diagnose-text.js';
import {type HubFlags, openHub, pickSpokes, UsageError} from './open-hub.js';
import {type CommandIo, exit} from './types.js';

/** What `sync diagnose` takes. */
export interface DiagnoseFlags extends HubFlags {
	readonly json?: boolean;
	/** Exactly one. */
	readonly names: readonly string[];
}

/** Milliseconds between two repaints of the progress line. */
const everyMs = 250;

/** `sync diagnose`: the checks of the runbook, what is wrong, and the ways out. Changes nothing. */
export async function syncDiagnose(io: CommandIo, flags: DiagnoseFlags): Promise<number> {
	if (flags.names.length !== 1) throw new UsageError('sync diagnose takes the name of one spoke');
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	try {
		const [spoke] = pickSpokes(hub, flags.names);
		const running = startDiagnosis({hub, spoke: spoke!, env: io.env, home: io.home, signal: io.signal});
		const stop = showRunning(running, io);
		const diagnosis = await running.ended.finally(stop);
		io.signal.throwIfAborted();
		if (flags.json) io.stdout.write(jsonLine(diagnosisJson(diagnosis)));
		else io.stdout.write(`${diagnosisText(diagnosis, hub.spoke(spoke!)!.config.method, io.home).join('\n')}\n`);
		return exitOfDiagnosis(diagnosis);
	} finally {
		await close();
	}
}

/** The exit status a diagnosis stands for: that of its worst check. */
export function exitOfDiagnosis({verdict}: Pick<Diagnosis, 'verdict'>): number {
	return {ok: exit.ok, warn: exit.warning, fail: exit.failed}[verdict];
}

/** As `sync diagnose --json` prints it. */
export function diagnosisJson({spoke, verdict, cause, checks, fixes, scenario, plain, why}: Diagnosis): object {
	return {
		schema: 1,
		spoke,
		verdict,
		cause: cause ?? null,
		checks: checks.map(({id, title, status, summary, command, exit: code, tookMs, evidence}) => ({
			...{id, title, status, summary},
			command: command ?? null,
			exit: code ?? null,
			tookMs: Math.round(tookMs),
			evidence,
		})),
		fixes: fixes.map(({title, command, where, note, action}) => ({
			...{title, command: command ?? null, where},
			runnable: action !== undefined,
			note: note ?? null,
		})),
		scenario: scenario ?? null,
		plain: plain ?? null,
		why: why ?? null,
	};
}

/** One line on stderr, on a terminal, that says what is being looked at and for how long. */
function showRunning({snapshot}: RunningDiagnosis, {stderr, clock}: Pick<CommandIo, 'stderr' | 'clock'>): () => void {
	if (!stderr.isTerminal) return () => {};
	const paint = () => {
		stderr.write(`\r\u001B[K${runningText(snapshot(), clock.now()).slice(0, Math.max(20, stderr.columns - 1))}`);
	};

	const timer = setInterval(paint, everyMs);
	return () => {
		clearInterval(timer);
		stderr.write('\r\u001B[K');
	};
}
