import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {parse} from 'yaml';
import {editText} from '../../../source/sync/config/edit-text.js';
import {EditError, type EntryValue, type SpokeEdit} from '../../../source/sync/config/edit-types.js';

const edited = (text: string, edit: SpokeEdit) => editText(text, edit, '/c.yaml');
const set = (name: string, values: Record<string, EntryValue | undefined>): SpokeEdit => ({type: 'set', name, values});
const add = (entry: Record<string, EntryValue> & {name: string}): SpokeEdit => ({type: 'add', entry});

const file = `# my hub
hub:   {sessions_dir: ~/.pi/agent/sessions}   # odd   spacing

spokes:
    # the one I carry around
    -   name: laptop   # x230
        sync_method: rsync
        source: "will@laptop:~/.pi/agent/sessions/"   # home
        future_key: [1,   2]
        # schedule: "0 * * * *"

    # the big one
    -   {name: server, sync_method: rsync, source: 'will@server:~/s'} # flow
# the end
tui:
  theme: dark
`;

test('a value is replaced in its place, its comment and everything else stay as they are', () => {
	assert.equal(
		edited(file, set('laptop', {source: 'will@x230.local:~/s'})),
		file.replace('"will@laptop:~/.pi/agent/sessions/"', 'will@x230.local:~/s'),
	);
});

test('a new key stands behind the last one of its entry, in the same column', () => {
	assert.equal(
		edited(file, set('laptop', {enabled: false, port: 2222})),
		file.replace('[1,   2]\n', '[1,   2]\n        enabled: false\n        port: 2222\n'),
	);
	assert.equal(
		edited(file, set('server', {schedule: '*/5 * * * *'})),
		file.replace("'will@server:~/s'}", `'will@server:~/s', schedule: "*/5 * * * *"}`),
	);
});

test('a key that is taken away takes its line with it, the first one lets the next move up', () => {
	assert.equal(edited(file, set('laptop', {sync_method: undefined})), file.replace('        sync_method: rsync\n', ''));
	assert.equal(
		edited('spokes:\n  - enabled: true\n    name: a\n', set('a', {enabled: undefined})),
		'spokes:\n  - name: a\n',
	);
	assert.equal(edited('spokes: [{name: a, port: 1}]', set('a', {port: undefined})), 'spokes: [{name: a}]');
	assert.equal(edited(file, set('laptop', {port: undefined})), file);
});

