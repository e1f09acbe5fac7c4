import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {clean} from '../../text/clean.js';
import {countOf, formatBytes, formatDuration} from '../../text/format.js';
import {type Failure, SyncError} from '../causes.js';
import {isFilledByHub} from '../config/filled.js';
import type {SpokeConfig} from '../config/types.js';
import {pairFindings} from '../conflicts/findings.js';
import type {Hub} from '../hub.js';
import {toFailure} from '../jobs/local-failure.js';
import {Places} from '../jobs/places.js';
import {nodeFindings} from '../nodes/findings.js';
import {type Holder, leaseHolder} from '../schedule/lease.js';
import type {RunBy} from '../store/runs.js';
import {createScanPool, type ScanPool} from '../verify/pool.js';
import {toProof} from '../verify/proof.js';
import {countOfSeverity} from '../verify/report-findings.js';
import type {ScanRequest, ScanResult} from '../verify/scan-types.js';
import type {VerifyReport} from '../verify/types.js';
import {type VerifyRequest, verify} from '../verify/verify.js';
import {type RepairReport, repairSpoke} from './repairing.js';
import {noteMissingChunks, settleLedger} from './verify-work.js';

/** How verifying works. */
export interface VerifyingOptions {
	/** Threads that read; one a core unless told. */
	readonly threads?: number;
}

/** How spokes are verified. */
export interface RunOptions {
	/** Read every byte. */
	readonly isDeep: boolean;
	readonly by: RunBy;
	/** Ends it beside `cancel`. */
	readonly signal?: AbortSignal;
}

/** Verifies side by side: what reads waits for the disk, what compares for the spoke. */
const sideBySide = 2;

interface Running {
	readonly isDeep: boolean;
	readonly ending: AbortController;
	readonly done: Promise<VerifyReport>;
}

// By hub: the schedule has one of its own, and what a person starts or ends is one of either.
const all = new WeakMap<Hub, Set<Verifying>>();

/** Makes what verifies the spokes of a hub; reports that other processes make are taken over from then on. */
export function startVerifying(hub: Hub, options: VerifyingOptions = {}): Verifying {
	const verifying = new Verifying(hub, options);
	const forget = hub.observe(event => {
		if (event.type !== 'learned') return;
		const at = event.facts.lastVerify?.at;
		if (at !== undefined && at !== hub.spoke(event.spoke)?.verify.report?.startedAt) verifying.recall(event.spoke);
	});
	hub.signal.addEventListener('abort', forget, {once: true});
	verifying.recall(undefined);
	for (const {config} of hub.state.spokes) verifying.recall(config.name);
	return verifying;
}

/** Verifies spokes and the hub's own sessions: at most one of each at a time in this process, with shared threads. */
export class Verifying {
	readonly #hub: Hub;
	readonly #threads: number | undefined;
	readonly #running = new Map<string | undefined, Running>();
	readonly #places = new Places();
	#pool: ScanPool | undefined;

	constructor(hub: Hub, {threads}: VerifyingOptions) {
		this.#hub = hub;
		this.#threads = threads;
		all.set(hub, (all.get(hub) ?? new Set()).add(this));
	}

