import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {DeviceIdError, readDeviceId} from '../../../source/sync/syncthing/setup-device-id.js';

// Made by Syncthing 1.19.2; the first is the one of its documentation.
const ids = [
	'P56IOI7-MZJNU2Y-IQGDREY-DM2MGTI-MGL3BXN-PQ6W5BM-TBBZ4TJ-XZWICQ2',
	'Z26HJAB-S4J34KL-62UHXFY-G23IMBU-EGQOCNI-ZKSW75M-I7CKXHX-TQAH6Q4',
	'Z6ZWNOB-CMLCAFN-77FRDLF-3XXCGKH-XZKUPPB-XHQ4BMU-R6CP6V4-6XW2SQ5',
];
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

test('ids are read however they are typed', () => {
	for (const id of ids) {
		assert.equal(readDeviceId(id), id);
		assert.equal(readDeviceId(` ${id.toLowerCase().replaceAll('-', ' ')}\n`), id);
		assert.equal(readDeviceId(id.replaceAll('O', '0').replaceAll('I', '1').replaceAll('B', '8')), id);
	}
});

test('one character that is mistyped is always found', () => {
	fc.assert(
		fc.property(fc.constantFrom(...ids), fc.nat(55), fc.constantFrom(...alphabet), (id, at, letter) => {
			const bare = id.replaceAll('-', '');
			fc.pre(bare[at] !== letter);
			assert.throws(() => readDeviceId(bare.slice(0, at) + letter + bare.slice(at + 1)), DeviceIdError);
		}),
	);
});

test('what is no id is told what is wrong with it', () => {
	assert.throws(() => readDeviceId('laptop!'), /other characters/);
	assert.throws(() => readDeviceId(ids[0]!.slice(0, -8)), /eight groups of seven characters, and has 49 of 56/);
	assert.throws(() => readDeviceId(ids[0]!.replace('XZWICQ2', 'XZWICQ3')), /groups 7 and 8 do not fit/);
});
