import {noVerify, type VerifyReport, type VerifyState} from '../../source/sync/verify/types.js';
import {buildRows} from '../../source/view/rows.js';
import {untouchedVerify} from '../../source/view/ui-verify.js';
import type {VerifySight} from '../../source/view/verify-sight.js';
import {fakeHub, fakeNow} from '../lab/fake-state.js';
import {plainStyle} from './hostile.js';

/** What is known when a verify has ended so. */
export function known(report: VerifyReport): VerifyState {
	return {...noVerify, report};
}

/** A sight of a verify of `laptop` at a size. */
export function verifySight(
	verify: VerifyState,
	[width, rows]: readonly [number, number],
	change: Partial<VerifySight> = {},
): VerifySight {
	const row = buildRows(fakeHub({spokes: 1}), fakeNow, undefined)[1]!;
	return {
		...{row, verify, compared: undefined, now: fakeNow, ui: untouchedVerify, offset: 0, find: ''},
		keys: {again: 'r', deep: 'V', inspect: 'enter', repair: '!'},
		...{width, rows, style: plainStyle},
		...change,
	};
}
