import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {createReport} from '../../source/sync/config/problems.js';
import {readTui} from '../../source/sync/config/sections.js';
import {defaultTui, type Problem} from '../../source/sync/config/types.js';
import {type ConfigSight, configBody} from '../../source/view/config-body.js';
import {settingsOf} from '../../source/view/config-settings.js';
import {fakeHub} from '../lab/fake-state.js';
import {matchSnapshot} from '../lab/snapshot.js';
import {anyStyle, assertFits, hostileText, plainStyle, readable} from './hostile.js';

const problem: Problem = {
	severity: 'error',
	file: '/home/will/.pi-brain/config.yaml',
	line: 14,
	column: 5,
	where: 'spokes[1] "server"',
	message: 'sync_method must be one of rsync, syncthing, manual, api',
	spoke: 'server',
};

function sightOf(change: Partial<ConfigSight> = {}): ConfigSight {
	const hub = fakeHub({spokes: 4, kinds: ['ok', 'invalid', 'manual', 'disabled']});
	const {screen} = hub.config.tui;
	const tui = {...hub.config.tui, concurrency: 2, screen: {...screen, keys: {sync: ['s', 'ctrl-s']}}};
	const state = {...hub, problems: [problem], config: {...hub.config, tui}};
	const keyProblems = ['tui.keys: there is no command ‘snyc’; did you mean ‘sync’?'];
	return {state, runFolder: '/run/user/1000/pi-brain', keyProblems, width: 80, style: plainStyle, ...change};
}

for (const width of [60, 120]) {
	test(`config looks as it did, ${width} wide`, () => {
		matchSnapshot(`config-${width}`, readable(configBody(sightOf({width}))), {folder: import.meta.dirname});
	});
}

test('problems come first, with file, line and column', () => {
	const [title, first] = readable(configBody(sightOf({width: 120}))).split('\n');
	assert.equal(title, '1 THING TO LOOK AT');
	assert.equal(first, 'config.yaml:14:5 spokes[1] "server": sync_method must be one of rsync, syncthing, manual, api');
});

test('the defaults are those of a file that says nothing', async () => {
	const {tui} = await readTui({}, '/home/will', createReport('/home/will/.pi-brain/config.yaml', undefined));
	assert.deepEqual(defaultTui, tui);
	assert.ok(settingsOf(tui).every(({otherwise}) => otherwise === undefined));
});

test('a setting that differs says what it would be otherwise', () => {
	const changed = settingsOf({...defaultTui, staleAfterMs: 90 * 60_000, defaultSchedule: undefined}).filter(
		({otherwise}) => otherwise !== undefined,
	);
	assert.deepEqual(changed, [
		{key: 'default_schedule', value: 'off', otherwise: '*/15 * * * *'},
		{key: 'stale_after', value: '90m', otherwise: '2h'},
	]);
});

test('config fits every width, whatever is written in the file', () => {
	fc.assert(
		fc.property(fc.integer({min: 1, max: 200}), hostileText, hostileText, anyStyle, (width, text, other, style) => {
			const sight = sightOf({width, style, keyProblems: [text], find: other});
			const {state} = sight;
			const [spoke] = state.spokes;
			const hostile = {
				...state,
				problems: [{...problem, message: text}],
				config: {...state.config, file: other, tui: {...state.config.tui, notifyCommand: [text]}},
				spokes: [{...spoke!, config: {...spoke!.config, sourceText: text, path: other, invalid: undefined}}],
			};
			assertFits(configBody({...sight, state: hostile}), width);
		}),
	);
});
