import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {typed} from '../../source/view/edit-text.js';
import {textPage} from '../../source/view/text-window.js';
import type {ReachStep, WizardMethod, WizardUi} from '../../source/view/ui-wizard.js';
import {stepsOf, wishOf} from '../../source/view/wizard-draft.js';
import {lookLines} from '../../source/view/wizard-found.js';
import {wizardPanel, wizardWindow} from '../../source/view/wizard-panel.js';
import {reachProblem} from '../../source/view/wizard-reach.js';
import {noFacts, type WizardFacts, type WizardSight} from '../../source/view/wizard-sight.js';
import {matchSnapshot} from '../lab/snapshot.js';
import {anyStyle, assertFits, hostileText, readable} from './hostile.js';
import {hubId, knocking, spokeId, typedRsync, wizardConfig, wizardSight, wizardUi} from './wizard.js';

const folder = import.meta.dirname;

/** Lines of the view on screens of 40, 24, 20 and 8: the last two, or the last one, are the toasts' and the footer's. */
const sizes = [
	[120, 38],
	[80, 22],
	[60, 18],
	[40, 7],
] as const;

function view(
	ui: WizardUi,
	facts: Partial<WizardFacts>,
	[width, rows]: readonly [number, number],
	change: Partial<WizardSight> = {},
): string {
	const sight = wizardSight(ui, facts, [width, textPage(rows)], change);
	const lines = wizardWindow(sight, wizardPanel(sight), rows);
	assert.equal(lines.length, rows);
	assertFits(lines, width);
	return readable(lines);
}

const source = 'will@nas:~/.pi/agent/sessions';
const found = lookLines(
	{sessions: {count: 1204, bytes: 1_100_000_000, projects: 41}, piRoot: undefined, hasRsync: true},
	true,
);
const hosts = ['laptop-sync', 'gpu-box', 'nas'];
const look = {of: source, isRunning: false, lines: found};
const yaml = [
	'  - name: nas',
	'    sync_method: rsync',
	'    source: will@nas:./',
	'    ssh_key: ~/.ssh/pi-brain-sync',
];
const preview = {of: wishOf(wizardUi('source', typedRsync), noFacts, wizardConfig()), yaml, problem: undefined};
const lines = [
	{text: 'an ssh server answers on 10.0.0.9 port 22'},
	{text: 'its host key is the known one'},
	{text: 'the key logs in, but is not restricted', tone: 'bad'},
] as const;

for (const [width, rows] of sizes) {
	const size = [width, rows] as const;
	const name = (what: string) => `wizard-${what}-${width}x${rows}`;

	test(`the wizard chooses a method at ${width}x${rows}`, () => {
		matchSnapshot(name('method'), view(wizardUi('method'), {}, size), {folder});
	});

	test(`the wizard asks for a source at ${width}x${rows}`, () => {
		matchSnapshot(name('source'), view(wizardUi('source', typedRsync), {hosts, look, preview}, size), {folder});
	});

	test(`the wizard asks how the Syncthing of a spoke is reached at ${width}x${rows}`, () => {
		const texts = {reach: typed('http://laptop.lan:8384'), key: typed('~/laptop.key')};
		const ui = wizardUi('reach', {method: 'syncthing', texts});
		matchSnapshot(name('reach'), view(ui, {hosts, syncthing: knocking}, size), {folder});
	});

	test(`the wizard shows who knocks at ${width}x${rows}`, () => {
		const ui = wizardUi('source', {method: 'syncthing', sources: {syncthing: typed(spokeId)}});
		matchSnapshot(name('device'), view(ui, {syncthing: knocking}, size), {folder});
	});

	test(`the wizard is about to check at ${width}x${rows}`, () => {
		matchSnapshot(name('check'), view(wizardUi('check', typedRsync), {preview}, size), {folder});
	});

	test(`the wizard says what did not work out at ${width}x${rows}`, () => {
		const job = {isRunning: false, lines, result: 'failed'} as const;
		matchSnapshot(name('failed'), view(wizardUi('check', typedRsync), {preview, job}, size), {folder});
	});

	test(`the form of a spoke at ${width}x${rows}`, () => {
		const ui = wizardUi('schedule', {texts: {schedule: typed('*/5 * * * *')}, isEnabled: false}, 'laptop');
		matchSnapshot(name('form'), view(ui, {}, size), {folder});
	});
}

