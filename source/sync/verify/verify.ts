import type {HubConfig} from '../config/types.js';
import type {Account, ListOptions, SpokeListing} from '../methods/types.js';
import type {VerifyContext} from './compare-context.js';
import {lookOverFolder} from './compare-folder.js';
import {KeptSide} from './compare-generations.js';
import {HubSide} from './compare-hub.js';
import {toProof} from './proof.js';
import {Findings} from './report-findings.js';
import {ProgressMeter} from './report-progress.js';
import type {Finding, VerifyProgress, VerifyReport} from './types.js';
import {addOdd, askSpoke, checkFiles, compareWith, each} from './verify-steps.js';

/** What one verify takes. */
export interface VerifyRequest
	extends Pick<
		VerifyContext,
		'spoke' | 'root' | 'isOurs' | 'isDeep' | 'store' | 'clock' | 'signal' | 'scan' | 'isHeld' | 'before'
	> {
	readonly config: Pick<HubConfig, 'databaseDir'>;
	/** Lists the spoke; undefined: nobody is asked, and `notCompared` says why. */
	readonly list: ((options: Pick<ListOptions, 'patterns' | 'isDeep' | 'signal'>) => Promise<SpokeListing>) | undefined;
	/** Asks what fills the folder, where the spoke cannot be listed; undefined: there is nothing to ask. */
	readonly account: ((signal: AbortSignal) => Promise<Account | undefined>) | undefined;
	readonly notCompared: string | undefined;
	/** Findings that more than this folder tells: sessions that lie in two places, conflict copies, nodes. */
	readonly further: () => Promise<readonly Finding[]>;
	readonly onProgress: (progress: VerifyProgress) => void;
	/** Told of sound sessions whose chunks the ledger does not know, by a deep verify. */
	readonly onChunkless: (sessions: HubSide['chunkless']) => void;
}

/**
 * Verifies one spoke, or the hub's own sessions: the hub's copies against their ledger, kept versions, each file's own
 * lines, and the spoke's side where it can be asked. Writes nothing but what it learned of first lines.
 * @throws the signal's reason when it aborts; NodeJS.ErrnoException when the folder cannot be read
 */
export async function verify(request: VerifyRequest): Promise<VerifyReport> {
	const {clock, onProgress, spoke, isDeep, store} = request;
	const startedAt = clock.now();
	const findings = new Findings();
	const context: VerifyContext = {...request, findings, meter: new ProgressMeter(clock, onProgress)};
	// Both sides are read at the same time: the spoke works while the hub does.
	const stop = new AbortController();
	const asking = askSpoke(request, AbortSignal.any([request.signal, stop.signal]));
	try {
		context.meter.begin('listing');
		const shelf = await lookOverFolder(request.root, request.signal);
		const hub = new HubSide(context);
		const kept = new KeptSide(context, hub);
		// As it is before it is looked at: of what a sync takes meanwhile nothing is claimed.
		const totals = spoke && store.ledger.proofTotals(spoke.name);
		await checkFiles(context, request.config, shelf, hub);
		if (spoke) await each(store.ledger.generations(spoke.name), request.signal, async version => kept.version(version));
		if (isDeep) request.onChunkless(hub.chunkless);
		context.meter.begin('comparing');
		const further = await request.further();
		for (const finding of further) findings.add(finding);
		addOdd(context, shelf, further);
		const compared = compareWith(request, context, shelf, hub, await asking);
		const {before} = request;
		return {
			...{spoke: spoke?.name, isDeep, startedAt, tookMs: clock.now() - startedAt, result: 'done'},
			...{checked: shelf.files.size, bytes: shelf.bytes},
			...compared,
			proof: toProof(totals, {
				isDeep,
				lost: hub.lost + kept.lost,
				unproved: hub.unproved,
			}),
			lastDeepAt: isDeep ? startedAt : (before?.lastDeepAt ?? (before?.isDeep ? before.startedAt : undefined)),
			findings: findings.list(),
			counts: findings.counts(),
			failure: undefined,
		};
	} catch (error) {
		// Never throws: its own failure is an answer.
		stop.abort(error);
		await asking;
		throw error;
	}
}