test('a new entry follows the last one in the layout of the list', () => {
	assert.equal(
		edited(file, add({name: 'desk', sync_method: 'rsync', source: 'desk:./'})),
		file.replace('# the end', '    - name: desk\n      sync_method: rsync\n      source: desk:./\n# the end'),
	);
	const wide = file.replace(/ {4}- {3}\{name: server.*\n/, '');
	assert.equal(
		edited(wide, add({name: 'desk', source: 'desk:./'})),
		wide.replace('"0 * * * *"\n', '"0 * * * *"\n    -   name: desk\n        source: desk:./\n'),
	);
});

test('an entry goes with the comments inside it; those above it stay', () => {
	assert.equal(
		edited(file, {type: 'remove', name: 'laptop'}),
		file.replace(/ {4}- {3}name: laptop[\s\S]*?"0 \* \* \* \*"\n/, ''),
	);
	const gone = edited(edited(file, {type: 'remove', name: 'laptop'}), {type: 'remove', name: 'server'});
	assert.deepEqual((parse(gone) as {spokes: unknown}).spokes, []);
	assert.ok(gone.includes('    # the one I carry around\n') && gone.includes('    # the big one\n'));
});

test('the first entry of a file makes the list, wherever it stands', () => {
	const entry = add({name: 'a', source: 'a:./'});
	const list = 'spokes:\n  - name: a\n    source: a:./\n';
	assert.equal(edited('', entry), list);
	assert.equal(edited('# only words', entry), `# only words\n${list}`);
	assert.equal(edited('tui: {}\n', entry), `tui: {}\n${list}`);
	assert.equal(
		edited('spokes: []  # none yet\ntui: {}\n', entry),
		'spokes:  # none yet\n  - name: a\n    source: a:./\ntui: {}\n',
	);
	assert.equal(edited('spokes:\n\ntui: {}\n', entry), 'spokes:\n  - name: a\n    source: a:./\n\ntui: {}\n');
	assert.equal(edited('spokes: [{name: b}]\n', entry), 'spokes: [{name: b}, {name: a, source: "a:./"}]\n');
	assert.equal(edited('{tui: {ascii: true}}', entry), '{tui: {ascii: true}, spokes: [{name: a, source: "a:./"}]}');
	assert.equal(edited('sync:\n  spokes: []\n', entry), 'sync:\n  spokes:\n    - name: a\n      source: a:./\n');
});

test("an entry joins the runbook's list where that is the one in use, and is found in either", () => {
	const runbook = 'sync:\n  spokes:\n  - name: laptop\n    host: laptop.local\n';
	assert.equal(edited(runbook, add({name: 'b', source: 'b:./'})), `${runbook}  - name: b\n    source: b:./\n`);
	assert.equal(edited(runbook, set('laptop', {user: 'will'})), `${runbook}    user: will\n`);
	assert.equal(
		edited(`spokes: [{name: x}]\n${runbook}`, {type: 'remove', name: 'laptop'}).includes('spokes: []'),
		true,
	);
});

test('line ends, byte order mark, an open last line, anchors and quoted text are kept', () => {
	const crlf = '\uFEFFspokes:\r\n  - name: a\r\n    source: &s "a:./"\r\n    rsync_path: *s';
	const unused = crlf.replace('*s', 'x');
	assert.equal(edited(unused, set('a', {source: 'b:./'})), unused.replace('"a:./"', 'b:./'));
	assert.equal(edited(crlf, set('a', {port: 1})), `${crlf}\r\n    port: 1\r\n`);
	assert.equal(edited(crlf, set('a', {rsync_path: 'x'})), crlf.replace('*s', 'x'));
	assert.equal(
		edited('spokes:\n  - name: a\n    source: |\n      a:./\n    port: 1\n', set('a', {source: 'b:./'})),
		'spokes:\n  - name: a\n    source: b:./\n    port: 1\n',
	);
	assert.equal(
		edited('spokes:\n  - name: a\n    port:   # ssh\n', set('a', {port: 1})),
		'spokes:\n  - name: a\n    port: 1   # ssh\n',
	);
});

test('what cannot be changed safely is refused with its place, and so is bad YAML, an unknown and a known name', () => {
	const refused = (text: string, edit: SpokeEdit) => {
		let message = '';
		assert.throws(
			() => edited(text, edit),
			(error: Error) => {
				message = error.message;
				return error instanceof EditError;
			},
		);
		return message;
	};

	assert.match(refused('x: &l\n  - name: a\nspokes: *l\n', set('a', {port: 1})), /^\/c\.yaml.*alias.*by hand/);
	assert.match(refused('x: &l {name: a}\nspokes:\n  - *l\n', set('a', {port: 1})), /by hand/);
	assert.match(
		refused('spokes:\n  - &l {name: a}\n  - *l\n', {type: 'remove', name: 'a'}),
		/^\/c\.yaml:2:\d+: .*by hand/,
	);
	assert.match(
		refused('spokes:\n  - name: a\n    source: [a, b]\n', set('a', {source: 'x'})),
		/^\/c\.yaml:2:5: source holds more/,
	);
	assert.match(refused('spokes:\n  - name: a\n    source: &s x\n    user: *s\n', set('a', {source: 'y'})), /by hand/);
	assert.match(refused('spokes:\n  - name: "a\n', set('a', {port: 1})), /^\/c\.yaml:\d+:\d+ is not valid YAML/);
	assert.match(refused('- a\n', set('a', {port: 1})), /must hold keys/);
	assert.match(refused('spokes: 3\n', add({name: 'a'})), /no list|by hand/);
	assert.match(refused(file, set('lap', {port: 1})), /no spoke is called 'lap'/);
	assert.match(refused(file, add({name: 'server'})), /'server' is in .* already/);
});

const name = fc.constantFrom('a', 'b-1', 'c_2', 'server', 'laptop');
const value = fc.oneof(
	fc.boolean(),
	fc.integer({min: 1, max: 65_535}),
	fc.string({
		unit: fc.constantFrom(
			'a',
			':',
			' ',
			'#',
			'-',
			"'",
			'"',
			'{',
			']',
			',',
			'*',
			'&',
			'!',
			'%',
			'@',
			'é',
			'~',
			'/',
			'|',
			'>',
		),
	}),
);
const key = fc.constantFrom('enabled', 'port', 'source', 'schedule', 'unknown');
const comment = fc.constantFrom('', ' # a note', '  # "odd" {note}');
const entryText = fc.record({
	keys: fc.uniqueArray(fc.tuple(key, value), {selector: ([one]) => one, maxLength: 4}),
	comment,
	isFlow: fc.boolean(),
	hasBlank: fc.boolean(),
	above: fc.boolean(),
});

function fileOf(
	entries: ReadonlyArray<readonly [string, typeof entryText extends fc.Arbitrary<infer T> ? T : never]>,
	indent: number,
	ending: string,
) {
	const lead = ' '.repeat(indent);
	const lines = ['# head', 'hub:   {x:   1}', 'spokes:  # list'];
	for (const [own, {keys, comment: note, isFlow, hasBlank, above}] of entries) {
		if (above) lines.push(`${lead}# about ${own}`);
		const pairs = [['name', own] as const, ...keys].map(([one, is]) => `${one}: ${JSON.stringify(is)}`);
		if (isFlow) lines.push(`${lead}- {${pairs.join(', ')}}${note}`);
		else lines.push(`${lead}- ${pairs[0]}${note}`, ...pairs.slice(1).map(pair => `${lead}  ${pair}${note}`));
		if (hasBlank) lines.push('');
	}

	return [...lines, 'tui:', '   theme:   dark # kept', ''].join(ending);
}

test('whatever is edited, the file then says what was meant, and no line of anything else has changed', () => {
	const entries = fc.uniqueArray(fc.tuple(name, entryText), {selector: ([own]) => own, minLength: 1, maxLength: 4});
	const change = fc.oneof(
		fc.record({type: fc.constant('remove' as const)}),
		fc.record({type: fc.constant('set' as const), key, value: fc.option(value, {nil: undefined})}),
		fc.record({type: fc.constant('add' as const), value}),
	);
	fc.assert(
		fc.property(
			entries,
			fc.constantFrom(0, 2, 4),
			fc.constantFrom('\n', '\r\n'),
			fc.nat(),
			change,
			(list, indent, ending, pick, doing) => {
				const text = fileOf(list, indent, ending);
				const index = pick % list.length;
				const own = list[index]![0];
				const edit: SpokeEdit =
					doing.type === 'add'
						? add({name: 'new', source: doing.value})
						: doing.type === 'remove'
							? {type: 'remove', name: own}
							: set(own, {[doing.key]: doing.value});
				const result = edited(text, edit);
				const meant = parse(text) as {spokes: Array<Record<string, unknown>>};
				if (doing.type === 'add') meant.spokes.push({name: 'new', source: doing.value});
				else if (doing.type === 'remove') meant.spokes.splice(index, 1);
				else if (doing.value === undefined) delete meant.spokes[index]![doing.key];
				else meant.spokes[index]![doing.key] = doing.value;
				assert.deepEqual(parse(result), meant);

				const linesOf = (whole: string) => whole.split(ending);
				const isOwn = (line: string) => list.some(([other]) => line.includes(`name: "${other}"`));
				const before = linesOf(text);
				const first = before.findIndex(line => line.includes(`name: "${own}"`));
				const last = before.findIndex(
					(line, at) => at > first && (isOwn(line) || line.trim() === '' || /^\s*#|^tui/.test(line)),
				);
				const kept = doing.type === 'add' ? before : [...before.slice(0, first), ...before.slice(last)];
				let at = 0;
				for (const line of linesOf(result)) if (line === kept[at]) at++;
				const isLastGone = doing.type === 'remove' && list.length === 1;
				if (!isLastGone) assert.equal(at, kept.length, `${text}\n=====\n${result}`);
				assert.equal(result.includes('\n') && /[^\r]\n/.test(result), ending === '\n');
			},
		),
		{numRuns: 500},
	);
});
