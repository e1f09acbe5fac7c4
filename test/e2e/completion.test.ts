import assert from 'node:assert/strict';
import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {temporaryFolder, waitFor} from '../lab/after.js';
import {bin} from '../lab/hub.js';
import {openTerminal} from '../lab/pty.js';

/** What is typed, a tab for `>`, and what the program is called with. */
const lines = [
	['spoke dis>lap>', 'spoke disable laptop'],
	['--theme=hi>', '--theme=high-contrast'],
	['sync verify --de>usb', 'sync verify --deep usb'],
	['spoke set laptop por>>2222', 'spoke set laptop port=2222'],
	['sync status --config=nod>', 'sync status --config=nodes.json'],
	['sync list --config ~/nod>', 'sync list --config ~/nodes.json'],
	['nodes import nod>', 'nodes import nodes.json'],
	['sync export --sp>lap>out>', 'sync export --spoke laptop outside'],
] as const;

const shells = {
	bash: {argv: ['bash', '--norc', '--noprofile', '-i'], load: 'eval "$(pi-brain-tui completion bash)"'},
	zsh: {
		argv: ['zsh', '-f', '-i'],
		load: 'autoload -U compinit && compinit -u -D && source <(pi-brain-tui completion zsh)',
	},
	fish: {argv: ['fish', '--no-config', '-i'], load: 'pi-brain-tui completion fish | source'},
} as const;

for (const [name, {argv, load}] of Object.entries(shells)) {
	test(`a tab in a real ${name} completes commands, flags, spokes, keys and paths`, async t => {
		const {path: home} = await temporaryFolder(t);
		const [programs, calls] = [path.join(home, 'bin'), path.join(home, 'calls')];
		for (const folder of ['bin', 'outside', '.pi-brain']) await mkdir(path.join(home, folder));
		await writeFile(path.join(home, 'nodes.json'), '{}');
		await writeFile(
			path.join(home, '.pi-brain', 'config.yaml'),
			'spokes:\n  - {name: laptop, sync_method: manual}\n  - {name: usb, sync_method: manual}\n',
		);
		// The program itself answers the shell; what the shell then runs is only noted.
		const program = path.join(programs, 'pi-brain-tui');
		const note = `printf '%s\\n' "$*" >> ${calls}`;
		const answer = `exec ${process.execPath} ${bin} "$@"`;
		await writeFile(program, `#!/bin/sh\nif [ "$1" = completion ]; then ${answer}; else ${note}; fi\n`);
		await chmod(program, 0o755);
		const terminal = openTerminal({
			argv: [...argv],
			cwd: home,
			columns: 120,
			env: {HOME: home, PATH: `${programs}:${process.env.PATH}`, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home},
		});
		const called = async () => (await readFile(calls, 'utf8')).split('\n').slice(0, -1);
		try {
			// What is typed while a program runs is the terminal's to keep; here it is the shell that is asked.
			const isAsked = (screen: string) => /[$%>#]$/.test(screen.trimEnd());
			await terminal.waitFor(isAsked);
			terminal.send(`${load}; pi-brain-tui is ready\r`);
			await waitFor(async () => (await called()).length === 1, {message: `the script of ${name}`});
			for (const [at, [typed, call]] of lines.entries()) {
				await terminal.waitFor(isAsked);
				terminal.send(`pi-brain-tui ${typed.replaceAll('>', '\t')}\r`);
				const seen = await waitFor(async () => (await called())[at + 1], {message: `'${typed}' to be called`});
				// Zsh takes the slash behind a folder away again when the line is done.
				assert.equal(seen.replace(/\/$/, '').replace(home, '~'), call, await terminal.screen());
			}
		} finally {
			// Before its home goes.
			await terminal.remove();
		}
	});
}
