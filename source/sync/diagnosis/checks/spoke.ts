import {clean} from '../../../text/clean.js';
import {countOf, formatAge, formatBytes, formatCount} from '../../../text/format.js';
import {SyncError} from '../../causes.js';
import {assertRan, type Finished} from '../../process.js';
import {sshSource} from '../../ssh/argv.js';
import {classify} from '../classify.js';
import type {CheckContext, Found} from '../context.js';
import type {FixFacts} from '../names.js';
import type {Trace} from '../trace.js';
import {nonce, roundTrip} from './login.js';
import {readAnswer, readDf, type SpokeAnswer} from './spoke-answer.js';

/** Milliseconds the spoke's clock may differ: "newest" and the age of sessions are then still true to the minute. */
const skewMs = 120_000;

/** What one round trip can read on the spoke: its shell, rsync, the folder of sessions, disk and clock. */
export async function checkSpoke(context: CheckContext, trace: Trace): Promise<Found> {
	const {findings, hub} = context;
	const {sharing, answer: given} = findings.login!;
	const asked = hub.clock.now();
	const finished = given ?? (await roundTrip(context, sharing, trace));
	const answer = readAnswer(finished.stdout, nonce);
	if (!answer) return withoutAnswer(context, trace, finished);
	assertRan(finished, 'ssh', trace.signal);
	findings.spoke = {isForced: false, says: '', exitCode: finished.exitCode};
	const now = given ? asked - finished.tookMs / 2 : asked + finished.tookMs / 2;
	const found = judge(context, answer, now);
	trace.say(...linesOf(answer), finished.stderr);
	const system = answer.one('uname')?.split(' ')[0];
	return {...found, facts: {...(system === undefined ? {} : {spokeSystem: system}), ...found.facts}};
}

/** Something else than the script was run: a restricted key may, a broken shell must not; the listing tells which. */
function withoutAnswer({findings}: CheckContext, trace: Trace, finished: Finished): Found {
	assertRan(finished, 'ssh', trace.signal);
	trace.say(finished.stdout.slice(0, 4096), finished.stderr);
	const failure = classify({...finished, program: 'ssh'});
	const says = clean((finished.stderr.trim() || finished.stdout.trim()).split('\n')[0] ?? '', 200);
	findings.spoke = {isForced: true, says, exitCode: finished.exitCode};
	if (failure.cause === 'FORCED_RRSYNC') {
		const summary = 'not possible with this key: rrsync lets it read sessions only';
		return {status: 'skip', summary, facts: {forcedSays: says}};
	}

	// The shell's own end says more than that the script did not run.
	const isTold = failure.cause === 'NOLOGIN_SHELL' || failure.cause === 'PASSWORD_EXPIRED';
	if (isTold || (finished.exitCode === 255 && !['UNKNOWN', 'RSYNC_MISSING'].includes(failure.cause))) {
		throw new SyncError(failure);
	}

	const said = says === '' ? `it ended with ${finished.exitCode ?? finished.signal} and said nothing` : says;
	return {
		status: 'skip',
		summary: `not possible with this key: the spoke runs something else (${said})`,
		facts: {forcedSays: says, shellNoise: clean(finished.stdout, 200)},
	};
}

function judge(context: CheckContext, answer: SpokeAnswer, now: number): Found {
	if (answer.noise.trim() !== '') {
		const first = clean(answer.noise.trim().split('\n')[0]!, 120);
		return {
			status: 'fail',
			summary: `the spoke's shell prints before the command: ${first}`,
			cause: 'SHELL_NOISE',
			evidence: answer.noise.split('\n').slice(0, 10),
			facts: {shellNoise: first},
		};
	}

	return withoutRsync(context, answer) ?? withoutRoot(context, answer) ?? healthy(context, answer, now);
}

function withoutRsync({spoke}: CheckContext, answer: SpokeAnswer): Found | undefined {
	if (answer.one('rsync') !== undefined) return undefined;
	const name = spoke.rsyncPath ?? 'rsync';
	const elsewhere = answer.all('elsewhere').find(path => path !== spoke.rsyncPath);
	const hint = elsewhere === undefined ? '' : `; there is one at ${elsewhere}`;
	return {
		status: 'fail',
		summary: `${name} is not on the spoke${hint}`,
		cause: 'RSYNC_MISSING',
		facts: elsewhere === undefined ? {} : {rsyncFound: elsewhere},
	};
}

