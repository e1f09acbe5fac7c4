import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import {readHeader, readLastEntry} from '../../../source/sync/sessions/reader.js';
import {type Integrity, IntegrityCheck} from '../../../source/sync/verify/integrity.js';
import {temporaryFolder} from '../../lab/after.js';
import {makeSession} from '../../lab/sessions.js';

function look(bytes: string | Buffer, size = 7): Integrity {
	const whole = Buffer.from(bytes);
	const check = new IntegrityCheck();
	// What another file left behind must not show.
	check.feed(Buffer.from('{"type":"session","id":"other","version":1,"timestamp":5}\n\0{"a'));
	check.restart();
	for (let at = 0; at < whole.length; at += size) check.feed(whole.subarray(at, at + size));
	return check.finish();
}

function marks(bytes: string | Buffer): readonly string[] {
	return look(bytes).marks.map(
		({kind, offset, line, length, count}) => `${kind} ${offset}+${length} line ${line}${count > 1 ? ` ×${count}` : ''}`,
	);
}

const header = '{"type":"session","version":3,"id":"s1","timestamp":"2026-01-24T09:00:00.000Z","cwd":"/w"}\n';
const entry =
	'{"type":"message","id":"a1","parentId":null,"timestamp":"2026-01-24T09:01:00.000Z","message":{"role":"user"}}\n';
const h = header.length;
const e = entry.length;

test('a sound session shows nothing, and who it is and how far it goes', () => {
	assert.deepEqual(look(header + entry), {
		lines: 2,
		marks: [],
		header: {id: 's1', version: 3},
		lastEntryAt: Date.parse('2026-01-24T09:01:00.000Z'),
	});
});

test('the last line that names a time tells how far it goes, not the latest time', () => {
	const earlier = entry.replace('09:01', '08:01');
	assert.equal(look(header + entry + earlier).lastEntryAt, Date.parse('2026-01-24T08:01:00.000Z'));
	assert.equal(
		look(`${header + entry}{"type":"custom","timestamp":"soon"}\n`).lastEntryAt,
		look(header + entry).lastEntryAt,
	);
	assert.equal(look(`${header}{"type":"custom","timestamp":12345}\n`).lastEntryAt, 12345);
});

test('only a last line that is cut off is torn', () => {
	assert.deepEqual(marks(header + entry.slice(0, 20)), [`torn-tail ${h}+20 line 2`]);
	assert.deepEqual(marks(header + entry.slice(0, -1)), []);
	assert.deepEqual(marks(header.slice(0, 20)), ['torn-tail 0+20 line 1']);
	assert.deepEqual(marks(`${header}12`), [`torn-tail ${h}+2 line 2`]);
	assert.deepEqual(marks(`${header}   `), []);
});

test('lines that are no entry are found with the first place and their number', () => {
	const glued = entry.slice(0, 30) + entry;
	assert.deepEqual(marks(`${header}${glued}${entry}xx\n[1]\n`), [`malformed-line ${h}+${e + 29} line 2 ×3`]);
	assert.deepEqual(marks(`${header}\n\r\n  \n${entry}`), []);
});

test('a line whose text is not UTF-8 is malformed, and still read as pi reads it', () => {
	const broken = Buffer.from(header.replace('/w', '/\xff'), 'latin1');
	const found = look(broken);
	assert.deepEqual(
		found.marks.map(({kind}) => kind),
		['malformed-line'],
	);
	assert.equal(found.header?.id, 's1');
});

test('runs of NUL bytes are found wherever they stand, once each', () => {
	const block = '\0'.repeat(10);
	assert.deepEqual(marks(`${header}${block}\n${entry}`), [`nul-run ${h}+10 line 2`]);
	assert.deepEqual(marks(header + entry + block), [`nul-run ${h + e}+10 line 3`]);
	assert.deepEqual(marks(header + block + entry), [`nul-run ${h}+10 line 2`]);
	assert.deepEqual(marks(`${header}\0\n\0\0\n${entry}`), [`nul-run ${h}+1 line 2 ×2`]);
	assert.deepEqual(marks(block), ['nul-run 0+10 line 1']);
	const within = header + entry.slice(0, 50) + block + entry.slice(60);
	assert.deepEqual(marks(within), [`malformed-line ${h}+${e - 1} line 2`, `nul-run ${h + 50}+10 line 2`]);
});

