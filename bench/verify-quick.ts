import {type BenchOptions, interleave, type Row, rowOf, timed} from './measure.js';
import {filesPerFolder, folders, makeTree} from './tree.js';
import {makeProvedHub} from './verify-hub.js';
import {withScope} from './world.js';

/** `sync verify` of 100,000 sessions that are as the ledger says, the whole command. */
export async function run(options: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const {root, env, verify} = await makeProvedHub(scope, folders * filesPerFolder, makeTree);
		const list = ['find', root, '-printf', '%p %s %T@ %i\\n'];
		const cost = await interleave(
			options,
			{measure: async () => verify()},
			{measure: async () => (await timed(list, env)).tookMs},
		);
		return [rowOf({what: 'quick verify, 100,000 unchanged sessions', against: 'find -printf', reach: 3}, cost)];
	});
}
