import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {acquireLease} from '../../../source/sync/schedule/lease.js';
import {
	acceptSpokeVersion,
	keepHubCopy,
	restoreGeneration,
	versionsOf,
} from '../../../source/sync/services/versions.js';
import {session, type VersionPlace, versionPlace} from './place.js';

const [one, other] = ['first version\n', 'another version\n'];

/** The spoke rewrote the session, so that the hub keeps the first version. */
async function rewritten(place: VersionPlace) {
	place.write(one);
	await place.sync();
	place.write(other);
	await place.sync();
	assert.deepEqual([place.text(), place.kept()], [other, [one]]);
	const [generation] = place.generations();
	return generation!;
}

test('a version that was brought back stays through syncs, with the one it replaced kept, until the spoke changes', async t => {
	const place = await versionPlace(t);
	const {file} = await rewritten(place);
	const restored = await restoreGeneration(place.hub, 'laptop', file);
	assert.ok(!('heldBy' in restored));
	assert.deepEqual([restored.path, restored.isSetAside, restored.isCurrentAlready], [session, true, false]);
	assert.equal(fs.readFileSync(restored.replaced!, 'utf8'), other);
	assert.match(place.logged.at(-1)!, /is current again; the version before stays as an earlier one; the version on/);
	const check = () => {
		assert.equal(place.text(), one);
		const [found] = versionsOf(place.hub, 'laptop', session);
		assert.deepEqual([found?.held?.isReleased, found?.held?.size], [true, other.length]);
		assert.equal(fs.readFileSync(found!.seenFile!, 'utf8'), other);
		assert.match(found?.story ?? '', /an earlier version was brought back here/);
		assert.deepEqual(place.kept().sort(), [one, other].sort());
	};
	check();
	assert.equal(await place.sync(), 0, 'nothing waits for a person');
	check();
	await place.sync();
	check();
	place.write(other);
	assert.equal(await place.sync(), 0, 'touched is not changed');
	check();
	place.write(`${other}more\n`);
	await place.sync();
	assert.equal(place.text(), `${other}more\n`, 'what changes on the spoke is current by the ordinary rules');
	assert.ok(place.kept().includes(one));
	assert.equal(versionsOf(place.hub, 'laptop', session)[0]?.held, undefined);
});

test('bringing back what the spoke shows leaves nothing aside, and what is current already is left alone', async t => {
	const place = await versionPlace(t);
	const {file} = await rewritten(place);
	await restoreGeneration(place.hub, 'laptop', file);
	const replaced = place.generations().find(({why}) => why === 'replaced');
	const back = await restoreGeneration(place.hub, 'laptop', replaced!.file);
	assert.ok(!('heldBy' in back));
	assert.deepEqual([place.text(), back.isSetAside], [other, false]);
	const [found] = versionsOf(place.hub, 'laptop', session);
	assert.deepEqual([found?.held, found?.seenFile], [undefined, undefined]);
	await place.sync();
	assert.equal(place.text(), other);
	const again = await restoreGeneration(place.hub, 'laptop', replaced!.file);
	assert.ok(!('heldBy' in again) && again.isCurrentAlready);
});

test('a lost database does not undo what a person brought back', async t => {
	const place = await versionPlace(t);
	const {file} = await rewritten(place);
	await restoreGeneration(place.hub, 'laptop', file);
	place.hub.store.forget('laptop', `${place.root}/hub/synced/laptop`);
	await place.sync();
	await place.sync();
	assert.equal(place.text(), one);
	assert.deepEqual(place.kept().sort(), [one, other].sort());
});

test('a session that is gone from the hub, or from the spoke, comes back too', async t => {
	const place = await versionPlace(t);
	const {file} = await rewritten(place);
	fs.rmSync(`${place.root}/laptop/${session}`);
	fs.writeFileSync(`${place.root}/laptop/p/b.jsonl`, 'b\n');
	await place.sync();
	await place.sync();
	assert.equal(versionsOf(place.hub, 'laptop', session)[0]?.story, 'deleted on the spoke');
	fs.rmSync(place.current);
	await restoreGeneration(place.hub, 'laptop', file);
	assert.equal(place.text(), one);
	await place.sync();
	assert.equal(place.text(), one);
});

test('the spoke’s held version is taken over, the hub’s stays as an earlier one', async t => {
	const place = await versionPlace(t);
	place.write(one);
	await place.sync();
	place.write('cut\n');
	assert.equal(await place.sync(), 1);
	const [found] = versionsOf(place.hub, 'laptop');
	assert.deepEqual([found?.path, found?.held?.size, found?.current?.bytes], [session, 4, one.length]);
	assert.equal(fs.readFileSync(found!.seenFile!, 'utf8'), 'cut\n');
	const accepted = await acceptSpokeVersion(place.hub, 'laptop', session);
	assert.ok(!('heldBy' in accepted));
	assert.deepEqual([place.text(), fs.readFileSync(accepted.replaced!, 'utf8')], ['cut\n', one]);
	assert.equal(await place.sync(), 0);
	assert.equal(place.text(), 'cut\n');
	assert.equal(place.generations()[0]?.why, 'replaced');
	await assert.rejects(acceptSpokeVersion(place.hub, 'laptop', session), {
		name: 'Refusal',
		message: /nothing of .* is held/,
	});
});