	/**
	 * Verifies; one that runs already is joined, unless it is a quick one and a deep one is asked for, which then follows.
	 * @param names spokes; undefined: the hub's own sessions
	 * @returns a report for each, in the order of the names; never throws for one that fails
	 */
	async run(names: ReadonlyArray<string | undefined>, options: RunOptions): Promise<VerifyReport[]> {
		return Promise.all(names.map(async name => this.#join(name, options)));
	}

	/** Ends the verify of a spoke, or of the hub's own sessions; does nothing when none runs. */
	cancel(name: string | undefined): void {
		this.#known(name)?.ending.abort(new DOMException('cancelled', 'AbortError'));
	}

	/** Repairs what the last verify found; see `repairSpoke`. */
	async repair(spoke: string, paths?: readonly string[]): Promise<RepairReport | {readonly heldBy: Holder}> {
		return repairSpoke(this.#hub, spoke, paths);
	}

	/** Shows the report that was stored last, by whichever process. */
	recall(name: string | undefined): void {
		const {store} = this.#hub;
		try {
			const report = store.verifies.get(name);
			if (report) this.#hub.emit({type: 'verify-recalled', spoke: name, report});
		} catch (error) {
			store.complain(error);
		}
	}

	/** The one that runs, whoever started it in this process. */
	#known(name: string | undefined): Running | undefined {
		return [...all.get(this.#hub)!].map(one => one.#running.get(name)).find(one => one !== undefined);
	}

	async #join(name: string | undefined, options: RunOptions): Promise<VerifyReport> {
		for (;;) {
			const known = this.#known(name);
			if (!known) return this.#start(name, options);
			if (known.isDeep || !options.isDeep) return known.done;
			await known.done;
		}
	}

	async #start(name: string | undefined, options: RunOptions): Promise<VerifyReport> {
		const {signal: outer} = options;
		const ending = new AbortController();
		const signals = [this.#hub.signal, ending.signal, ...(outer ? [outer] : [])];
		const done = this.#go(name, options, AbortSignal.any(signals)).finally(async () => {
			this.#running.delete(name);
			if (this.#running.size > 0) return;
			const pool = this.#pool;
			this.#pool = undefined;
			await pool?.close();
		});
		this.#running.set(name, {isDeep: options.isDeep, ending, done});
		return done;
	}

	async #go(name: string | undefined, {isDeep}: RunOptions, signal: AbortSignal): Promise<VerifyReport> {
		const hub = this.#hub;
		const startedAt = hub.clock.now();
		const base = {spoke: name, isDeep, startedAt, checked: 0, bytes: 0, identical: undefined, notCompared: undefined};
		const end = (result: 'failed' | 'cancelled', failure: Failure | undefined): VerifyReport => ({
			...{...base, tookMs: hub.clock.now() - startedAt, result, failure, findings: [], counts: []},
			proof: toProof(undefined, {isDeep, lost: 0, unproved: 0}),
		});
		const waiting = {filesDone: 0, filesTotal: undefined, bytesDone: 0, bytesTotal: undefined, leftMs: undefined};
		hub.emit({type: 'verifying', spoke: name, isDeep, progress: {phase: 'listing', ...waiting}});
		const leave = await this.#places.enter(() => sideBySide, signal);
		try {
			signal.throwIfAborted();
			const own = name === undefined ? undefined : hub.spoke(name)?.config;
			if (own && own.invalid === undefined) await settleLedger(hub, own, signal);
			const {request, note} = this.#requestOf(name, isDeep, signal);
			const report = await verify(request);
			signal.throwIfAborted();
			await note();
			record(hub, report);
			return report;
		} catch (error) {
			if (signal.aborted) {
				hub.emit({type: 'verified', spoke: name, report: undefined});
				return end('cancelled', undefined);
			}

			const report = end('failed', toFailure(error));
			hub.log('ERROR', name, `verifying ${subject(name)} failed: ${report.failure!.message}`);
			hub.emit({type: 'verified', spoke: name, report});
			return report;
		} finally {
			leave();
		}
	}

	/** @returns what the verify takes, and what is left to be done after it */
	#requestOf(
		name: string | undefined,
		isDeep: boolean,
		signal: AbortSignal,
	): {readonly request: VerifyRequest; note(): Promise<void>} {
		const hub = this.#hub;
		const {store, clock, state} = hub;
		const {config} = state;
		const spoke = name === undefined ? undefined : hub.spoke(name)?.config;
		if (name !== undefined && !spoke) throw new Error(`no spoke is called '${name}'`);
		if (spoke?.invalid !== undefined) {
			throw new SyncError({cause: 'CONFIG_INVALID', message: spoke.invalid, detail: ''});
		}

		let chunkless: Parameters<VerifyRequest['onChunkless']>[0] = [];
		const runFolder = join(config.folder, 'run');
		// Until the next sync the ledger speaks of the folder it was written for.
		const root = spoke ? (store.facts.get(spoke.name).path ?? spoke.path) : config.sessionsDir;
		const request: VerifyRequest = {
			...{spoke, root, isDeep, store, clock, signal, config},
			isOurs: spoke !== undefined && isFilledByHub(spoke),
			...this.#askOf(spoke, root),
			scan: async request => this.#scan(request, signal),
			isHeld: async () => name !== undefined && (await leaseHolder(runFolder, name)) !== undefined,
			before: store.verifies.get(name),
			further: async () => [
				...(await pairFindings({store, config, spoke: name, isDeep, signal})),
				...(name === undefined ? await nodeFindings(config.databaseDir, signal) : []),
			],
			onProgress: progress => hub.emit({type: 'verifying', spoke: name, isDeep, progress}),
			onChunkless: sessions => {
				chunkless = sessions;
			},
		};
		const note = async () => {
			try {
				if (spoke) await noteMissingChunks(hub, spoke, chunkless, signal);
			} catch (error) {
				signal.throwIfAborted();
				store.complain(error);
			}
		};

		return {request, note};
	}

