import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {commandLines, completions, parseCommandLine} from '../../source/view/command-line.js';
import {nearest} from '../../source/view/nearest.js';

const names = ['laptop', 'server', 'gpu-box', 'build-01', 'build-02', 'old mac'];

function parse(text: string) {
	return parseCommandLine(text, names);
}

function problem(text: string): string | undefined {
	const request = parse(text);
	return request.type === 'mistake' ? request.text : undefined;
}

test('a command line says what is wanted', () => {
	assert.deepEqual(parse('sync laptop'), {type: 'sync', names: ['laptop'], isDryRun: false});
	assert.deepEqual(parse(':sync laptop server -n'), {type: 'sync', names: ['laptop', 'server'], isDryRun: true});
	assert.deepEqual(parse('sync --all'), {type: 'sync', names: 'all', isDryRun: false});
	assert.deepEqual(parse('sync "old mac"'), {type: 'sync', names: ['old mac'], isDryRun: false});
	assert.deepEqual(parse('probe -a'), {type: 'probe', names: 'all'});
	assert.deepEqual(parse('cancel server'), {type: 'cancel', names: ['server']});
	assert.deepEqual(parse('release gpu-box'), {type: 'release', names: ['gpu-box']});
	assert.deepEqual(parse('log'), {type: 'log', name: undefined});
	assert.deepEqual(parse('open laptop'), {type: 'open', name: 'laptop'});
	assert.deepEqual(parse('filter !~state:ok now'), {type: 'filter', text: '!~state:ok now'});
	assert.deepEqual(parse('sort errors'), {type: 'sort', column: 'errors', isReversed: false});
	assert.deepEqual(parse('theme light'), {type: 'theme', theme: 'light'});
	assert.deepEqual(parse(' : q '), {type: 'quit'});
	assert.deepEqual(parse('  '), {type: 'nothing'});
});

test('it may be spelled as in a shell', () => {
	assert.deepEqual(parse('sync run laptop --dry-run'), {type: 'sync', names: ['laptop'], isDryRun: true});
	assert.deepEqual(parse('pi-brain-tui sync run --all'), {type: 'sync', names: 'all', isDryRun: false});
	assert.deepEqual(parse('sync run --spoke laptop'), {type: 'sync', names: ['laptop'], isDryRun: false});
	assert.deepEqual(parse('sync release gpu-box'), {type: 'release', names: ['gpu-box']});
	assert.deepEqual(parse('sync log'), {type: 'log', name: undefined});
	assert.deepEqual(parseCommandLine('sync run', ['run']), {type: 'sync', names: ['run'], isDryRun: false});
});

test('a mistake is answered with what is near, or with how it is used', () => {
	assert.equal(problem('sycn laptop'), "there is no command ':sycn'; did you mean 'sync'?");
	assert.equal(problem('sync labtop'), "there is no spoke 'labtop'; did you mean 'laptop'?");
	assert.equal(problem('sync --dry laptop'), ":sync has no --dry; did you mean '--dry-run'?");
	assert.equal(problem('sync'), 'which spoke? :sync NAME… | --all [--dry-run]');
	assert.equal(problem('sync laptop --all'), 'name spokes or say --all, not both');
	assert.equal(problem('open laptop server'), 'that is too much: :open NAME');
	assert.equal(problem('quit now'), 'that is too much: :quit');
	assert.match(problem('sort nmae') ?? '', /^sort by what\? state, name.*did you mean 'name'\?$/);
	assert.match(problem('theme') ?? '', /^which theme\? auto, mono/);
	assert.match(problem('vrify laptop') ?? '', /no command ':vrify'.*did you mean 'verify'/);
	assert.doesNotMatch(problem('\u001B[31mx\u0007') ?? '', /\p{Cc}/u);
});

test('tab offers commands, spokes, columns, themes and flags, as they fit', () => {
	assert.deepEqual(completions('s', 1, names).choices, ['sync', 'sort']);
	assert.deepEqual(completions('', 0, names).choices.length, commandLines.length);
	assert.deepEqual(completions('sync b', 6, names), {from: 5, choices: ['build-01', 'build-02']});
	assert.deepEqual(completions('sync build-01 b', 15, names).choices, ['build-02'], 'none twice');
	assert.deepEqual(completions('sync --', 7, names).choices, ['--all', '--dry-run']);
	assert.deepEqual(completions('open LA', 7, names).choices, ['laptop']);
	assert.deepEqual(completions('open laptop ', 12, names).choices, [], 'one is enough');
	assert.deepEqual(completions('sort s', 6, names).choices, ['state', 'seen', 'synced', 'sessions', 'size']);
	assert.deepEqual(completions('theme ', 6, names).choices.length, 5);
	assert.deepEqual(completions('filter x', 8, names).choices, []);
	assert.deepEqual(completions('open o', 6, names).choices, ['"old mac"'], 'quoted where it must be');
	assert.deepEqual(completions('sy laptop', 2, names), {from: 0, choices: ['sync']}, 'at the cursor, not the end');
});

test('what tab completes is understood', () => {
	for (const line of ['sync ', 'open ', 'log ', 'sort ', 'theme ', 'cancel ', 'release ', 'probe ']) {
		for (const choice of completions(line, line.length, names).choices.filter(one => !one.startsWith('-'))) {
			assert.notEqual(parse(line + choice).type, 'mistake', line + choice);
		}
	}
});

test('no line makes it fail', () => {
	const part = fc.oneof(
		fc.constantFrom('sync', 'open', 'sort', ':', '"', "'", '--all', '-n', 'laptop', '-', ' ', 'filter'),
		fc.string({unit: 'binary'}),
	);
	fc.assert(
		fc.property(fc.array(part, {maxLength: 6}), fc.nat(), (parts, at) => {
			const line = parts.join(' ');
			const request = parse(line);
			if (request.type === 'mistake') assert.doesNotMatch(request.text, /\p{Cc}/u);
			const {from} = completions(line, at % (line.length + 1), names);
			assert.ok(from <= at % (line.length + 1));
		}),
		{numRuns: 1000},
	);
});

test('nothing is near to what is nothing like it', () => {
	assert.equal(nearest('xyzzy', names), undefined);
	assert.equal(nearest('lap', names), 'laptop');
	assert.equal(nearest('x'.repeat(100_000), names), undefined);
});
