import {existsSync} from 'node:fs';
import {userInfo} from 'node:os';
import type {HubConfig, SpokeConfig} from '../config/types.js';
import type {Environment} from '../ssh/environment.js';
import {explainCause} from './causes/index.js';
import type {Findings} from './context.js';
import {type FixFacts, type FixNames, type HubMachine, namesOf, withFacts, withResolved} from './names.js';
import type {CheckId, CheckResult, Diagnosis} from './types.js';

/** What a verdict is made from. */
export interface Evidence {
	readonly spoke: SpokeConfig;
	readonly config: HubConfig;
	readonly machine: HubMachine;
	readonly checks: readonly CheckResult[];
	/** Failures that nothing else waited for. */
	readonly isBlocking: (id: CheckId) => boolean;
	readonly findings: Findings;
	readonly facts: ReadonlyMap<CheckId, FixFacts>;
}

/** What the checks that have ended come to: the cause that blocks first, in their order, and the ways out. */
export function judge(
	evidence: Evidence,
): Pick<Diagnosis, 'verdict' | 'cause' | 'scenario' | 'plain' | 'why' | 'fixes'> {
	const {checks} = evidence;
	const failed = checks.filter(({status}) => status === 'fail');
	const warned = checks.filter(({status}) => status === 'warn');
	const verdict = failed.length > 0 ? 'fail' : warned.length > 0 ? 'warn' : 'ok';
	const worst = failed.length > 0 ? failed : warned.filter(({cause}) => cause !== undefined);
	// What only threatens (an rsync with known holes) must not hide what is wrong now.
	const first = worst.find(({id}) => evidence.isBlocking(id)) ?? worst[0];
	if (first === undefined) {
		return {verdict, cause: undefined, scenario: undefined, plain: undefined, why: undefined, fixes: []};
	}

	const cause = first.cause ?? 'UNKNOWN';
	const {scenario, plain, why, fixes} = explainCause(cause, fillNames(evidence, first.id));
	return {verdict, cause, scenario, plain, why, fixes};
}

/** What is true of the spoke whichever check found it; the rest (a place, a path, a complaint) belongs to its own check. */
const shared = [
	'agentKeys',
	'knownKeys',
	'presentKeys',
	'spokeSystem',
	'rsyncFound',
	'piRoot',
	'isPingAlive',
	'lastAddress',
] as const satisfies ReadonlyArray<keyof FixFacts>;

/** What the check that blocks has found out, and what the others know of the spoke. */
function fillNames({spoke, config, machine, findings, facts}: Evidence, blocking: CheckId): FixNames {
	const {'ssh-config': resolved} = findings;
	const plain = namesOf(spoke, config, machine);
	const names = resolved === undefined ? plain : withResolved(plain, resolved);
	const known = [...facts.values()].flatMap(found => shared.map(name => ({[name]: found[name]})));
	const told = known.filter(entry => Object.values(entry)[0] !== undefined);
	return withFacts(names, Object.assign({}, ...told, facts.get(blocking)));
}

/** The hub's machine, as fixes name it. */
export function machineOf(env: Environment, home: string): HubMachine {
	// systemd says so itself (sd_booted(3)).
	const scheduler = existsSync('/run/systemd/system') ? 'systemd' : 'cron';
	return {platform: process.platform, home, user: env.USER ?? env.LOGNAME ?? userInfo().username, scheduler};
}
