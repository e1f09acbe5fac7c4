import assert from 'node:assert/strict';
import test from 'node:test';
import {defaultScreen} from '../../source/sync/config/types.js';
import {capabilitiesOf} from '../../source/terminal/capabilities.js';

const utf8 = {LANG: 'en_US.UTF-8', TERM: 'xterm-256color'};

test('signs are ASCII where the locale is not UTF-8, on the console of Linux, and when somebody says so', () => {
	for (const [env, isAscii] of [
		[utf8, false],
		[{LANG: 'C'}, true],
		[{}, true],
		[{...utf8, LC_ALL: 'C'}, true],
		[{...utf8, LC_ALL: '', LC_CTYPE: 'de_DE.utf8'}, false],
		[{...utf8, TERM: 'linux'}, true],
	] as const) {
		assert.equal(capabilitiesOf(env, defaultScreen).isAscii, isAscii, JSON.stringify(env));
	}

	assert.equal(capabilitiesOf(utf8, {...defaultScreen, ascii: true}).isAscii, true);
	assert.equal(capabilitiesOf({LANG: 'C'}, {...defaultScreen, ascii: false}).isAscii, false);
	assert.equal(capabilitiesOf(utf8, {...defaultScreen, ascii: false}, {ascii: true}).isAscii, true, 'the flag wins');
});

test('NO_COLOR makes the theme mono whatever else is asked for, FORCE_COLOR stands above it', () => {
	const theme = (env: Record<string, string>) =>
		capabilitiesOf({...utf8, ...env}, {...defaultScreen, theme: 'dark'}, {theme: 'light'}).theme;
	assert.equal(theme({}), 'light');
	assert.equal(theme({NO_COLOR: '1'}), 'mono');
	assert.equal(theme({NO_COLOR: ''}), 'light');
	assert.equal(theme({NO_COLOR: '1', FORCE_COLOR: '1'}), 'light');
	assert.equal(theme({FORCE_COLOR: '0'}), 'mono');
	assert.equal(capabilitiesOf(utf8, {...defaultScreen, theme: 'dark'}).theme, 'dark');
});

test('links only where a terminal is known to have them and nothing stands between', () => {
	const has = (env: Record<string, string>, hyperlinks: 'auto' | 'on' | 'off' = 'auto') =>
		capabilitiesOf({...utf8, ...env}, {...defaultScreen, hyperlinks}).hasHyperlinks;
	assert.equal(has({}), false);
	assert.equal(has({VTE_VERSION: '7006'}), true);
	assert.equal(has({VTE_VERSION: '4600'}), false);
	assert.equal(has({TERM_PROGRAM: 'WezTerm', TMUX: '/tmp/tmux-0/default,1,0'}), false);
	assert.equal(has({}, 'on'), true);
	assert.equal(has({VTE_VERSION: '7006'}, 'off'), false);
});

test('tmux is told from GNU screen, and a screen reader by flag or environment', () => {
	const {multiplexer} = capabilitiesOf({...utf8, TERM: 'screen-256color', TMUX: '/tmp/x'}, defaultScreen);
	assert.equal(multiplexer, 'tmux');
	assert.equal(capabilitiesOf({...utf8, TERM: 'screen', STY: '1.x'}, defaultScreen).multiplexer, 'screen');
	assert.equal(capabilitiesOf(utf8, defaultScreen).multiplexer, undefined);
	assert.equal(capabilitiesOf(utf8, defaultScreen, {screenReader: true}).isScreenReader, true);
	assert.equal(capabilitiesOf({...utf8, INK_SCREEN_READER: 'true'}, defaultScreen).isScreenReader, true);
	assert.equal(capabilitiesOf(utf8, defaultScreen).isScreenReader, false);
});
