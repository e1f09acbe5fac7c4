import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import {kindByName, matchesExclude, unmatchedPatterns} from '../../../source/sync/sessions/kinds.js';

const files = [
	'a.jsonl',
	'2024.jsonl',
	'x/2024-01.jsonl',
	'x/2024/a.jsonl',
	'x/2024/y/a.jsonl',
	'--home-will--/2024-01-01T00-00-00-000Z_ab.jsonl',
	'--home-will--/2025-01-01T00-00-00-000Z_cd.jsonl',
	'y/x/2024/b[1].jsonl',
	'y/x/b-]^!.jsonl',
	'y/é.jsonl',
	'y/a\\b.jsonl',
	'foo/bar/baz/a',
	'foo/bar/a',
	'bar/foo/a',
	'foo/A b.jsonl',
];

async function withTree(use: (root: string) => void) {
	const root = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'excludes-'));
	try {
		for (const file of files) {
			fs.mkdirSync(path.join(root, path.dirname(file)), {recursive: true});
			fs.writeFileSync(path.join(root, file), '');
		}

		use(root);
	} finally {
		await fs.promises.rm(root, {recursive: true});
	}
}

function takenByRsync(root: string, patterns: readonly string[]): string[] {
	const argv = [
		'-rn',
		'-8',
		'--out-format=%n',
		...patterns.map(pattern => `--exclude=${pattern}`),
		`${root}/`,
		`${root}-to/`,
	];
	return execFileSync('rsync', argv, {stdio: ['ignore', 'pipe', 'pipe']})
		.toString()
		.split('\n')
		.map(line => line.replaceAll(/\\#(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
		.filter(line => line !== '' && !line.endsWith('/'))
		.sort();
}

function takenByUs(patterns: readonly string[]): string[] {
	return files.filter(file => !matchesExclude(patterns, file)).sort();
}

test('patterns leave out what rsync itself leaves out', async () => {
	await withTree(root => {
		const lists = [
			['*/2024/*'],
			['2024-*'],
			['/x'],
			['x/'],
			['/x/'],
			['a'],
			['bar/a'],
			['foo/a'],
			['foo/***'],
			['foo/**'],
			['**/a'],
			['**a'],
			['foo/**/a'],
			['/foo/**/a'],
			['?.jsonl'],
			['??.jsonl'],
			['[[:alpha:]].jsonl'],
			['[!a].jsonl'],
			['b\\[1].jsonl'],
			['b[1].jsonl'],
			['a\\b.jsonl'],
			['a\\\\b.j*'],
			['b-[]^!]*'],
			['*-]^!.jsonl'],
			['b-[!]]*'],
			['[a'],
			['+ x/', '*'],
			['- x/'],
			['x/', '!', 'y/'],
			['*.jsonl'],
			['y/**'],
			['/**'],
			['**'],
			['***'],
			['x/2024/'],
			['2024/y/'],
			['A b*'],
			['[z-a].jsonl'],
			['a.jsonl/'],
			['*/*/*'],
			['/*/*/*'],
			['*\\'],
		];
		for (const patterns of lists) {
			assert.deepEqual(takenByUs(patterns), takenByRsync(root, patterns), JSON.stringify(patterns));
		}
	});
});

test('random patterns agree with rsync', async () => {
	await withTree(root => {
		const piece = fc.constantFrom(
			'a',
			'x',
			'y',
			'b',
			'foo',
			'bar',
			'2024',
			'.jsonl',
			'*',
			'**',
			'***',
			'?',
			'/',
			'-',
			'[a-f]',
			'[!x]',
			'[^2]',
			']',
			'\\',
			'é',
		);
		const pattern = fc
			.array(piece, {minLength: 1, maxLength: 6})
			.map(parts => parts.join(''))
			.filter(text => text !== '/' && !text.startsWith('//') && !text.includes('//'));
		fc.assert(
			fc.property(fc.array(pattern, {minLength: 1, maxLength: 2}), patterns => {
				assert.deepEqual(takenByUs(patterns), takenByRsync(root, patterns), JSON.stringify(patterns));
			}),
			{numRuns: 40},
		);
	});
});

test('a pattern that matches nothing is reported with the nearest that would', () => {
	const paths = files.filter(file => file.startsWith('--') || file === 'a.jsonl');
	assert.deepEqual(unmatchedPatterns(['*/2024/*', '*/a*', '/home/will/', 'nothing-like-it', 'a'], paths), [
		{pattern: '*/2024/*', nearest: '2024-*'},
		{pattern: '*/a*', nearest: 'a*'},
		{pattern: '/home/will/', nearest: '--home-will--/'},
		{pattern: 'nothing-like-it', nearest: undefined},
		{pattern: 'a', nearest: 'a.jsonl'},
	]);
});

test('names alone tell work files and conflict copies from candidates', () => {
	const expected = {
		candidate: ['a.jsonl', 'x/y/a.jsonl', '--x--/.hidden.jsonl', 'x/\udcff.jsonl'],
		'conflict-copy': ['x/a.sync-conflict-20260101-101010-ABCDEFG.jsonl'],
		temporary: [
			'.stfolder',
			'.stfolder/marker',
			'.stversions/x/a~20260101-101010.jsonl',
			'x/.syncthing.a.jsonl.tmp',
			'x/~syncthing~a.jsonl.tmp',
			'x/.a.jsonl.Ab3dE9',
			'x/.~tmp~/a.jsonl',
			'.rsync-partial/a.jsonl',
			'.pi-brain-staging/x/a.jsonl',
			'.staging/a.jsonl',
		],
		other: ['notes.txt', 'x/a.jsonl.bak', 'jsonl'],
	};
	for (const [kind, names] of Object.entries(expected)) {
		for (const name of names) assert.equal(kindByName(name), kind, name);
	}
});
