import type {CheckId, CheckResult, Diagnosis, Fix} from '../sync/diagnosis/types.js';
import type {UiState} from './types.js';

/** The step whose failure the cause speaks of; undefined when nothing blocks. */
export function blamedStep({checks, cause}: Diagnosis): CheckResult | undefined {
	if (cause === undefined) return undefined;
	const failed = checks.filter(({status}) => status === 'fail');
	return (
		failed.find(check => (check.cause ?? 'UNKNOWN') === cause) ??
		failed[0] ??
		checks.find(check => check.status === 'warn' && check.cause === cause)
	);
}

/** The step the panel has selected: the one a person chose, else the one that matters most now. */
export function selectedStep(diagnosis: Diagnosis, {spoke, step}: UiState['diagnose']): CheckResult | undefined {
	const {checks} = diagnosis;
	const chosen = spoke === diagnosis.spoke ? checks.find(({id}) => id === step) : undefined;
	return (
		chosen ??
		checks.find(({status}) => status === 'fail') ??
		checks.find(({status}) => status === 'running') ??
		blamedStep(diagnosis) ??
		checks[0]
	);
}

/** The next step after one that did not pass, round at the end; failures come before warnings. */
export function nextFailed({checks}: Diagnosis, from: CheckId | undefined): CheckId | undefined {
	const status = checks.some(check => check.status === 'fail') ? 'fail' : 'warn';
	const bad = checks.filter(check => check.status === status);
	const at = checks.findIndex(({id}) => id === from);
	return (bad.find(({id}) => checks.findIndex(check => check.id === id) > at) ?? bad[0])?.id;
}

/** Fixes that the hub can do by itself, with their numbers as shown. */
export function runnableFixes({fixes}: Diagnosis): ReadonlyArray<{readonly number: number; readonly fix: Fix}> {
	return fixes.flatMap((fix, at) => (fix.action === undefined ? [] : [{number: at + 1, fix}]));
}
