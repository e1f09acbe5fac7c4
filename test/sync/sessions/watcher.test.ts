import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, {describe} from 'node:test';
import {SessionIndex} from '../../../source/sync/sessions/index.js';
import {encodeName} from '../../../source/text/names.js';
import {line, settleMs, until, withLab, write} from './watch-lab.js';

/** inotify watches of this process, from the kernel. */
function countInotify(): number {
	let count = 0;
	for (const entry of fs.readdirSync('/proc/self/fdinfo')) {
		try {
			const info = fs.readFileSync(`/proc/self/fdinfo/${entry}`, 'utf8');
			count += info.split('\n').filter(text => text.startsWith('inotify wd')).length;
		} catch {
			// The descriptor of the listing itself is closed by now.
		}
	}

	return count;
}

test('there is one system watch for each folder, none for files, and none is left', async () => {
	await withLab(async ({root, watch}) => {
		for (let folder = 0; folder < 60; folder++) {
			for (let file = 0; file < 5; file++) write(root, `p${folder}/${file}.jsonl`);
		}

		const before = countInotify();
		const watching = await watch();
		assert.deepEqual([watching.watchCount, countInotify() - before], [61, 61]);
		fs.rmSync(path.join(root, 'p0'), {recursive: true});
		await until('the watch of a removed folder to go', () => watching.watchCount === 60);
		await watching.close();
		await until('no watch to be left', () => countInotify() === before);
	});
});