test('what is written says so, whatever followed it, and enter closes it', () => {
	const said = (result: 'done' | 'written' | 'failed') =>
		view(wizardUi('check', {}, 'laptop'), {job: {isRunning: false, lines, result}}, [80, 22]);
	assert.match(said('done'), /save +done\n[\s\S]*enter closes this/);
	assert.match(said('written'), /save +written; what followed needs a look\n[\s\S]*enter closes this/);
	assert.match(said('failed'), /save +did not work out, nothing is written\n[\s\S]*enter tries again/);
});

test('name and folder are worked out from the source, follow it, and give way to what is typed', () => {
	const config = wizardConfig();
	const wish = (sources: string, texts = {}) =>
		wishOf(wizardUi('name', {sources: {rsync: typed(sources)}, texts}), noFacts, config);
	assert.equal(wish(source).name, 'nas');
	assert.equal(wish('me@[fe80::1]:x').name, 'fe80');
	assert.equal(wish('laptop:x').name, 'laptop-2', 'the name is taken');
	assert.deepEqual([wish('nas').source, wish('nas').path], [`nas:~/.pi/agent/sessions`, undefined]);
	assert.deepEqual(
		[wish('nas', {name: typed('store')}).name, wish('nas', {folder: typed('/srv/nas')}).path],
		['store', '/srv/nas'],
	);
});

test('a device that knocks gives the name, and one that offers a folder its id', () => {
	const ui = wizardUi('name', {method: 'syncthing', sources: {syncthing: typed(spokeId.toLowerCase())}});
	const folders = [{id: 'sessions', label: '', device: spokeId, at: undefined}];
	const wish = wishOf(ui, {...noFacts, syncthing: {...knocking, folders}}, wizardConfig());
	assert.deepEqual([wish.name, wish.deviceId, wish.folderId], ['laptop-2', spokeId, 'sessions']);
	assert.equal(wish.source, undefined);
});

