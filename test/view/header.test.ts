import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Problem} from '../../source/sync/config/types.js';
import type {ForeignWriter} from '../../source/sync/schedule/foreign.js';
import {formatCount} from '../../source/text/format.js';
import {bannerLine, type HeaderInput, headerLine, summaryLine} from '../../source/view/header.js';
import {keeperText} from '../../source/view/keeper.js';
import {buildRows} from '../../source/view/rows.js';
import {createStyle} from '../../source/view/style.js';
import {clockTime} from '../../source/view/times.js';
import {cells} from '../../source/view/width.js';
import {fakeHub, fakeNow} from '../lab/fake-state.js';

const plain = createStyle({theme: 'mono', isAscii: true, hasColor: false});
const coloured = createStyle({theme: 'auto', isAscii: false, hasColor: true});
const state = fakeHub({spokes: 12});
const rows = buildRows(state, fakeNow, undefined);
const ui = {pausedSince: undefined, filter: '', isFaultsOnly: false};
const clock = clockTime(fakeNow);
const bare = (line: string) => line.replaceAll(/\u001B\[[\d;]*m/g, '');

function header(changes: Partial<HeaderInput> = {}): string {
	return headerLine({
		state,
		rows,
		shown: rows,
		ui,
		isReadOnly: false,
		now: fakeNow,
		width: 120,
		style: plain,
		...changes,
	});
}

test('the header names the hub, counts the spokes by how they are, and says who keeps the schedule and when it is', () => {
	assert.match(
		bare(header()),
		new RegExp(
			`^pi-brain-tui   hub atlas   7 ok  1 syncing  2 warn  2 failed  1 never  1 off   schedule: this dashboard +${clock}$`.replace(
				'7 ok  1 syncing  2 warn  2 failed',
				'\\d ok  1 syncing  2 warn  2 failed',
			),
		),
	);
});

test('where sessions lie in several places it tells how many there are, each counted once', () => {
	const pairs = {pairs: 4, acrossComputers: 3, surplus: 4, bySpoke: {}};
	const valid = state.spokes.filter(({config}) => config.invalid === undefined);
	const sum = [state, ...valid].reduce((all, {totals}) => all + (totals?.sessions ?? 0), 0);
	const counted = state.spokes.map(spoke => ({...spoke, totals: spoke.totals ?? {...state.totals!, sessions: 0}}));
	const paired = {...state, spokes: counted, pairs};
	const text = `${formatCount(sum - 4)} sessions (3 on two computers, 1 twice on one)`;
	assert.ok(bare(header({state: paired, width: 200})).includes(text));
	assert.ok(!bare(header({state: paired, width: 90})).includes('on two computers'));
	assert.doesNotMatch(
		bare(header({state: {...paired, pairs: {...pairs, pairs: 0, surplus: 0}}, width: 200})),
		/sessions/,
	);
	assert.doesNotMatch(
		bare(header({state: {...paired, totals: undefined}, width: 200})),
		/sessions/,
		'not all counted yet',
	);
});

test('it gives up words before facts as it gets narrower', () => {
	assert.doesNotMatch(header({width: 90}), /pi-brain-tui/);
	assert.match(bare(header({width: 90})), /^atlas .*schedule: this dashboard/);
	assert.match(bare(header({width: 60})), /^atlas +\d ok 1 sync 2 warn 2 err 1 never 1 off/);
	assert.match(bare(header({width: 60})), new RegExp(`${clock}$`));
	assert.match(bare(header({width: 36})), /^\d ok 1 sync 2 warn 2 err/);
});

test('what is filtered, read-only or paused is said', () => {
	const shown = rows.slice(0, 4);
	assert.match(bare(header({shown, ui: {...ui, filter: 'a'}})), / 3 of 12 /);
	assert.doesNotMatch(bare(header({shown})), / of 12/, 'without a filter there is nothing to say');
	assert.match(bare(header({isReadOnly: true})), /READ-ONLY/);
	assert.match(bare(header({ui: {...ui, pausedSince: fakeNow - 40_000}})), /PAUSED <1m/);
});

test('one word stands for all warnings where it is true of all of them', () => {
	const late = buildRows(fakeHub({spokes: 3, kinds: ['ok', 'late', 'late']}), fakeNow, undefined);
	assert.match(bare(header({rows: late, shown: late})), /1 ok {2}2 late /);
});

test('who keeps the schedule: us, another program, a timer, or nobody', () => {
	const kept = (change: Partial<typeof state>) => keeperText({...state, ...change})?.text;
	const keeper = {by: 'watch', pid: 4711, since: 1, isUs: false} as const;
	assert.equal(kept({}), 'this dashboard');
	assert.equal(kept({keeper}), 'sync watch (pid 4711)');
	assert.equal(kept({keeper: {...keeper, by: 'dashboard'}}), 'another dashboard (pid 4711)');
	assert.equal(kept({keeper: undefined}), 'nobody');
	const writer: ForeignWriter = {
		spoke: 'laptop',
		kind: 'crontab',
		where: 'crontab of this user:3',
		text: 'rsync -a',
		program: 'pi-brain-tui',
		isDeleting: false,
		isSelf: true,
		via: undefined,
		isBroken: false,
	};
	const [first, ...rest] = state.spokes;
	assert.equal(kept({keeper: undefined, spokes: [{...first!, ownWriters: [writer]}, ...rest]}), 'cron');
	assert.equal(kept({spokes: []}), undefined);
});

test('every header line is exactly as wide as the screen', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 1, max: 200}),
			fc.boolean(),
			fc.constantFrom(plain, coloured),
			(width, isAll, style) => {
				const all = {isReadOnly: true, ui: {pausedSince: 1e12, filter: 'x', isFaultsOnly: true}};
				const input = {
					state,
					rows,
					shown: rows,
					ui,
					isReadOnly: false,
					now: fakeNow,
					width,
					style,
					...(isAll ? all : {}),
				};
				assert.equal(cells(headerLine(input)), width);
				assert.equal(cells(summaryLine(input)), width);
			},
		),
	);
	assert.match(
		bare(summaryLine({...{state, rows, shown: rows, ui, isReadOnly: false}, now: fakeNow, width: 40, style: plain})),
		/^atlas \d ok/,
	);
});

