import {clean} from '../../../text/clean.js';
import {formatBytes, formatCount} from '../../../text/format.js';
import type {Cause} from '../../causes.js';
import {heldCauses} from '../../jobs/held-note.js';
import type {Plan} from '../../jobs/plan.js';
import type {SyncReport} from '../../jobs/sync.js';
import type {CheckContext, Found, Reception} from '../context.js';
import type {Trace} from '../trace.js';

/** Sessions named one by one of each kind. */
const named = 20;

/** Failures of an rsync that met something else than rsync on the other side. */
const strangeCauses: ReadonlySet<Cause> = new Set(['SHELL_NOISE', 'SHELL_DIED', 'UNKNOWN', 'LINK_DROPPED']);

/** Exit codes of a shell that could not start what its start-up file names. */
const brokenShellCodes: ReadonlySet<number | undefined> = new Set([126, 127]);

/** What a sync would do, asked of the very engine that syncs: the last word on whether one would work. */
export async function checkDryRun(context: CheckContext, trace: Trace): Promise<Found> {
	const {hub, spoke} = context;
	const end = hub.observe(event => {
		if (event.type !== 'logged' || event.line.spoke !== spoke.name || event.line.level !== 'CMD') return;
		trace.onCommand(event.line.text);
	});
	try {
		const [report] = await hub.sync([spoke.name], {isDryRun: true, signal: trace.signal});
		trace.signal.throwIfAborted();
		return judge(context, trace, report!);
	} finally {
		end();
	}
}

function judge(context: CheckContext, trace: Trace, report: SyncReport): Found {
	const {result, cause, message = '', detail = '', plan} = report;
	trace.say(detail);
	if (result === 'locked') {
		// A sync that runs now is the better witness; it is not ours to wait for it.
		return {status: 'skip', summary: `not now: ${message}`, facts: {holder: message}};
	}

	if (result !== 'done' || plan === undefined) return failed(context, cause ?? 'UNKNOWN', message || result);
	trace.say(...planLines(plan));
	const bytes = [...plan.arrive, ...plan.grow].reduce((sum, file) => sum + file.bytes, 0);
	const summary = [
		`${formatCount(plan.arrive.length)} would arrive`,
		`${formatCount(plan.grow.length)} would grow`,
		`${formatCount(plan.hold.length)} would be held`,
		`${formatCount(plan.unchanged)} unchanged; ${formatBytes(bytes)}`,
	].join(', ');
	return held(context, report, plan, summary) ?? {status: 'pass', summary};
}

function failed({findings}: CheckContext, cause: Cause, message: string): Found {
	const facts = {serverSays: message, forcedSays: findings.spoke?.says || message};
	return {status: 'fail', summary: message, cause: refine(findings.spoke, cause), facts};
}

/** A command that is forced on the key answers a plain question too; a shell that broke off answers none. */
function refine(reception: Reception | undefined, cause: Cause): Cause {
	if (reception?.isForced !== true) return cause;
	const {says, exitCode} = reception;
	// rsync's own code for "not found" is also that of a shell which could not start another one.
	const isStrange = strangeCauses.has(cause) || (cause === 'RSYNC_MISSING' && !says.includes('rsync'));
	if (!isStrange) return cause;
	return says === '' || brokenShellCodes.has(exitCode) ? 'SHELL_DIED' : 'FORCED_OTHER';
}

/** What the guard keeps back, or would: nothing is lost, and a person has to look. */
function held({hub, spoke}: CheckContext, report: SyncReport, plan: Plan, summary: string): Found | undefined {
	if (report.cause !== undefined && report.message !== undefined)
		return {status: 'warn', summary: report.message, cause: report.cause, evidence: [summary]};
	const {holds = 0} = hub.store.ledger.holdCounts().get(spoke.name) ?? {};
	if (holds > 0) {
		const [first] = hub.store.ledger.held(spoke.name, 1);
		const sessions = holds === 1 ? '1 session is' : `${formatCount(holds)} sessions are`;
		return {
			status: 'warn',
			summary: `${sessions} held; ${summary}`,
			cause: first === undefined ? 'GUARD_TRUNCATED' : heldCauses[first.kind],
			facts: {sessions: holds},
		};
	}

	const [first] = plan.hold;
	if (first === undefined) return undefined;
	const isRetyped = first.reason.startsWith('no longer a file');
	return {
		status: 'warn',
		summary,
		cause: isRetyped ? 'GUARD_RETYPED' : 'GUARD_TRUNCATED',
		facts: {sessions: plan.hold.length},
	};
}

function planLines({arrive, grow, hold}: Plan): string[] {
	return [
		...capped(arrive, ({path, bytes}) => `+ ${clean(path)}  ${formatBytes(bytes)}`),
		...capped(grow, ({path, bytes}) => `> ${clean(path)}  +${formatBytes(bytes)}`),
		...capped(hold, ({path, reason}) => `! ${clean(path)}  ${reason}`),
	];
}

function capped<File>(files: readonly File[], line: (file: File) => string): string[] {
	const rest = files.length - named;
	const lines = files.slice(0, named).map(line);
	return rest > 0 ? [...lines, `… and ${formatCount(rest)} more`] : lines;
}
