import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import {clipboardSequence, copyText, maxCopyBytes} from '../../source/terminal/clipboard.js';
import {patienceMs, temporaryFolder, waitFor} from '../lab/after.js';
import {createEmulator, openTerminal} from '../lab/pty.js';

test('a text reaches the clipboard of a terminal in one write, whatever is in it', async () => {
	const terminal = createEmulator(80, 24);
	const written: string[] = [];
	const text = 'ssh laptop "naïve 日本語"\nsecond line\u001B[31m';
	const copied = copyText(text, {clipboard: 'auto'}, {multiplexer: undefined}, bytes => written.push(bytes));
	assert.deepEqual(copied, {ok: true, note: 'sent to the terminal (OSC 52), which cannot confirm it'});
	assert.equal(written.length, 1);
	terminal.write(written[0]!);
	await terminal.screen();
	assert.deepEqual(terminal.facts.clipboard, [text]);
});

test('what is too long for a terminal, or not wanted, is not sent, and the note says so', () => {
	const written: string[] = [];
	const copy = (text: string, clipboard: 'auto' | 'off') =>
		copyText(text, {clipboard}, {multiplexer: undefined}, bytes => written.push(bytes));
	assert.equal(copy('x'.repeat(maxCopyBytes), 'auto').ok, true);
	const long = copy('ü'.repeat(maxCopyBytes / 2 + 1), 'auto');
	assert.deepEqual(long, {ok: false, note: 'not copied: 74,996 bytes, and terminals take 74,994 at most'});
	assert.deepEqual(copy('x', 'off'), {ok: false, note: 'not copied: tui.clipboard is off'});
	assert.equal(written.length, 1);
});

test('GNU screen gets short pieces that make up the whole', () => {
	const text = 'a line that is longer than one piece of it may be, so that there are several of them';
	const pieces = clipboardSequence(text, 'screen').match(/\u001BP(?:(?!\u001B\\)[\s\S])*\u001B\\/g)!;
	assert.ok(pieces.length > 1 && pieces.every(piece => piece.length <= 80), JSON.stringify(pieces));
	const whole = pieces.map(piece => piece.slice(2, -2)).join('');
	assert.equal(whole, clipboardSequence(text, undefined));
});

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

for (const [setting, passthrough, isCopied] of [
	['on', 'off', true],
	['external', 'on', true],
	['external', 'off', false],
] as const) {
	test(`tmux with set-clipboard ${setting} and allow-passthrough ${passthrough} ${isCopied ? 'passes it on' : 'does not, and the note says what to set'}`, {
		skip: !hasTmux,
		timeout: 2 * patienceMs,
	}, async t => {
		const {path: folder} = await temporaryFolder(t);
		const file = path.join(folder, 'sequence');
		const {note} = copyText('over two hops', {clipboard: 'auto'}, {multiplexer: 'tmux'}, bytes =>
			writeFileSync(file, bytes),
		);
		assert.match(note, /set -g set-clipboard on/);
		const settings = [';', 'set', '-s', 'set-clipboard', setting, ';', 'set', '-g', 'allow-passthrough', passthrough];
		const terminal = openTerminal({
			scope: t,
			argv: ['tmux', '-S', path.join(folder, 'socket'), '-f', '/dev/null', 'new-session', 'sh', ...settings],
			env: {PS1: '$ ', HOME: folder},
		});
		await terminal.waitFor(/\[0\]/);
		terminal.press(`cat ${file}; echo do''ne`, 'enter');
		await terminal.waitFor(/done/);
		if (isCopied) await waitFor(() => terminal.clipboard.at(-1) === 'over two hops', {message: 'the clipboard'});
		else assert.deepEqual(terminal.clipboard, []);
		terminal.press('exit', 'enter');
		await terminal.exited;
	});
}
