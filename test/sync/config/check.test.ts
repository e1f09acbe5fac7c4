import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import {checkConfig} from '../../../source/sync/config/check.js';
import {errors, lines, makeHome} from './place.js';

test('what pi-brain’s own loader would refuse is a warning with its place', async t => {
	const place = await makeHome(t);
	await place.write(`spokes:
  - {name: a, sync_method: manual, path: ~/s/a}
  - {name: b, sync_method: api, path: ~/s/b}
  - {name: c, sync_method: syncthing, path: ~/s/c, schedule: "* * * * *", rsync_options: {bw_limit: 1}}
  - {name: d, sync_method: rsync, host: d}
  - {name: e, sync_method: rsync, source: "e:x", path: ~/s/e, schedule: "0 * * * * *", rsync_options: ["-z"]}
`);
	const loaded = await checkConfig({file: place.file, home: place.home, hostname: 'atlas'});
	assert.deepEqual(errors(loaded), []);
	const refused = lines(loaded)
		.filter(line => line.includes('would refuse'))
		.map(line => line.replace('warning: pi-brain itself would refuse this file: ', ''));
	assert.deepEqual(refused, [
		'config.yaml:2:15 spokes[0] "a": it knows syncthing, rsync and api only, not "manual"',
		'config.yaml:3:15 spokes[1] "b": it knows sync_method api by name only',
		'config.yaml:4:52 spokes[2] "c": schedule is not allowed with syncthing',
		'config.yaml:4:75 spokes[2] "c": rsync_options is not allowed with syncthing',
		'config.yaml:5:5 spokes[3] "d": path is missing',
		'config.yaml:5:5 spokes[3] "d": source is needed for rsync',
		'config.yaml:6:63 spokes[4] "e": schedule must have 5 fields',
	]);
	const notes = lines(loaded).filter(line => line.includes('note: '));
	assert.match(notes.join('\n'), /"e": note: pi-brain itself never runs schedule/);
	assert.match(notes.join('\n'), /"e": note: pi-brain itself silently ignores rsync_options written as a list/);
});

test('a named file that is not there is an error, the default one only a note', async t => {
	const place = await makeHome(t);
	const check = (file: string) => checkConfig({file, home: place.home, hostname: 'atlas'});
	assert.deepEqual(errors(await check(place.file)), []);
	const named = await check(path.join(place.home, 'other.conf'));
	assert.deepEqual(errors(named), ['other.conf: does not exist']);
	assert.match(lines(named).join('\n'), /its name must end in \.yaml or \.yml/);
});
