import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {type Finding, findingKinds, noVerify, type Severity, type VerifyState} from '../../source/sync/verify/types.js';
import {textPage} from '../../source/view/text-window.js';
import type {UiState} from '../../source/view/types.js';
import {groupsOf, idOf, placeIn} from '../../source/view/verify-groups.js';
import {verifyPanel, verifyWindow} from '../../source/view/verify-panel.js';
import type {VerifySight} from '../../source/view/verify-sight.js';
import {fakeNow} from '../lab/fake-state.js';
import {fakeFindings, fakeProgress, fakeReport} from '../lab/fake-verify.js';
import {matchSnapshot} from '../lab/snapshot.js';
import {anyStyle, assertFits, hostileText, readable} from './hostile.js';
import {known, verifySight} from './verifying.js';

// Times are shown in the zone of the machine.
process.env.TZ = 'UTC';

const folder = import.meta.dirname;

/** Lines of the view on screens of 40, 24 and 20: the last two are the toasts' and the footer's. */
const sizes = [
	[120, 38],
	[80, 22],
	[60, 18],
] as const;

const found = fakeReport(fakeFindings, {isDeep: true});
const clean = fakeReport();

function view(
	verify: VerifyState,
	[width, rows]: readonly [number, number],
	change: Partial<VerifySight> = {},
): string {
	const sight = verifySight(verify, [width, textPage(rows)], change);
	const lines = verifyWindow(sight, verifyPanel(sight), rows);
	assert.equal(lines.length, rows);
	assertFits(lines, width);
	return readable(lines);
}

/** Someone is at a finding of the report. */
function at(level: UiState['verify']['level'], finding: Finding): UiState['verify'] {
	const group = groupsOf(found).find(({kind, severity}) => kind === finding.kind && severity === finding.severity)!;
	return {of: 'laptop', level, group: group.id, finding: {id: idOf(finding), at: group.findings.indexOf(finding)}};
}

for (const [width, rows] of sizes) {
	const size = [width, rows] as const;
	const name = (what: string) => `verify-${what}-${width}x${rows}`;

	test(`what a verify found, in groups, at ${width}x${rows}`, () => {
		matchSnapshot(name('groups'), view(known(found), size), {folder});
	});

	test(`a verify that found nothing, at ${width}x${rows}`, () => {
		matchSnapshot(name('clean'), view(known(clean), size), {folder});
	});

	test(`a verify that runs, above what the last one found, at ${width}x${rows}`, () => {
		const verify = {progress: fakeProgress, isDeep: true, report: clean};
		matchSnapshot(name('running'), view(verify, size), {folder});
	});

	test(`the files of a group, at ${width}x${rows}`, () => {
		matchSnapshot(name('files'), view(known(found), size, {ui: at('files', fakeFindings[6]!)}), {folder});
	});

	test(`one damaged file, both sides beside each other, at ${width}x${rows}`, () => {
		matchSnapshot(name('file'), view(known(found), size, {ui: at('file', fakeFindings[0]!)}), {folder});
	});

	test(`one file that is larger on the hub, at ${width}x${rows}`, () => {
		matchSnapshot(name('file-held'), view(known(found), size, {ui: at('file', fakeFindings[2]!)}), {folder});
	});
}

test('nothing is claimed of a row of which no verify is known', () => {
	const text = view(noVerify, [80, 22]);
	assert.match(text, /No verify of this is known; r verifies/);
	assert.doesNotMatch(text, /all here|RESULT/);
});

test('a quick verify does not say that there is no bit rot, and names the key that reads every byte', () => {
	const quick = view(known(clean), [80, 22]);
	assert.doesNotMatch(quick, /bit rot|malformed/);
	assert.match(quick.replaceAll(/\s+/g, ' '), /by names, sizes and times; bytes never read so far \(V reads them\)/);
	const deep = view(known(fakeReport([], {isDeep: true})), [80, 22]);
	assert.match(deep, /^ ok +0 bit rot \/ foreign edit/m);
	assert.match(deep.replaceAll(/\s+/g, ' '), /by every byte/);
});