test('the hub’s copy of one held session is kept, and the others stay held', async t => {
	const place = await versionPlace(t);
	place.write(one);
	const second = `${place.root}/laptop/p/b.jsonl`;
	fs.writeFileSync(second, one);
	await place.sync();
	place.write('cut\n');
	fs.writeFileSync(second, 'cut\n');
	assert.equal(await place.sync(), 2);
	assert.deepEqual(await keepHubCopy(place.hub, 'laptop', [session, 'p/none.jsonl']), {paths: [session]});
	assert.equal(place.hub.spoke('laptop')?.holds, 1);
	assert.equal(await place.sync(), 1);
	assert.deepEqual(
		versionsOf(place.hub, 'laptop').map(({path, held}) => [path, held?.isReleased]),
		[
			['p/b.jsonl', false],
			[session, true],
		],
	);
});

test('a damaged version is refused, named, and left as it is', async t => {
	const place = await versionPlace(t);
	const {file} = await rewritten(place);
	const damage = async (content: string, words: RegExp) => {
		fs.writeFileSync(file, content);
		for (const options of [{}, {to: `${place.root}/out.jsonl`}]) {
			const refused = {name: 'Refusal', isDamage: true, message: words};
			await assert.rejects(restoreGeneration(place.hub, 'laptop', file, options), refused);
		}

		assert.deepEqual([place.text(), fs.readFileSync(file, 'utf8')], [other, content]);
		assert.ok(!fs.existsSync(`${place.root}/out.jsonl`));
	};
	await damage('First version\n', /is damaged: its bytes are not those the ledger names/);
	await damage('first', /is damaged: it has 5 of 14 bytes/);
	fs.rmSync(file);
	await assert.rejects(restoreGeneration(place.hub, 'laptop', file), {name: 'SyncError'});
	await assert.rejects(restoreGeneration(place.hub, 'laptop', '/etc/passwd'), /has no kept version/);
});

test('a version is written into a file that does not exist yet, and nowhere into the hub’s own folders', async t => {
	const place = await versionPlace(t);
	const {file} = await rewritten(place);
	const to = `${place.root}/out.jsonl`;
	const restored = await restoreGeneration(place.hub, 'laptop', file, {to});
	assert.ok(!('heldBy' in restored));
	assert.deepEqual([restored.to, fs.readFileSync(to, 'utf8'), place.text()], [to, one, other]);
	assert.equal(fs.statSync(to).mtimeMs, fs.statSync(file).mtimeMs);
	const refuse = async (target: string, message: RegExp) =>
		assert.rejects(restoreGeneration(place.hub, 'laptop', file, {to: target}), {name: 'Refusal', message});
	await refuse(to, /exists; nothing is overwritten/);
	fs.symlinkSync('/nowhere', `${place.root}/link`);
	await refuse(`${place.root}/link`, /exists/);
	await refuse(`${place.root}/none/out.jsonl`, /none is no folder/);
	await refuse(`${place.root}/hub/synced/laptop/p/c.jsonl`, /which only the hub writes to/);
	await refuse(`${place.root}/hub/data/x.jsonl`, /which only the hub writes to/);
	assert.deepEqual(
		fs.readdirSync(place.root).filter(name => name.includes('half')),
		[],
	);
});

test('in a folder that others fill nothing is written, and the reason says what to do', async t => {
	const place = await versionPlace(t, true);
	place.write(one);
	await place.sync();
	assert.deepEqual(versionsOf(place.hub, 'laptop'), [], 'a copy of what is current is no earlier version');
	place.write('cut\n');
	await place.sync();
	const [found] = versionsOf(place.hub, 'laptop');
	assert.deepEqual([found?.held?.kind, found?.generations.length, found?.seenFile], ['shrunk', 1, undefined]);
	const {file} = found!.generations[0]!;
	const refused = {name: 'Refusal', message: /something else fills .* bring the version into a file/};
	await assert.rejects(restoreGeneration(place.hub, 'laptop', file), refused);
	await assert.rejects(acceptSpokeVersion(place.hub, 'laptop', session), {
		name: 'Refusal',
		message: /is current already/,
	});
	const to = `${place.root}/out.jsonl`;
	await restoreGeneration(place.hub, 'laptop', file, {to});
	assert.deepEqual([fs.readFileSync(to, 'utf8'), place.text()], [one, 'cut\n']);
	fs.rmSync(place.current);
	await place.sync();
	await place.sync();
	const [gone] = versionsOf(place.hub, 'laptop');
	assert.deepEqual([gone?.current, gone?.generations.length], [undefined, 2], 'once it is gone the hub’s copy is one');
});

test('while another run holds the spoke nothing is done, and a copy into a file needs nobody’s leave', async t => {
	const place = await versionPlace(t);
	const {file} = await rewritten(place);
	const lease = await acquireLease({folder: `${place.root}/hub/run`, spoke: 'laptop', by: 'cron'});
	assert.ok(!('heldBy' in lease));
	for (const answer of [
		await restoreGeneration(place.hub, 'laptop', file),
		await acceptSpokeVersion(place.hub, 'laptop', session),
		await keepHubCopy(place.hub, 'laptop', [session]),
	]) {
		assert.equal('heldBy' in answer && answer.heldBy.by, 'cron');
	}

	await restoreGeneration(place.hub, 'laptop', file, {to: `${place.root}/out.jsonl`});
	await lease.release();
	assert.equal(place.text(), other);
});
