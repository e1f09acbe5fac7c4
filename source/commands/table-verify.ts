import type {Command} from './table-types.js';

/** The command that verifies. */
export function verifyCommand(): Command {
	return {
		words: ['sync', 'verify'],
		usage: '[NAME…] [--spoke NAME] [--all] [--deep] [--repair [--yes]] [--json]',
		title: 'prove that what the hub ever took is here, and compare with the spokes; --deep reads every byte',
		takes: ['json', 'spoke', 'all', 'deep', 'repair', 'yes'],
		names: 'spokes',
		async run(io, {flags: own, names}, options) {
			const [{syncVerify}, {askOn}] = await Promise.all([import('./verify.js'), import('./spoke-ask.js')]);
			return syncVerify(io, {...own, names}, askOn(io, options));
		},
	};
}
