import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Diagnosis} from '../../source/sync/diagnosis/types.js';
import type {SyncReport} from '../../source/sync/jobs/sync.js';
import {diagnosePanel, diagnoseWindow} from '../../source/view/diagnose-panel.js';
import type {DiagnoseSight} from '../../source/view/diagnose-sight.js';
import {textPage} from '../../source/view/text-window.js';
import {fakeNow} from '../lab/fake-state.js';
import {matchSnapshot} from '../lab/snapshot.js';
import {fixes, green, red, running, sightOf, step, steps} from './diagnosing.js';
import {anyStyle, assertFits, hostileText, readable} from './hostile.js';

// Times are shown in the zone of the machine.
process.env.TZ = 'UTC';

const folder = import.meta.dirname;

/** Lines of the view on screens of 40, 24 and 20: the last two are the toasts' and the footer's. */
const sizes = [
	[120, 38],
	[80, 22],
	[60, 18],
] as const;

const report: SyncReport = {
	...{spoke: 'gpu-box', by: 'dashboard', startedAt: fakeNow - 2000, tookMs: 1200, result: 'done', bytes: 412_000},
	files: {listed: 58, new: 2, extended: 1, unchanged: 55, held: 0},
	...{sent: 100, received: 412_500, cause: undefined, message: undefined, detail: undefined},
	...{plan: undefined, added: []},
};

function view(shown: Diagnosis, [width, rows]: readonly [number, number], change: Partial<DiagnoseSight> = {}): string {
	const sight = sightOf(shown, [width, textPage(rows)], change);
	const lines = diagnoseWindow(sight, diagnosePanel(sight), rows);
	assert.equal(lines.length, rows);
	assertFits(lines, width);
	return readable(lines);
}

for (const [width, rows] of sizes) {
	const size = [width, rows] as const;
	const name = (what: string) => `diagnose-${what}-${width}x${rows}`;

	test(`a diagnosis that runs, at ${width}x${rows}`, () => {
		matchSnapshot(name('running'), view(running, size), {folder});
	});

	test(`a diagnosis with a cause and fixes, at ${width}x${rows}`, () => {
		matchSnapshot(name('red'), view(red, size), {folder});
	});

	test(`a diagnosis after which the row is well, at ${width}x${rows}`, () => {
		const {row} = sightOf(green, [80, 20], {}, 'ok');
		const text = view(green, size, {row: {...row, id: 'gpu-box', name: 'gpu-box'}, sync: report});
		matchSnapshot(name('green'), text, {folder});
	});

	test(`a step on the whole screen, at ${width}x${rows}`, () => {
		const ui = {spoke: 'gpu-box', step: 'login', isExpanded: true} as const;
		matchSnapshot(name('expanded'), view(red, size, {ui}), {folder});
	});
}

const long = {
	...red,
	checks: steps({login: {...red.checks.find(({id}) => id === 'login'), evidence: numbered(50)}}),
};

function numbered(count: number): string[] {
	return Array.from({length: count}, (_, index) => `line ${index + 1} of what it said`);
}

test('what a step has seen scrolls below it, and the rule says where one is', () => {
	const sight = sightOf(long, [80, 20], {offset: 12});
	const {lines, body, extent} = diagnosePanel(sight);
	assert.equal(extent.total, 52, 'the command, what it said, how it ended');
	assert.equal(body.length, extent.total);
	const text = readable(lines);
	assert.match(text, /line 12 of what it said/);
	assert.match(text, new RegExp(`13-${12 + extent.page} of 52 lines`));
	assert.match(text, /^CAUSE /m, 'the cause stays');
});

test('of a step that runs the newest is shown until somebody scrolls', () => {
	const login = {...running.checks.find(({id}) => id === 'login')!, evidence: numbered(50)};
	const live = {...running, checks: running.checks.map(check => (check.id === 'login' ? login : check))};
	assert.match(readable(diagnosePanel(sightOf(live, [80, 20])).lines), /line 50 of/);
	assert.doesNotMatch(readable(diagnosePanel(sightOf(live, [80, 20], {offset: 1})).lines), /line 50 of/);
});

test('a step that runs counts whole seconds', () => {
	assert.match(view(running, [80, 22], {clock: fakeNow + 1200}), /ssh login +running 4 s$/m);
	assert.match(view(running, [80, 22], {clock: 0}), /ssh login +running 0 s$/m, 'a clock that was set back');
});

test('where nothing may be changed no fix is said to run', () => {
	const text = view(red, [120, 38], {fixKey: undefined});
	assert.doesNotMatch(text, /runs with/);
	assert.match(text, /Nothing was changed\. Fixes are shown, never run\./);
});

test('paths below the home of the user are short, commands are as they are typed', () => {
	const text = view({...red, fixes: [{...fixes[0]!, command: 'chmod 600 /home/will/.ssh/key'}]}, [120, 38]);
	assert.match(text, /hub folder: ~\/\.pi-brain/);
	assert.match(text, /chmod 600 \/home\/will\/\.ssh\/key/);
});

test('a spoke that is well again is only called well when its row is', () => {
	assert.match(
		view(green, [80, 22], {sync: 'running'}),
		/^NOW +gpu-box +XX auth[\s\S]*^SYNC +nothing blocks any more: running/m,
	);
	const failed: SyncReport = {...report, result: 'failed', cause: 'STALLED', message: 'no answer for 60 s'};
	assert.match(view(green, [80, 22], {sync: failed}), /^SYNC +gpu-box: no answer for 60 s \[STALLED\]/m);
});

test('a diagnosis that was cut off verifies nothing', () => {
	const cut = {...green, checks: steps({login: {status: 'skip', summary: 'cancelled'}})};
	assert.doesNotMatch(view(cut, [80, 22]), /^(?:NOW|WELL)/m);
});

test('whatever a spoke says and however small the screen, no line overflows and the selected step is in sight', () => {
	const sized = fc.tuple(fc.integer({min: 20, max: 130}), fc.integer({min: 4, max: 40}));
	fc.assert(
		fc.property(
			sized,
			hostileText,
			fc.nat(14),
			fc.nat(60),
			anyStyle,
			fc.boolean(),
			(size, text, at, offset, style, isExpanded) => {
				const said = (check: (typeof red.checks)[number]) => ({...check, summary: text, evidence: [text, text]});
				const checks = red.checks.map(said);
				const shown: Diagnosis = {
					...red,
					checks,
					plain: text,
					why: text,
					fixes: [{...fixes[0]!, title: text, command: text}],
				};
				const id = checks[at % checks.length]!.id;
				const ui = {spoke: 'gpu-box', step: id, isExpanded};
				const sight = sightOf(shown, size, {ui, offset, style, find: text.slice(0, 3)});
				const {lines, extent} = diagnosePanel(sight);
				assertFits(lines, size[0]);
				assert.ok(lines.length <= size[1], `${lines.length} lines of ${size[1]}`);
				assert.ok(extent.page >= 1);
				if (!isExpanded)
					assert.ok(
						readable(lines)
							.split('\n')
							.some(line => line.startsWith('>')),
						readable(lines),
					);
			},
		),
	);
});

test('a spoke that is not behind ssh has a list of its own', () => {
	const checks = (['config', 'folder', 'disk', 'source'] as const).map(id => step(id));
	assert.match(view({...green, checks}, [60, 18]), /^ ok {2}4 source/m);
});