test('what is wrong with a step is said where it is filled in', () => {
	const wrong = (method: 'rsync' | 'syncthing', text: string) =>
		view(wizardUi('source', {method, sources: {[method]: typed(text)}}), {syncthing: knocking}, [80, 22]);
	assert.match(wrong('rsync', 'rsync://nas/x'), /the source names an rsync daemon/);
	assert.match(wrong('syncthing', 'ABC'), /this is no device id/);
	assert.match(wrong('syncthing', hubId), /this is the hub's own id/);
	assert.doesNotMatch(wrong('syncthing', spokeId), /this is/i);
});

test('the way to the Syncthing of a spoke is what the command takes, and only as far as it is needed', () => {
	const texts = {key: typed(' /k '), certificate: typed('AB'.repeat(32))};
	const config = wizardConfig();
	const wish = (reach: string, method: WizardMethod = 'syncthing') => {
		const ui = wizardUi('check', {method, texts: {...texts, reach: typed(reach)}});
		return {steps: stepsOf(ui, config).length, ...wishOf(ui, noFacts, config)};
	};
	assert.deepEqual([wish('').reach, wish('').steps], [{}, 6]);
	assert.deepEqual([wish('me@nas').reach, wish('me@nas').steps, wish('me@nas').name], [{ssh: 'me@nas'}, 6, 'nas']);
	const http = {spokeUrl: 'http://nas:8384', spokeKeyFile: '/k'};
	assert.deepEqual([wish('http://nas:8384').reach, wish('http://nas:8384').steps], [http, 7]);
	const {reach, steps, name} = wish('https://nas:8384');
	assert.deepEqual(reach, {spokeUrl: 'https://nas:8384', spokeKeyFile: '/k', spokeFingerprint: 'AB'.repeat(32)});
	assert.deepEqual([steps, name], [8, 'nas']);
	assert.deepEqual([wish('nas', 'rsync').reach, wish('nas', 'rsync').steps], [{}, 5]);
});

test('a way that leads nowhere is said where it is filled in, and one that does is not', () => {
	const wrong = (step: ReachStep, text: string) => reachProblem(step, text, '/home/will') !== undefined;
	const said = (step: ReachStep, ...texts: string[]) => texts.map(text => wrong(step, text));
	const bad = [
		'nas:~/x',
		'/srv',
		'-oProxyCommand=x',
		'a b',
		'ftp://nas',
		'http://me:pw@nas',
		'http://nas/rest',
		'http://',
	];
	assert.deepEqual(
		said('reach', ...bad),
		bad.map(() => true),
	);
	const good = ['', 'nas', 'me@nas.lan', 'me@[fe80::1]', 'http://nas:8384', 'https://[fe80::1]:8384/'];
	assert.deepEqual(
		said('reach', ...good),
		good.map(() => false),
	);
	assert.deepEqual(said('key', '', 'k', '~other/k', '/k', '~/k'), [true, true, true, false, false]);
	assert.deepEqual(said('certificate', 'AB', '', `${'ab:'.repeat(31)}ab`), [true, false, false]);
});

test('a source that was typed anew has nothing of the look at the other one', () => {
	const ui = wizardUi('source', {sources: {rsync: typed('other:x')}});
	assert.doesNotMatch(view(ui, {look}, [80, 22]), /41 projects/);
});

test('whatever is typed, found and said, and however small the screen, no line overflows and the step is in sight', () => {
	const sized = fc.tuple(fc.integer({min: 16, max: 130}), fc.integer({min: 1, max: 40}));
	const method = fc.constantFrom('rsync' as const, 'syncthing' as const, 'manual' as const);
	fc.assert(
		fc.property(sized, hostileText, fc.nat(9), method, fc.boolean(), fc.nat(60), anyStyle, (...given) => {
			const [size, text, at, chosen, isForm, offset, style] = given;
			const edits = isForm ? `laptop` : undefined;
			const typing = typed(text);
			const reach = typed(at === 3 ? `https://${text}` : text);
			const own = {folder: typing, name: typing, schedule: typing, stale: typing};
			const texts = {...own, reach, key: typing, certificate: typing};
			const draft = {method: chosen, sources: {[chosen]: typing}, texts};
			const steps = stepsOf(wizardUi('method', draft, edits), wizardConfig());
			const ui = wizardUi(steps[at % steps.length]!, draft, edits);
			const device = {id: spokeId, name: text, address: text, at: undefined};
			const offered = {id: text, label: text, device: spokeId, at: undefined};
			const facts = {
				hosts: [text, 'nas'],
				look: {of: text.trim(), isRunning: false, lines: [{text}]},
				preview: {of: preview.of, yaml: [text], problem: at === 1 ? text : undefined},
				syncthing: {...knocking, devices: [device], folders: [offered], known: new Map([[hubId, text]])},
				job: at === 2 ? ({isRunning: false, lines: [{text}], result: 'failed'} as const) : undefined,
			};
			const sight = wizardSight(ui, facts, size, {offset, style});
			const panel = wizardPanel(sight);
			assertFits(panel.lines, size[0]);
			assertFits(panel.body, size[0]);
			assert.ok(panel.lines.length <= size[1], `${panel.lines.length} lines of ${size[1]}`);
			assert.ok(panel.extent.page >= 1);
			const cursor = readable([style.glyph('cursor')]);
			assert.ok(
				readable(panel.lines)
					.split('\n')
					.some(line => line.startsWith(cursor)),
				readable(panel.lines),
			);
			assertFits(wizardWindow(sight, panel, size[1]), size[0]);
		}),
	);
});