test('a spoke that was not asked is said to be so, and nothing is said of what only it can tell', () => {
	const report = fakeReport([], {identical: undefined, notCompared: 'connection refused [TCP_REFUSED]'});
	const text = view(known(report), [80, 22]);
	assert.match(text, /^SPOKE +not compared: connection refused \[TCP_REFUSED\]/m);
	assert.doesNotMatch(text, /identical|hub larger/);
});

test('entries from what lay on the disk are proved from then on only, and the result says so', () => {
	const since = fakeNow - 86_400_000;
	const report = fakeReport([], {proof: {...clean.proof, since, rebuilt: 12}});
	assert.match(
		view(known(report), [120, 38]).replaceAll(/\s+/g, ' '),
		/proved since Fri 20 Nov 14:02 UTC, 12 entered from what lay on the disk/,
	);
});

test("the hub's own sessions, for which no ledger answers, are never said to be all here", () => {
	const proof = {...clean.proof, sessions: 0, bytes: 0, generations: 0, generationBytes: 0};
	const text = view(known(fakeReport([], {spoke: undefined, proof, identical: undefined})), [80, 22]);
	assert.match(text, /^RESULT +ok nothing wrong$/m);
	assert.match(text, /1,204 sessions, 1.1 GB looked at/);
	assert.doesNotMatch(text, /all here|acknowledged|missing/);
});

test('what changed while it was looked at is not said to be proved', () => {
	const report = fakeReport([], {proof: {...clean.proof, unproved: 3}, lastDeepAt: fakeNow - 3 * 86_400_000});
	const text = view(known(report), [120, 38]).replaceAll(/\s+/g, ' ');
	assert.match(text, /3 changed meanwhile and are not proved/);
	assert.match(text, /bytes last read 3d ago/);
});

test('a verify that could not be done, or was cancelled, is never said to have found everything', () => {
	const failure = {cause: 'UNKNOWN', message: 'EIO: i/o error, scandir', detail: ''} as const;
	const failed = view(known(fakeReport([], {result: 'failed', failure})), [80, 22]);
	assert.match(failed, /^RESULT +XX could not be done: EIO: i\/o error, scandir \[UNKNOWN\]/m);
	assert.doesNotMatch(failed, /all here|ever acknowledged|^ ok/m);
	const cancelled = view(known(fakeReport([], {result: 'cancelled'})), [80, 22]);
	assert.match(cancelled, /^RESULT +!! cancelled$/m);
	assert.doesNotMatch(cancelled, /all here|^ ok/m);
});

test('of more findings than a report keeps, all are counted and the list says how many it has', () => {
	const findings = fakeFindings.slice(5);
	const counts = [{kind: 'newer-on-spoke', severity: 'info', count: 40_000}] as const;
	const report = fakeReport(findings, {counts});
	assert.match(view(known(report), [80, 22]), /40,000 newer on the spoke/);
	const ui = {...at('files', findings[0]!), of: 'laptop'};
	assert.match(view(known(report), [80, 22], {ui}), /1 of 2 \(the first of 40,000\)/);
	const none = fakeReport([], {counts});
	assert.equal(placeIn(none, 'laptop', ui).level, 'groups', 'there is no file to look at');
	assert.match(view(known(none), [80, 22], {ui}), /40,000 newer on the spoke/);
});

test('what was looked at and is gone after a repair leads back to what there is', () => {
	const [damaged, missing] = fakeFindings as readonly [Finding, Finding];
	const ui = at('file', damaged);
	assert.equal(placeIn(found, 'laptop', ui).finding, damaged);
	assert.deepEqual(placeIn(fakeReport([missing]), 'laptop', ui).level, 'groups');
	const other = {...damaged, path: 'another.jsonl'};
	assert.deepEqual(placeIn(fakeReport([other]), 'laptop', ui).level, 'files', 'the group is still there');
	assert.equal(placeIn(found, 'server', ui).level, 'groups', "another row's choices mean nothing");
	assert.equal(placeIn(undefined, 'laptop', ui).finding, undefined);
});

test('where nothing may be changed no key is said to repair', () => {
	const keys = {again: 'r', deep: 'V', inspect: 'enter', repair: undefined};
	const text = view(known(found), [120, 38], {keys, ui: at('file', fakeFindings[0]!)});
	assert.match(text, /the spoke still shows the size and time of the true bytes$/m);
});

