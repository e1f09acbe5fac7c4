import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {nodesImport} from '../../source/commands/nodes.js';
import {commandLab} from './io.js';

test('nodes import: each file on its own, the bad one named with its place, the good ones there; a second time nothing to do', async t => {
	const lab = await commandLab(t);
	await lab.configure({});
	const file = (name: string, text: string) => {
		const whole = path.join(lab.home, name);
		writeFileSync(whole, text);
		return whole;
	};

	const good = file('good.json', '{"id": "n1", "timestamp": "2026-01-24T09:15:02.318Z", "text": "one"}\n');
	const bad = file('bad.json', '{"id": "n1",\n "text": }');
	const other = file('other.json', '{"id": "n1", "timestamp": "2026-01-24T09:15:02.318Z", "text": "two"}\n');
	const names = [good, bad, other, path.join(lab.home, 'absent.json')];
	assert.equal(await nodesImport(lab.io, {names}), 2);
	const {stdout, stderr} = lab.take();
	assert.match(stdout, /good\.json: stored as version 1 of n1, byte for byte: .*n1-v1\.json\n/);
	assert.match(stdout, /other\.json: n1 is there already; this is version 2 of it now: .*n1-v2\.json\n$/);
	assert.match(stderr, /bad\.json:2:10: expected a value here\n/);
	assert.match(stderr, /absent\.json: ENOENT/);

	assert.equal(await nodesImport(lab.io, {names: [good, other], json: true}), 0);
	const {imported, errors} = JSON.parse(lab.take().stdout) as {
		imported: Array<Record<string, string>>;
		errors: unknown[];
	};
	assert.deepEqual(
		imported.map(({result, version}) => [result, version]),
		[
			['known', 1],
			['known', 2],
		],
	);
	assert.deepEqual(errors, []);
	assert.equal(readFileSync(imported[0]!.file!, 'utf8'), readFileSync(good, 'utf8'));
	await assert.rejects(nodesImport(lab.io, {names: []}), {name: 'UsageError', message: /which file/});
});
