import assert from 'node:assert/strict';
import {chmodSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {suite, test} from 'node:test';
import type {Cause} from '../../source/sync/causes.js';
import {temporaryFolder} from '../lab/after.js';
import {engineHub} from '../lab/faults-hub.js';
import {type SpokeEntry, spokeEntry} from '../lab/hub.js';
import type {LabSpoke} from '../lab/sshd.js';
import type {Access} from '../lab/sshd-files.js';
import {editSshConfig, setSshOptions, startFilled} from './fault.js';

/** Something that is broken on one layer, and can be together with any other. */
interface Layer {
	readonly cause: Cause;
	readonly entry?: (folder: string) => Readonly<Record<string, unknown>>;
	readonly access?: Access;
	readonly spoil?: (spoke: LabSpoke) => Promise<void> | void;
}

/** From the one that blocks first to the one that is met last. */
const layers: readonly Layer[] = [
	{cause: 'CONFIG_INVALID', entry: () => ({port: 'twenty-two'})},
	{cause: 'DST_PARENT', entry: folder => ({path: path.join(folder, 'file', 'laptop')})},
	{
		cause: 'SSH_CONFIG_BAD',
		spoil: spoke => editSshConfig(spoke, text => text.replace('UpdateHostKeys', 'UpdateHostKees')),
	},
	{cause: 'TCP_REFUSED', spoil: async spoke => spoke.stop()},
	{cause: 'ALGO_MISMATCH', spoil: spoke => setSshOptions(spoke, {KexAlgorithms: 'diffie-hellman-group1-sha1'})},
	{cause: 'HOSTKEY_UNKNOWN', spoil: ({knownHosts}) => writeFileSync(knownHosts, '')},
	{cause: 'KEY_PERMS', spoil: ({keyFile}) => chmodSync(keyFile, 0o644)},
	{
		cause: 'AUTH_DENIED',
		spoil: ({sshConfig}) => writeFileSync(path.join(path.dirname(sshConfig), 'authorized-keys'), ''),
	},
	{cause: 'SHELL_NOISE', access: {noise: 'Welcome to laptop!\n'}},
	{cause: 'RSYNC_MISSING', access: {isWithoutRsync: true}},
	{cause: 'SRC_MISSING', spoil: ({sessionsDir}) => rmSync(sessionsDir, {recursive: true})},
];

// Whether a key is too open is only asked when the spoke wants it.
const isOneStep = (first: Layer, second: Layer) => first.cause === 'KEY_PERMS' && second.cause === 'AUTH_DENIED';
const pairs = layers.flatMap((first, index) =>
	layers
		.slice(index + 1)
		.filter(second => !isOneStep(first, second))
		.map(second => [first, second] as const),
);

// The check asks for host keys in words of its own, which an old ssh_config does not limit.
const isAskedApart = (first: Layer, second: Layer) =>
	first.cause === 'ALGO_MISMATCH' && second.cause === 'HOSTKEY_UNKNOWN';

suite('of two faults the one that blocks first is named', {concurrency: 4}, () => {
	for (const [first, second] of pairs) {
		test(`${first.cause} before ${second.cause}`, {timeout: 180_000}, async t => {
			const {path: folder} = await temporaryFolder(t);
			writeFileSync(path.join(folder, 'file'), '');
			const spoke = await startFilled(t, {...first.access, ...second.access});
			const entry: SpokeEntry = {...spokeEntry(spoke), ...first.entry?.(folder), ...second.entry?.(folder)};
			const hub = await engineHub(t, entry);
			// The later layer first: what stops sshd or spoils a file must not undo the other.
			await second.spoil?.(spoke);
			await first.spoil?.(spoke);
			const run = await hub.run(spoke.name);
			assert.equal(run.cause, first.cause, `${run.message}\n${run.detail}`);
			const found = await hub.diagnose(spoke.name);
			const steps = found.checks.map(({id, status, summary}) => `${id} ${status}: ${summary}`).join('\n');
			assert.equal(found.cause, isAskedApart(first, second) ? second.cause : first.cause, steps);
		});
	}
});