test('headers that are missing, late or there twice are told apart', () => {
	assert.deepEqual(marks(entry + entry), [`no-header 0+${e - 1} line 1`]);
	assert.deepEqual(marks(entry + header), [`late-header ${e}+${h - 1} line 2`]);
	assert.deepEqual(marks(header + entry + header + header), [`twin-header ${h + e}+${h - 1} line 3 ×2`]);
	assert.deepEqual(marks(`\n\0\n${header}`), ['nul-run 1+1 line 2']);
	const damaged = `{"type":"sess\n${entry}`;
	assert.deepEqual(marks(damaged), ['malformed-line 0+13 line 1', 'no-header 0+13 line 1']);
});

test('versions: 1 (not named) and 2 are old, 3 is today, anything else is not known', () => {
	const of = (version: string) => marks(header.replace('"version":3,', version)).map(mark => mark.split(' ')[0]);
	assert.deepEqual(of(''), ['old-version']);
	assert.deepEqual(of('"version":1,'), ['old-version']);
	assert.deepEqual(of('"version":2,'), ['old-version']);
	assert.deepEqual(of('"version":4,'), ['unknown-version']);
	assert.deepEqual(of('"version":0,'), ['unknown-version']);
	assert.deepEqual(of('"version":"3",'), ['old-version']);
	const newer = look('{"kind":"header","version":4,"id":"n","createdAt":1,"cwd":"/"}\n{"kind":"entry"}\n');
	assert.deepEqual([newer.header, newer.marks.map(({kind}) => kind)], [{id: 'n', version: 4}, ['unknown-version']]);
});

test('what is empty and what is nobody’s session is said', () => {
	assert.deepEqual(marks(''), ['empty 0+0 line 1']);
	assert.deepEqual(marks('\n \n'), ['empty 0+3 line 1']);
	assert.deepEqual(marks('{"type":"user","uuid":"x"}\n{"a":1}\n'), ['not-a-session 0+26 line 1']);
	assert.deepEqual(marks('{"type":"session"}\n'), ['not-a-session 0+18 line 1']);
});

test('it finds the same whatever the pieces are', () => {
	const text = `${header}${entry}\0\0\nnoise\n${entry}${header}${entry.slice(0, 40)}`;
	const whole = look(text, text.length);
	for (let size = 1; size < 130; size++) assert.deepEqual(look(text, size), whole);
});

test('every session of the lab is sound, of each version', () => {
	for (const version of [1, 2, 3] as const) {
		const {text, id, endedAt} = makeSession({version, bytes: 60_000, imageBytes: 20_000});
		const found = look(text, 4096);
		assert.deepEqual(found.header, {id, version});
		assert.equal(found.lines, text.split('\n').length - 1);
		assert.deepEqual(
			found.marks.map(({kind}) => kind),
			version === 3 ? [] : ['old-version'],
		);
		assert.equal(found.lastEntryAt, endedAt);
	}
});

test('header and last entry are those that a pull and the dashboard see', async t => {
	const {path: root} = await temporaryFolder(t);
	const part = fc.constantFrom(
		header,
		entry,
		header.replace('3,"id"', '4,"id"').replace('"type":"session"', '"kind":"header"'),
		header.replace('"id":"s1"', '"id":7'),
		'{"type":"session","type":"other","id":"x"}\n',
		'{"type":"other","type":"session","id":"x"}\n',
		'\n',
		'\0\0\0\n',
		'\0\0',
		' \t',
		'\ufeff',
		'[]\n',
		'noise\n',
		'{"type":"custom"}\n',
		entry.slice(0, 30),
	);
	await fc.assert(
		fc.asyncProperty(fc.array(part, {minLength: 1, maxLength: 6}), async parts => {
			const text = parts.join('');
			await writeFile(path.join(root, 'a.jsonl'), text);
			const found = look(text);
			const first = await readHeader(root, 'a.jsonl');
			const isLate = found.marks.some(({kind}) => kind === 'late-header');
			// An unfinished first line is none yet to those who read while it is written.
			if (text.includes('\n') && first.kind !== 'empty') {
				assert.equal(found.header !== undefined && !isLate, first.kind === 'session', JSON.stringify(text));
				if (first.header) assert.equal(found.header?.id, first.header.id);
				if (first.header) assert.equal(found.header?.version, first.header.version);
			}

			const last = await readLastEntry(root, 'a.jsonl', Buffer.byteLength(text));
			if (last?.timestamp !== undefined) assert.equal(found.lastEntryAt, last.timestamp, JSON.stringify(text));
		}),
		{numRuns: 300},
	);
});
