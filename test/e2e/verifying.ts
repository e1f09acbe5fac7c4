import type {Finding, VerifyReport} from '../../source/sync/verify/types.js';
import type {CliOptions, LabHub} from '../lab/hub.js';
import {expectExit} from './support.js';

/** A report as `sync verify --json` prints it. */
export interface VerifyJson {
	readonly spoke: string | null;
	readonly result: VerifyReport['result'];
	readonly findings: readonly Finding[];
	readonly identical: number | null;
	readonly unreachable: string | null;
	readonly proof: Omit<VerifyReport['proof'], 'since'> & {readonly since: string | null};
}

/** What `--repair` adds. */
export interface RepairJson {
	readonly spoke: string;
	readonly repaired: ReadonlyArray<{readonly path: string; readonly from: string; readonly generation?: string}>;
	readonly failed: ReadonlyArray<{readonly path: string; readonly reason: string}>;
}

/** `sync verify --json` with its exit status; the reports by spoke. */
export async function verifyJson(
	hub: LabHub,
	args: readonly string[],
	exitCode: number,
	options?: CliOptions,
): Promise<{readonly of: Readonly<Record<string, VerifyJson>>; readonly repairs: readonly RepairJson[]}> {
	const result = await expectExit(hub, ['sync', 'verify', '--json', ...args], exitCode, options);
	const {spokes, repairs = []} = result.json<{spokes: readonly VerifyJson[]; repairs?: readonly RepairJson[]}>();
	return {of: Object.fromEntries(spokes.map(report => [report.spoke ?? '', report])), repairs};
}

/** Findings of damage only. */
export function damageOf({findings}: Pick<VerifyJson, 'findings'>): Finding[] {
	return findings.filter(({severity}) => severity === 'damage');
}
