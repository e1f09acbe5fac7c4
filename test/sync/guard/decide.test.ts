import assert from 'node:assert/strict';
import type {BigIntStats} from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import type {Comparison} from '../../../source/sync/guard/content.js';
import {decide, type Verdict} from '../../../source/sync/guard/decide.js';
import type {LedgerEntry} from '../../../source/sync/store/ledger-rows.js';
import {sha256, startsWith} from './witness.js';

const stat = {} as BigIntStats;

/** What `compare` would say of these contents. */
function comparisonOf(staged: Buffer, current: Buffer | undefined, length: number | undefined): Comparison {
	const prefixes = new Map<number, string>();
	if (length !== undefined && length <= staged.length) prefixes.set(length, sha256(staged.subarray(0, length)));
	return {
		size: staged.length,
		sha256: sha256(staged),
		current: current && {size: current.length, sha256: sha256(current)},
		isPrefix: current === undefined || startsWith(staged, current) || startsWith(current, staged),
		prefixes,
		chunks: undefined,
		stat,
		currentStat: current && stat,
	};
}

function entryOf(content: Buffer): LedgerEntry {
	const known = {path: 'p/a.jsonl', firstAt: 1, lastAt: 1, sourceSize: undefined, sourceMtimeMs: undefined};
	return {...known, since: undefined, length: content.length, sha256: sha256(content)};
}

interface Case {
	readonly staged: string;
	/** The hub's file; absent: none. */
	readonly current?: string;
	/** What the ledger answers for; absent: nothing. */
	readonly ledger?: string;
	readonly isMigration?: boolean;
	readonly verdict: Verdict;
}

const cases: readonly Case[] = [
	// No file on the hub.
	{staged: 'ab', verdict: 'new'},
	{staged: '', verdict: 'new'},
	{staged: 'ab', ledger: 'ab', verdict: 'repair'},
	{staged: 'abc', ledger: 'ab', verdict: 'repair'},
	{staged: 'a', ledger: 'ab', verdict: 'replace-missing'},
	{staged: 'xy', ledger: 'ab', verdict: 'replace-missing'},
	// A sound file on the hub, in the ledger or not.
	...[undefined, 'ab'].flatMap((ledger): Case[] => [
		{staged: 'ab', current: 'ab', ledger, verdict: 'same'},
		{staged: 'abc', current: 'ab', ledger, verdict: 'extend'},
		{staged: 'a', current: 'ab', ledger, verdict: 'shrink'},
		{staged: '', current: 'ab', ledger, verdict: 'shrink'},
		{staged: 'x', current: 'ab', ledger, verdict: 'shrink'},
		{staged: 'xy', current: 'ab', ledger, verdict: 'rewrite'},
		{staged: 'xyz', current: 'ab', ledger, verdict: 'rewrite'},
		{staged: 'x', current: 'ab', ledger, isMigration: true, verdict: 'rewrite'},
		// A shorter prefix is a shrink whatever its header says.
		{staged: 'a', current: 'ab', ledger, isMigration: true, verdict: 'shrink'},
	]),
	{staged: 'ab', current: '', ledger: '', verdict: 'extend'},
	{staged: '', current: '', ledger: '', verdict: 'same'},
	// The hub's file is not what the ledger says.
	{staged: 'ab', current: 'xb', ledger: 'ab', verdict: 'repair'},
	{staged: 'abc', current: 'xb', ledger: 'ab', verdict: 'repair'},
	{staged: 'ab', current: 'a', ledger: 'ab', verdict: 'repair'},
	{staged: 'ab', current: 'abJUNK', ledger: 'ab', verdict: 'repair'},
	{staged: 'abc', current: 'abJUNK', ledger: 'ab', verdict: 'repair'},
	{staged: 'a', current: 'x', ledger: 'ab', verdict: 'damaged'},
	{staged: 'xyz', current: 'xb', ledger: 'ab', verdict: 'damaged'},
	{staged: 'xyz', current: 'xb', ledger: 'ab', isMigration: true, verdict: 'damaged'},
	// Something else brought the same growth first.
	{staged: 'abc', current: 'abc', ledger: 'ab', verdict: 'same'},
	{staged: 'abcd', current: 'abc', ledger: 'ab', verdict: 'extend'},
];

for (const {staged, current, ledger, isMigration = false, verdict} of cases) {
	const shown = `spoke ${staged || 'empty'}, hub ${current ?? 'nothing'}, ledger ${ledger ?? 'nothing'}`;
	test(`${shown}${isMigration ? ', migrated' : ''}: ${verdict}`, () => {
		const [mine, theirs, entry] = [staged, current, ledger].map(text =>
			text === undefined ? text : Buffer.from(text),
		);
		const comparison = comparisonOf(mine!, theirs, entry?.length);
		assert.equal(decide(comparison, entry && entryOf(entry), isMigration), verdict);
	});
}

test('whatever the contents: nothing acknowledged is replaced but by bytes that contain it, or with a copy kept', () => {
	const content = fc.string({unit: fc.constantFrom('a', 'b'), maxLength: 5}).map(text => Buffer.from(text));
	const optional = fc.option(content, {nil: undefined});
	fc.assert(
		fc.property(content, optional, optional, fc.boolean(), (staged, current, ledger, isMigration) => {
			const verdict = decide(comparisonOf(staged, current, ledger?.length), ledger && entryOf(ledger), isMigration);
			if (verdict === 'new') assert.ok(current === undefined && ledger === undefined);
			if (verdict === 'same') assert.ok(current?.equals(staged));
			if (verdict === 'extend')
				assert.ok(current && startsWith(staged, current) && startsWith(staged, ledger ?? staged.subarray(0, 0)));
			if (verdict === 'repair') assert.ok(ledger && startsWith(staged, ledger));
			if (verdict === 'rewrite')
				assert.ok(isMigration || staged.length >= current!.length, 'a shrink became a rewrite');
			if (current && ledger && !current.equals(ledger)) assert.ok(!['rewrite', 'shrink', 'new'].includes(verdict));
		}),
		{numRuns: 5000},
	);
});