function withoutRoot({spoke}: CheckContext, answer: SpokeAnswer): Found | undefined {
	const {path} = sshSource(spoke);
	const [unreadable] = answer.all('unreadable');
	const piRoot = piRootOf(answer);
	const facts: FixFacts = {path, ...(piRoot === undefined ? {} : {piRoot})};
	const blocked = answer.one('blocked');
	if (answer.one('access') === 'no' || blocked !== undefined) {
		const evidence = [answer.one('listing') ?? blocked ?? ''];
		return {
			status: 'fail',
			summary: `${path} may not be read by ${answer.one('user')}`,
			cause: 'SRC_DENIED',
			facts,
			evidence,
		};
	}

	if (answer.one('access') === undefined) {
		const there = answer.one('root_is') === undefined ? 'does not exist on the spoke' : 'is no folder on the spoke';
		const other = piRoot === undefined ? '' : `; pi writes to ${piRoot}`;
		return {status: 'fail', summary: `${path} ${there}${other}`, cause: 'SRC_MISSING', facts};
	}

	if (unreadable === undefined) return undefined;
	return {status: 'fail', summary: `some of ${path} may not be read: ${unreadable}`, cause: 'SRC_DENIED', facts};
}

function healthy({hub}: CheckContext, answer: SpokeAnswer, now: number): Found {
	const version = /version +v?([\d.]+)/.exec(answer.all('version').join(' '))?.[1];
	const isOpen = answer.all('version').some(line => line.startsWith('openrsync'));
	const newest = answer.number('newest');
	const disk = readDf(answer.one('df'));
	const parts = [
		answer.one('uname') ?? 'unknown system',
		`${isOpen ? 'openrsync' : 'rsync'} ${version ?? 'of an unknown version'}`,
		`${countOf(answer.number('count') ?? 0, 'session')}, ${formatBytes(answer.number('bytes') ?? 0)}`,
		...(newest === undefined || newest === 0 ? [] : [`newest ${formatAge(newest * 1000, hub.clock.now())}`]),
		...(disk ? [`${formatBytes(disk.free * 1024)} free`] : []),
	];
	const warnings = [...clockTrouble(answer, now), ...rootTrouble(answer), ...diskTrouble(answer)];
	const piRoot = piRootOf(answer);
	const facts = piRoot === undefined ? {} : {piRoot};
	const [first] = warnings;
	if (first === undefined) return {status: 'pass', summary: parts.join('; '), facts};
	return {status: 'warn', summary: first, evidence: [parts.join('; '), ...warnings.slice(1)], facts};
}

function clockTrouble(answer: SpokeAnswer, now: number): string[] {
	const seconds = answer.number('now');
	if (seconds === undefined) return [];
	const skew = seconds * 1000 - now;
	if (Math.abs(skew) < skewMs) return [];
	const minutes = Math.round(Math.abs(skew) / 60_000);
	return [`the spoke's clock is ${formatCount(minutes)} min ${skew > 0 ? 'ahead of' : 'behind'} the hub's`];
}

function rootTrouble(answer: SpokeAnswer): string[] {
	const piRoot = piRootOf(answer);
	const startup = answer.all('startup');
	if (piRoot !== undefined) return [`pi writes its sessions to ${piRoot} on this spoke, which is not what is synced`];
	if (startup.length === 0) return [];
	return [`a start-up file on the spoke names another folder for pi: ${startup[0]!.trim()}`];
}

function diskTrouble(answer: SpokeAnswer): string[] {
	const disk = readDf(answer.one('df'));
	const inodes = readDf(answer.one('dfi'));
	if (disk && disk.free < 1024) return ['the disk of the spoke is full: pi cannot write its sessions'];
	if (inodes && inodes.total > 0 && inodes.free === 0)
		return ['the spoke has no inodes left: pi cannot write its sessions'];
	return [];
}

/**
 * Where pi writes on this spoke, when that is another folder than the one that is synced.
 * @returns undefined when it is the same, or not known to be another
 */
function piRootOf(answer: SpokeAnswer): string | undefined {
	const named = answer.one('pi_named');
	const found = answer.one('pi_root') ?? named;
	if (found === undefined || found === answer.one('root')) return undefined;
	// What lies in the usual place may be left from before pi was told another one.
	return named === undefined && (answer.number('count') ?? 0) > 0 ? undefined : found;
}

/** The answer as evidence, without what is there twice. */
function linesOf(answer: SpokeAnswer): string[] {
	const keys = ['uname', 'user', 'home', 'rsync', 'version', 'root', 'listing', 'count', 'bytes', 'newest', 'nearest'];
	const more = ['pi_named', 'pi_root', 'startup', 'unreadable', 'elsewhere', 'df', 'dfi', 'now'];
	return [...keys, ...more].flatMap(key => answer.all(key).map(value => `${key}: ${value}`));
}
