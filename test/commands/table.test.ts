import assert from 'node:assert/strict';
import test from 'node:test';
import {findCommand, helpText} from '../../source/commands/table.js';
import {exit, worstExit} from '../../source/commands/types.js';

const complaint = (...argv: string[]) => {
	const found = findCommand(argv);
	return 'complaint' in found ? found.complaint : undefined;
};
const isRun = (...argv: string[]) => 'run' in findCommand(argv);

test('every command of the help is found, alone and with --help, and its usage names its flags', () => {
	const usages = [...helpText().matchAll(/^ {2}pi-brain-tui ([a-z]+(?: [a-z]+)?)(.*)$/gm)];
	assert.ok(usages.length >= 9);
	for (const [, words, rest] of usages) {
		const found = findCommand([...words!.split(' '), '--help']);
		assert.ok('help' in found && found.help.startsWith(`pi-brain-tui ${words}`), words);
		for (const [, flag, wants] of rest!.matchAll(/(--[a-z-]+)( [A-Z]+)?/g)) {
			const value = wants === undefined ? [] : ['value'];
			assert.ok(isRun(...words!.split(' '), flag!, ...value), `${words} ${flag}`);
		}
	}
});

test('no words at all are the dashboard, with --json sync status, and --version needs no configuration', () => {
	assert.ok(isRun());
	assert.ok(isRun('--config', '/x.yaml'));
	assert.ok(isRun('--read-only', '--ascii', '--screen-reader', '--theme', 'high-contrast'));
	assert.ok(isRun('--demo'));
	assert.ok(isRun('--json'));
	assert.equal(complaint('--json', '--ascii'), "'sync status' takes no --ascii");
	assert.equal(complaint('--all'), "'pi-brain-tui' takes no --all");
	assert.match(complaint('--theme', 'neon') ?? '', /^there is no theme 'neon'; the themes are auto, mono, /);
	assert.match(complaint('--theme', '--ascii') ?? '', /^--theme needs a name: auto, /);
	assert.match((findCommand(['--version']) as {help: string}).help, /^\d+\.\d+\.\d+\n$/);
	assert.equal((findCommand(['--help']) as {help: string}).help, helpText());
});

test('names may stand before and after flags, and -- ends the flags', () => {
	assert.ok(isRun('sync', 'run', '--json', 'laptop'));
	assert.ok(isRun('sync', 'run', 'laptop', '-n', 'server'));
	assert.ok(isRun('sync', 'run', '-s', 'laptop', '--spoke=server'));
	assert.ok(isRun('sync', 'run', '--', 'laptop'));
});

test('a flag that is not known, does not belong or lacks its value is a complaint that names it', () => {
	assert.equal(complaint('sync', 'run', '--jsno'), 'there is no flag --jsno');
	assert.equal(complaint('sync', 'run', '-nz'), 'there is no flag -z');
	assert.equal(complaint('sync', 'status', '--long'), "'sync status' takes no --long");
	assert.equal(complaint('config', 'path', 'x'), "'config path' takes no 'x'");
	for (const argv of [['--spoke'], ['--spoke', ''], ['--spoke='], ['--spoke', '--json'], ['laptop', '--spoke']]) {
		assert.equal(complaint('sync', 'run', ...argv), '--spoke needs the name of a spoke', argv.join(' '));
	}

	assert.equal(complaint('sync', 'run', '-s'), '-s needs the name of a spoke');
	assert.equal(complaint('sync', 'status', '--config'), '--config needs the path of a file');
	assert.match(complaint('sync', 'run', '') ?? '', /empty name/);
});

test('a command that does not exist is answered with those that begin alike', () => {
	assert.equal(complaint('frob'), "there is no command 'frob'");
	assert.match(complaint('sync', 'verfy') ?? '', /^there is no command 'sync verfy'; 'sync' goes with .*run/);
	assert.equal(complaint('config'), "there is no command 'config'; 'config' goes with check, path");
});

test('of several outcomes the exit status is that of 1, 2, 5, 4, 6, 3, 0 which comes first', () => {
	assert.equal(worstExit([]), exit.ok);
	assert.equal(worstExit([0, 3]), 3);
	assert.equal(worstExit([3, 6, 0]), 6);
	assert.equal(worstExit([6, 4]), 4);
	assert.equal(worstExit([4, 5]), 5);
	assert.equal(worstExit([5, 2, 4]), 2);
	assert.equal(worstExit([2, 1]), 1);
});