describe('watching', {concurrency: true}, () => {
	test('what was counted before its first line was read is counted again when it is', async () => {
		await withLab(async ({root, watch}) => {
			write(root, 'a.jsonl');
			write(root, 'tool.jsonl', '{"type":"other"}\n');
			const read: string[] = [];
			const {index} = await watch({onRead: name => read.push(name)});
			await until('the first lines to be read', () => read.length > 0);
			const {sessions, others, unread} = index('laptop')!.totals;
			assert.deepEqual([read, sessions, others, unread], [['laptop'], 1, 1, 0]);
		});
	});

	test('old sessions are not news, new, grown, replaced and removed ones are', async () => {
		await withLab(async ({root, news, watch}) => {
			write(root, '--a--/old.jsonl');
			write(root, '--a--/gone.jsonl');
			write(root, '--a--/swapped.jsonl');
			const {index} = await watch();
			assert.equal(index('laptop')?.totals.sessions, 3);
			write(root, '--a--/new.jsonl');
			write(root, 'flat.jsonl');
			write(root, '--a--/notes.txt');
			write(root, '--a--/.x.jsonl.Ab3dE9');
			fs.appendFileSync(path.join(root, '--a--/old.jsonl'), '{"type":"message"}\n');
			fs.rmSync(path.join(root, '--a--/gone.jsonl'));
			write(root, '--a--/.tmp', line('swapped'));
			fs.renameSync(path.join(root, '--a--/.tmp'), path.join(root, '--a--/swapped.jsonl'));
			const expected = ['+--a--/new.jsonl', '+flat.jsonl', '-gone', '~--a--/old.jsonl', '~--a--/swapped.jsonl'];
			expected[2] = '---a--/gone.jsonl';
			await until('five pieces of news', () => news.length >= 5);
			assert.deepEqual([...news].sort(), expected.sort());
			assert.equal(index('laptop')?.get('--a--/swapped.jsonl')?.header?.id, 'swapped');
		});
	});

	test('project folders that appear, nest, move and are replaced are watched', async () => {
		await withLab(async ({root, news, watch}) => {
			const {index} = await watch();
			write(root, '--a--/sub/run-1/1.jsonl');
			await until('a file three folders deep', () => news.includes('+--a--/sub/run-1/1.jsonl'));
			write(root, '--a--/sub/run-1/2.jsonl');
			await until('its neighbour', () => news.includes('+--a--/sub/run-1/2.jsonl'));

			fs.renameSync(path.join(root, '--a--'), path.join(root, '--b--'));
			await until(
				'the move',
				() => news.includes('+--b--/sub/run-1/1.jsonl') && news.includes('---a--/sub/run-1/2.jsonl'),
			);
			write(root, '--b--/sub/3.jsonl');
			await until('a file in the moved folder', () => news.includes('+--b--/sub/3.jsonl'));

			fs.rmSync(path.join(root, '--b--'), {recursive: true});
			write(root, '--b--/sub/4.jsonl');
			await until('a file in the folder made anew', () => news.includes('+--b--/sub/4.jsonl'));
			write(root, '--b--/sub/5.jsonl');
			await until('another', () => news.includes('+--b--/sub/5.jsonl'));
			assert.equal(index('laptop')?.totals.sessions, 2);
		});
	});

	test('a file that keeps growing is no news until it stands still', async () => {
		await withLab(async ({root, news, growing, watch}) => {
			write(root, 'a/1.jsonl');
			await watch({root: {settleMs: 700}});
			let last = performance.now();
			let longestPause = 0;
			for (let turn = 0; turn < 10; turn++) {
				fs.appendFileSync(path.join(root, 'a/1.jsonl'), '{"type":"message"}\n');
				await new Promise(resolve => setTimeout(resolve, 120));
				longestPause = Math.max(longestPause, performance.now() - last);
				last = performance.now();
				// On a machine that stood still for that long, the file did so too.
				if (longestPause < 600) assert.deepEqual(news, []);
			}

			assert.equal(growing[0], 'a/1.jsonl');
			await until('it to settle', () => growing.at(-1) === '');
			assert.equal(news.at(-1), '~a/1.jsonl');
		});
	});

	test('a file that came and went within the settling time is no news', async () => {
		await withLab(async ({root, news, watch}) => {
			write(root, 'kept.jsonl');
			await watch({root: {settleMs: 1200}});
			write(root, 'brief.jsonl');
			fs.rmSync(path.join(root, 'kept.jsonl'));
			await new Promise(resolve => setTimeout(resolve, 250));
			fs.rmSync(path.join(root, 'brief.jsonl'));
			write(root, 'kept.jsonl', line('again'));
			await until('the other file', () => news.length > 0);
			assert.deepEqual(news, ['~kept.jsonl']);
		});
	});

	test('a root may appear later, go away and come back', async () => {
		await withLab(async ({root, news, problems, watch}) => {
			fs.rmdirSync(root);
			const {index, watchCount} = await watch();
			assert.deepEqual([problems.length, problems[0]?.code, watchCount], [1, 'ENOENT', 0]);
			write(root, '--a--/1.jsonl');
			await until('the first session', () => news.includes('+--a--/1.jsonl'));
			fs.renameSync(root, `${root}-away`);
			await until('the problem', () => problems.length === 2);
			assert.equal(index('laptop')?.totals.sessions, 1);
			fs.renameSync(`${root}-away`, root);
			write(root, '--a--/2.jsonl');
			await until('the second', () => news.includes('+--a--/2.jsonl'));
			assert.deepEqual(
				news.filter(one => one.startsWith('-')),
				[],
			);
		});
	});

	test('names that are not UTF-8 are news like others', async () => {
		await withLab(async ({root, news, watch}) => {
			await watch();
			fs.mkdirSync(encodeName(`${root}/d\udcfe`));
			fs.writeFileSync(encodeName(`${root}/d\udcfe/x\udcff.jsonl`), line());
			await until('the raw name', () => news.includes('+d\udcfe/x\udcff.jsonl'));
			fs.writeFileSync(encodeName(`${root}/d\udcfe/y\udcff.jsonl`), line());
			await until('its neighbour', () => news.includes('+d\udcfe/y\udcff.jsonl'));
		});
	});

	test('a seeded root tells what happened while nobody watched', async () => {
		await withLab(async ({root, news, watch}) => {
			write(root, 'a/1.jsonl');
			const before = new SessionIndex(root);
			await before.scan();
			const index = new SessionIndex(root);
			index.seed(before.list());
			write(root, 'a/2.jsonl');
			await watch({root: {index}});
			await until('the news', () => news.length > 0);
			assert.deepEqual(news, ['+a/2.jsonl']);
		});
	});

	test('without system watches a root is polled, and one message says how to change that', async () => {
		await withLab(async ({root, news, problems, watch}) => {
			write(root, 'a/1.jsonl');
			write(root, 'b/1.jsonl');
			let granted = 1;
			const watchFolder = ((...args: Parameters<typeof fs.watch>) => {
				if (granted-- > 0) return fs.watch(...args);
				throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {code: 'ENOSPC'});
			}) as typeof fs.watch;
			await watch({watchFolder});
			assert.equal(problems.length, 1);
			assert.match(problems[0]!.message, /fs\.inotify\.max_user_watches/);
			write(root, 'b/2.jsonl');
			await until('the file', () => news.includes('+b/2.jsonl'));
			assert.equal(problems.length, 1);
		});
	});

	test('a full look finds what no event told', async () => {
		await withLab(async ({root, news, watch}) => {
			write(root, 'a/1.jsonl');
			const deaf = ((file: fs.PathLike) => fs.watch(file)) as typeof fs.watch;
			const watching = await watch({watchFolder: deaf});
			write(root, 'a/2.jsonl');
			watching.rescan('laptop');
			await until('the file', () => news.includes('+a/2.jsonl'));
		});
	});

	test('roots can be added, removed and moved while watching, and two trees never mix', async () => {
		await withLab(async ({root, news, watch}) => {
			const other = `${root}-2`;
			write(root, 'a/1.jsonl');
			write(other, 'b/1.jsonl');
			const watching = await watch();
			const kept = {name: 'server', path: other, settleMs};
			await watching.update([{name: 'laptop', path: root, settleMs}, kept]);
			await watching.ready();
			const undisturbed = watching.index('server');
			write(root, 'a/late.jsonl');
			await watching.update([{name: 'laptop', path: other, settleMs}, kept]);
			await watching.ready();
			assert.equal(watching.index('server'), undisturbed);
			assert.deepEqual(
				[...watching.index('laptop')!.list()].map(file => file.path),
				['b/1.jsonl'],
			);
			write(root, 'a/2.jsonl');
			write(other, 'b/2.jsonl');
			await until('both', () => news.length >= 2);
			assert.deepEqual([...news].sort(), ['+b/2.jsonl', 'server:+b/2.jsonl']);
			await watching.update([kept]);
			assert.deepEqual([watching.index('laptop'), watching.watchCount], [undefined, 2]);
		});
	});

	test('thousands of files that arrive at once all become news', async () => {
		await withLab(async ({root, news, watch}) => {
			const watching = await watch({root: {settleMs: 300}});
			for (let file = 0; file < 4000; file++) {
				const folder = path.join(root, `p${file % 20}`);
				if (file < 20) fs.mkdirSync(folder);
				fs.writeFileSync(path.join(folder, '.t'), line());
				fs.renameSync(path.join(folder, '.t'), path.join(folder, `${file}.jsonl`));
			}

			await until('all of them', () => news.length >= 4000);
			assert.equal(new Set(news).size, 4000);
			assert.equal(watching.index('laptop')?.totals.sessions, 4000);
		});
	});
});