	#askOf(spoke: SpokeConfig | undefined, root: string): Pick<VerifyRequest, 'list' | 'account' | 'notCompared'> {
		const hub = this.#hub;
		const nobody = {list: undefined, account: undefined};
		if (!spoke) return {...nobody, notCompared: 'these are the hub’s own: there is no other side'};
		const undriven = hub.spoke(spoke.name)?.undriven;
		if (undriven !== undefined) return {...nobody, notCompared: undriven};
		const method = hub.methodOf(spoke);
		const onCommand = (line: string) => hub.command(spoke.name, line);
		if (!isFilledByHub(spoke) || !method.list) {
			const {account} = method;
			return {
				list: undefined,
				account: account && (async signal => account.call(method, spoke, {onCommand, signal})),
				notCompared: 'something else fills its folder: there is nobody to ask',
			};
		}

		// A folder that is not there is compared as an empty one; a dry run does not make it.
		const folder = existsSync(root) ? root : join(hub.state.config.databaseDir, 'none');
		return {
			list: async options => method.list!(spoke, {...options, folder, onCommand}),
			account: undefined,
			notCompared: undefined,
		};
	}

	async #scan(request: ScanRequest, signal: AbortSignal): Promise<ScanResult> {
		this.#pool ??= createScanPool({threads: this.#threads});
		return this.#pool.scan(request, signal);
	}
}

/** Stores a report and tells of it. */
function record(hub: Hub, report: VerifyReport): void {
	const {spoke, startedAt: at, isDeep, checked, proof, counts, lastDeepAt} = report;
	const [damage, look] = [countOfSeverity(counts, 'damage'), countOfSeverity(counts, 'look')];
	try {
		hub.store.transaction(() => hub.store.verifies.put(report));
	} catch (error) {
		hub.store.complain(error);
	}

	hub.emit({type: 'verified', spoke, report});
	if (spoke !== undefined) {
		try {
			const {isAllHere} = proof;
			hub.learn(spoke, {lastVerify: {at, isDeep, deepAt: lastDeepAt, sessions: checked, isAllHere, damage, look}});
		} catch (error) {
			hub.store.complain(error);
		}
	}

	const level = damage > 0 ? 'ERROR' : look > 0 ? 'WARN' : 'INFO';
	hub.log(level, spoke, `verified ${subject(spoke)}: ${summary(report)}`);
}

function subject(name: string | undefined): string {
	return name === undefined ? 'the hub’s own sessions' : `'${name}'`;
}

/** One line on what a verify came to. */
function summary({isDeep, checked, bytes, tookMs, counts, proof, spoke}: VerifyReport): string {
	const how = isDeep ? 'every byte read' : 'by name, size and time';
	const [damage, look] = [countOfSeverity(counts, 'damage'), countOfSeverity(counts, 'look')];
	const state =
		damage > 0
			? `${countOf(damage, 'finding')} of DAMAGE`
			: spoke !== undefined && proof.isAllHere
				? 'all here'
				: 'read';
	const looks = look > 0 ? `, ${look} to look at` : '';
	return clean(
		`${countOf(checked, 'session')}, ${formatBytes(bytes)}, ${state}${looks}; ${how} in ${formatDuration(tookMs)}`,
	);
}