test('the banner names the worst problem with its place and says where the others are', () => {
	const problem: Problem = {
		...{severity: 'error', file: '/home/will/.pi-brain/config.yaml', line: 12, column: 5, where: 'spokes[1] "server"'},
		...{message: 'sync_method must be one of rsync, syncthing, manual, api\u001B[31m', spoke: 'server'},
	};
	const problems: Problem[] = [
		{...problem, severity: 'warning', message: 'w'},
		{...problem, severity: 'info'},
		problem,
	];
	const line = bare(bannerLine(problems, 140, plain));
	assert.match(line, /^XX config\.yaml:12:5 spokes\[1\] "server": sync_method must .* {2}\+1 more, i shows them$/);
	assert.match(bare(bannerLine(problems, 60, plain)), /^XX config\.yaml:12:5 spokes.*~ {2}\+1 more, i shows them$/);
	assert.equal(bannerLine([{...problem, severity: 'info'}], 80, plain), '', 'a note is no alarm');
	for (let width = 0; width < 120; width++)
		assert.ok(cells(bannerLine(problems, width, coloured)) <= width, String(width));
});

test('a Syncthing that knocks is named with the key that lets it in, and only where something may be changed', () => {
	const device = {id: 'P56IOI7-MZJNU2Y', name: 'laptop-2\u001B[2J', address: '', at: fakeNow};
	const instance = {
		...{name: 'http://127.0.0.1:8384', at: fakeNow, failure: undefined, isAbsent: false, home: undefined},
		...{version: 'v1.19.2', myId: '', devices: new Map(), settings: new Map(), folders: new Map()},
		...{pendingDevices: [device], pendingFolders: []},
	};
	const knocked = {state: {...state, syncthing: [instance]}};
	assert.match(bare(header({...knocked, addKey: 'a', width: 160})), /laptop-2 is knocking: a/);
	assert.match(bare(header({...knocked, addKey: 'a', width: 90})), /knock: a/);
	assert.doesNotMatch(header({...knocked, width: 160}), /knock/);
	assert.doesNotMatch(header({addKey: 'a', width: 160}), /knock/);
});
