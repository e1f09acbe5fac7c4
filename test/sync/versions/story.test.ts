import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import {type StoryFacts, storyOf} from '../../../source/sync/versions/story.js';
import {compareEnds} from '../../../source/sync/versions/story-facts.js';
import {temporaryFolder} from '../../lab/after.js';
import {makeSession} from '../../lab/sessions.js';

const nothing = {seen: undefined, isSetAside: false, later: undefined, earlier: undefined, isLikePrefix: false};

/** The story of two contents, as files tell it. */
async function told(
	t: TestContext,
	later: string | Buffer | undefined,
	earlier: string | Buffer | undefined,
	facts: Partial<StoryFacts> = {},
): Promise<string | undefined> {
	const {path: root} = await temporaryFolder(t);
	const write = (name: string, content: string | Buffer | undefined) => {
		if (content !== undefined) fs.writeFileSync(`${root}/${name}`, content);
		return `${root}/${name}`;
	};
	const ends = compareEnds(write('later', later), write('earlier', earlier));
	return storyOf({...nothing, seen: 'shrunk', ...ends, ...facts});
}

const whole = makeSession({seed: 1, bytes: 20_000}).text;
const header = `${whole.split('\n', 1)[0]}\n`;

test('a lone header where the hub has more is a file that an old pi started over', async t => {
	assert.equal(await told(t, header, whole), 'pi before 0.80.3 started this file over');
	const other = `${makeSession({seed: 2}).text.split('\n', 1)[0]}\n`;
	assert.equal(await told(t, other, whole), 'pi before 0.80.3 started this file over');
	assert.equal(await told(t, header, header), undefined, 'the hub has no more');
	assert.equal(await told(t, '{"type":"message"}\n', whole), undefined, 'a line that is no header');
});

test('a higher version of the same session is a migration, of another session it is none', async t => {
	const [old, now] = [makeSession({seed: 3, version: 1}), makeSession({seed: 3, version: 3})];
	assert.equal(await told(t, now.text, old.text), 'pi migrated it from v1 to v3');
	assert.equal(await told(t, now.text, old.text, {seen: undefined}), 'pi migrated it from v1 to v3');
	assert.equal(await told(t, makeSession({seed: 4}).text, old.text, {seen: undefined}), undefined);
	assert.equal(await told(t, old.text, now.text, {seen: undefined}), undefined);
});

test('a beginning that ends within a line was cut off while being copied; one that ends with a line was not', async t => {
	assert.equal(await told(t, whole.slice(0, 9000), whole), 'cut off while being copied');
	assert.equal(await told(t, whole.slice(0, 100), whole), 'cut off while being copied');
	const lines = whole.split('\n').slice(0, 4).join('\n');
	assert.equal(await told(t, `${lines}\n`, whole), undefined);
	assert.equal(await told(t, `${whole.slice(0, 8999)}#`, whole), undefined, 'other bytes');
	assert.equal(await told(t, '', whole), 'emptied on the spoke');
});

test('what is gone was deleted, what was put aside says so, and facts that tell nothing tell nothing', async t => {
	assert.equal(storyOf({...nothing, seen: 'gone'}), 'deleted on the spoke');
	assert.match(storyOf({...nothing, seen: 'shrunk', isSetAside: true}) ?? '', /^an earlier version was brought back/);
	assert.equal(storyOf(nothing), undefined);
	assert.equal(await told(t, undefined, whole), undefined);
	assert.equal(await told(t, Buffer.alloc(5000), Buffer.alloc(9000, 1)), undefined);
	assert.deepEqual(compareEnds('/nowhere', undefined), {later: undefined, earlier: undefined, isLikePrefix: false});
});