test('two sessions of a pair are compared entry by entry', () => {
	const ui = at('file', fakeFindings[3]!);
	const reading = view(known(found), [80, 38], {ui, compared: 'reading'});
	assert.match(reading, /^COMPARE +reading both/m);
	const problem = view(known(found), [80, 38], {ui, compared: {problem: 'EACCES: permission denied'}});
	assert.match(problem, /^COMPARE +EACCES: permission denied/m);
});

test('a long list shows the lines around the selected one, and its place', () => {
	const many = Array.from({length: 500}, (_, index) => ({...fakeFindings[5]!, path: `session-${index}.jsonl`}));
	const report = fakeReport(many);
	const ui: UiState['verify'] = {
		...{of: 'laptop', level: 'files', group: 'info newer-on-spoke'},
		finding: {id: idOf(many[250]!), at: 250},
	};
	const text = view(known(report), [80, 22], {ui});
	assert.match(text, /251 of 500/);
	assert.match(text, /^>-- session-250\.jsonl/m);
	const {body, extent} = verifyPanel(verifySight(known(report), [80, 20], {ui}));
	assert.deepEqual([body.length, extent.total], [500, 500]);
});

const hostileFinding: fc.Arbitrary<Finding> = fc
	.record({
		kind: fc.constantFrom(...findingKinds),
		severity: fc.constantFrom<Severity>('damage', 'look', 'info'),
		path: hostileText,
		detail: hostileText,
		offset: fc.option(fc.nat(), {nil: undefined}),
		hub: fc.option(fc.record({bytes: fc.nat(), mtimeMs: fc.nat()}), {nil: undefined}),
		spoke: fc.option(fc.record({bytes: fc.nat(), mtimeMs: fc.constant(undefined), sha256: hostileText}), {
			nil: undefined,
		}),
		other: fc.option(fc.record({computer: hostileText, path: hostileText, relation: hostileText}), {nil: undefined}),
		generation: fc.option(hostileText, {nil: undefined}),
		repair: fc.constantFrom('spoke' as const, 'generation' as const, undefined),
	})
	.map(({offset, hub, spoke, other, generation, repair, ...rest}) => ({
		...rest,
		...(offset === undefined ? {} : {offset, line: offset}),
		...(hub ? {hub} : {}),
		...(spoke ? {spoke} : {}),
		...(other ? {other} : {}),
		...(generation === undefined ? {} : {generation}),
		...(repair ? {repair} : {}),
	}));

test('whatever was found, the view is exactly its height, never wider, and obeys nothing', () => {
	fc.assert(
		fc.property(
			fc.array(hostileFinding, {maxLength: 12}),
			fc.record({width: fc.integer({min: 1, max: 140}), rows: fc.integer({min: 1, max: 50})}),
			fc.constantFrom<UiState['verify']['level']>('groups', 'files', 'file'),
			fc.record({offset: fc.nat(40), find: hostileText, isRunning: fc.boolean(), pick: fc.nat(11)}),
			anyStyle,
			(findings, {width, rows}, level, {offset, find, isRunning, pick}, style) => {
				const order: readonly Severity[] = ['damage', 'look', 'info'];
				const report = fakeReport(
					findings.toSorted((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity)),
					{notCompared: find},
				);
				const finding = findings[pick % Math.max(1, findings.length)];
				const group = finding && groupsOf(report).find(({findings: own}) => own.includes(finding));
				const ui = {
					...{of: 'laptop', level, group: group?.id},
					finding: finding && {id: idOf(finding), at: group!.findings.indexOf(finding)},
				};
				const verify = {progress: isRunning ? fakeProgress : undefined, isDeep: isRunning || undefined, report};
				const sight = verifySight(verify, [width, textPage(rows)], {ui, offset, find, style});
				const panel = verifyPanel(sight);
				const lines = verifyWindow(sight, panel, rows);
				assert.equal(lines.length, rows);
				assertFits(lines, width);
				for (const line of panel.body) assert.doesNotMatch(line.replaceAll(/\u001B\[[\d;]*m/g, ''), /[\p{Cc}\p{Cf}]/u);
				if (rows > 2 && group) assert.equal(panel.place.finding, finding);
			},
		),
		{numRuns: 150},
	);
});
