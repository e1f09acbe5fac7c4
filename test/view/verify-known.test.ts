import assert from 'node:assert/strict';
import test from 'node:test';
import type {HubState, SpokeState} from '../../source/sync/state.js';
import {noVerify} from '../../source/sync/verify/types.js';
import {detailBody} from '../../source/view/detail-body.js';
import {headerLine} from '../../source/view/header.js';
import {previewLines} from '../../source/view/preview.js';
import {buildRows} from '../../source/view/rows.js';
import {gistOf} from '../../source/view/sentences.js';
import {isVerifyNewer} from '../../source/view/verify-known.js';
import {fakeHub, fakeNow} from '../lab/fake-state.js';
import {fakeFindings, fakeProgress, fakeReport} from '../lab/fake-verify.js';
import {readable, plainStyle as style} from './hostile.js';

const day = 86_400_000;

/** A hub with one spoke that is well, and what is known of its verifies. */
function hubOf(change: Partial<SpokeState> = {}, own: Partial<HubState> = {}): HubState {
	const hub = fakeHub({spokes: 1, kinds: ['ok']});
	return {...hub, ...own, spokes: [{...hub.spokes[0]!, ...change}]};
}

function rowsOf(state: HubState) {
	return buildRows(state, fakeNow, undefined);
}

function preview(state: HubState, at = 1, width = 100): string {
	const row = rowsOf(state)[at];
	return readable(previewLines({row, state, now: fakeNow, width, height: 4, style, verifyKey: 'v'}));
}

function header(state: HubState): string {
	const rows = rowsOf(state);
	const ui = {pausedSince: undefined, filter: '', isFaultsOnly: false};
	return readable([headerLine({state, rows, shown: rows, ui, isReadOnly: false, now: fakeNow, width: 120, style})]);
}

function detail(state: HubState, at = 1): string {
	const row = rowsOf(state)[at]!;
	return readable(detailBody({row, detail: undefined, state, now: fakeNow, width: 80, style}));
}

test('a verify that runs is in the state cell behind the word, and is not read out at every percent', () => {
	const [hub, spoke] = rowsOf(
		hubOf(
			{verify: {progress: fakeProgress, isDeep: true, report: undefined}},
			{
				ownVerify: {
					progress: {...fakeProgress, bytesTotal: undefined, filesTotal: undefined},
					isDeep: false,
					report: undefined,
				},
			},
		),
	);
	assert.equal(spoke!.stateText, 'ok verify 42%');
	assert.equal(spoke!.word, 'ok');
	assert.equal(hub!.stateText, 'hub verify', 'while nobody knows how much there is');
	assert.equal(gistOf(spoke!), gistOf(rowsOf(hubOf())[1]!));
});

test('preview and detail say when a spoke was last verified, and what that came to', () => {
	const report = fakeReport([], {startedAt: fakeNow - 3 * day, isDeep: true});
	const state = hubOf({verify: {...noVerify, report}});
	assert.match(preview(state), /last run .* {3}verified 3d ago \(deep\), all here$/m);
	assert.match(detail(state), /^Verified +3d ago \(deep\), all here$/m);
	assert.match(detail(state), /^ +1,204 sessions and 17 earlier versions, 1\.1 GB ever acknowledged$/m);
	assert.match(preview(hubOf()), /never verified$/m);
	assert.match(detail(hubOf()), /^Verified +never$/m);
});

test('what the facts remember of a verify is shown before its report is read', () => {
	const {facts} = hubOf().spokes[0]!;
	const lastVerify = {
		...{at: fakeNow - 2 * day, isDeep: false, deepAt: undefined, sessions: 12},
		isAllHere: true,
		damage: 1,
		look: 2,
	};
	const state = hubOf({facts: {...facts, lastVerify}});
	assert.match(preview(state), /verified 2d ago, 1 damaged, 2 need a look/);
	assert.match(header(state), /1 damaged/);
});

test('damage is counted in the header and told first in the preview; the word of the row stays', () => {
	const report = fakeReport(fakeFindings);
	const state = hubOf(
		{verify: {...noVerify, report}},
		{ownVerify: {...noVerify, report: {...report, spoke: undefined}}},
	);
	assert.match(header(state), /1 ok +2 damaged/);
	assert.match(preview(state).split('\n')[1]!, /^XX 2 damaged on the hub, the last verify found; v shows it$/);
	assert.match(preview(state, 0), /2 damaged on the hub, the last verify found; v shows it/);
	assert.equal(rowsOf(state)[1]!.word, 'ok');
	assert.doesNotMatch(header(hubOf({verify: {...noVerify, report: fakeReport(fakeFindings.slice(2))}})), /damaged/);
});

test('what was done last with a row is a verify that runs, or one of this screen that began after the diagnosis', () => {
	const report = fakeReport([], {startedAt: fakeNow});
	const done = {...noVerify, report};
	const running = {...noVerify, progress: fakeProgress, isDeep: true};
	const diagnosed = (startedAt: number, isRunning = false) => ({startedAt, isRunning});
	assert.ok(isVerifyNewer(done, undefined, fakeNow - 1));
	assert.ok(isVerifyNewer(done, diagnosed(fakeNow - 1), 0));
	assert.ok(isVerifyNewer(running, diagnosed(fakeNow), 0));
	assert.ok(!isVerifyNewer(noVerify, undefined, 0));
	assert.ok(!isVerifyNewer(done, diagnosed(fakeNow + 1), 0));
	assert.ok(!isVerifyNewer(running, diagnosed(fakeNow, true), 0));
	assert.ok(!isVerifyNewer(done, undefined, fakeNow + 1), 'from before the dashboard was opened');
});

test('on a narrow screen the verify has a line of its own, where there is one', () => {
	assert.match(preview(hubOf(), 1, 50), /^never verified$/m);
});
