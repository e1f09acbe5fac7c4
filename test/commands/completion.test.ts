import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {findCommand, helpText, type RunOptions} from '../../source/commands/table.js';
import {type CommandLab, commandLab} from './io.js';

/** What a shell is told: its answer's lines. */
async function told(lab: CommandLab, shell: string, ...words: string[]): Promise<string[]> {
	const found = findCommand(['completion', shell, '--', ...words]);
	assert.ok('run' in found, 'complaint' in found ? found.complaint : undefined);
	assert.equal(await found.run(lab.io, {} as RunOptions), 0);
	return lab.take().stdout.split('\n').slice(0, -1);
}

async function hub(scope: Parameters<typeof commandLab>[0]): Promise<CommandLab> {
	const lab = await commandLab(scope);
	await lab.configure({
		spokes: [
			{name: 'laptop', sync_method: 'rsync', source: 'laptop:.pi/agent/sessions'},
			{name: 'usb', sync_method: 'manual'},
			{name: 'not a name', sync_method: 'manual'},
		],
	});
	return lab;
}

test('every command of the help is offered word by word, with the flags it takes', async t => {
	const lab = await hub(t);
	const usages = [...helpText().matchAll(/^ {2}pi-brain-tui ([a-z]+(?: [a-z]+)?)(.*)$/gm)];
	assert.ok(usages.length > 20);
	for (const [, text, usage] of usages) {
		const words = text!.split(' ');
		for (const [index, word] of words.entries()) {
			const before = words.slice(0, index);
			assert.ok((await told(lab, 'bash', ...before, '')).includes(word), `${text}: ${word}`);
			assert.ok((await told(lab, 'bash', ...before, word.slice(0, 2))).includes(word), `${text}: ${word.slice(0, 2)}`);
		}

		const flags = await told(lab, 'bash', ...words, '--');
		for (const [flag] of usage!.matchAll(/--[a-z-]+/g)) assert.ok(flags.includes(flag), `${text} ${flag}`);
		for (const flag of flags) {
			const [plain, valued] = [findCommand([...words, flag]), findCommand([...words, flag, 'auto'])];
			assert.ok('run' in plain || 'help' in plain || 'run' in valued, `${text} takes no ${flag}`);
		}
	}
});

test('spokes are those of the configuration that the command line names', async t => {
	const lab = await hub(t);
	assert.deepEqual(await told(lab, 'bash', 'sync', 'run', ''), ['laptop', 'usb']);
	assert.deepEqual(await told(lab, 'bash', 'sync', 'run', 'laptop', ''), ['usb'], 'one is named once');
	assert.deepEqual(await told(lab, 'bash', 'sync', 'diagnose', 'la'), ['laptop']);
	assert.deepEqual(await told(lab, 'bash', 'sync', 'diagnose', 'laptop', ''), []);
	assert.deepEqual(await told(lab, 'bash', 'spoke', 'add', ''), [], 'a new one has no name yet');
	assert.deepEqual(await told(lab, 'bash', 'sync', 'log', '-s', ''), ['laptop', 'usb']);
	const other = '~/other.yaml';
	assert.deepEqual(await told(lab, 'bash', '--config', other, 'sync', 'run', ''), [], 'no such file');
	await writeFile(path.join(lab.home, 'my hub.yaml'), 'spokes: [{name: phone, sync_method: manual}]');
	for (const named of ['"~/my hub.yaml"', "'~/my hub.yaml'", '~/my\\ hub.yaml']) {
		assert.deepEqual(await told(lab, 'bash', '--config', named, 'sync', 'run', ''), ['phone'], named);
	}
	assert.deepEqual(await told(lab, 'fish', 'sync', 'run', 'u'), ['usb\tmanual']);
	assert.deepEqual(await told(lab, 'zsh', 'sync', 'run', 'l'), ['laptop:rsync laptop:.pi/agent/sessions']);
});

test('a flag is followed by its values, paths are left to the shell, and what is on a spoke to the user', async t => {
	const lab = await hub(t);
	assert.deepEqual(await told(lab, 'bash', '--theme', 'l'), ['light']);
	assert.deepEqual(await told(lab, 'bash', '--theme', '=', 'l'), ['--theme=light'], 'as bash cuts it');
	const themes = ['auto', 'mono', 'high-contrast', 'light', 'dark'];
	assert.deepEqual(
		await told(lab, 'bash', '--theme', '='),
		themes.map(name => `--theme=${name}`),
	);
	assert.deepEqual(await told(lab, 'zsh', '--theme=l'), ['--theme=light']);
	assert.deepEqual(await told(lab, 'bash', 'spoke', 'add', 'x', '--method', ''), ['rsync', 'syncthing', 'manual']);
	assert.deepEqual(await told(lab, 'bash', 'spoke', 'add', 'x', '--restrict', 'w'), ['wrapper']);
	assert.deepEqual(await told(lab, 'bash', 'spoke', 'set', 'usb', 'po'), ['port=']);
	assert.deepEqual(await told(lab, 'bash', 'spoke', 'set', 'usb', 'port', '='), [], 'its value is the user’s');
	assert.deepEqual(await told(lab, 'bash', 'completion', ''), ['bash', 'zsh', 'fish']);
	assert.deepEqual(await told(lab, 'bash', 'nodes', 'import', 'a.json', ''), [':files']);
	assert.deepEqual(await told(lab, 'bash', 'sync', 'status', '--config', ''), [':files']);
	assert.deepEqual(await told(lab, 'bash', 'sync', 'export', '--spoke', 'usb', ''), [':folders']);
	assert.deepEqual(await told(lab, 'bash', 'spoke', 'add', 'x', '--path', ''), [':folders']);
	assert.deepEqual(await told(lab, 'bash', 'spoke', 'add', 'x', '--spoke-path', ''), []);
	assert.deepEqual(await told(lab, 'bash', 'sync', 'run', '--', '--'), [], 'no flags behind --');
	assert.deepEqual(await told(lab, 'bash', 'frob', ''), []);
});

test('another shell is refused with those there are', async t => {
	const lab = await commandLab(t);
	for (const [words, what] of [
		[['tcsh'], /bash, zsh, fish; 'tcsh' is not one of them/],
		[[], /bash, zsh, fish; none was named/],
	] as const) {
		const found = findCommand(['completion', ...words]);
		assert.ok('run' in found);
		await assert.rejects(found.run(lab.io, {} as RunOptions), {name: 'UsageError', message: what});
	}
});
