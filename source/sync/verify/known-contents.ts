import pkg from '../../../package.json' with {type: 'json'};
import type {Looked} from '../store/content-rows.js';
import type {LedgerEntry} from '../store/ledger-rows.js';
import type {VerifyContext} from './compare-context.js';
import type {ScanRequest, ScanResult} from './scan-types.js';

/** Sessions whose rows go to disk together: some milliseconds. */
const perWrite = 512;

/**
 * Reads files from their first byte to their last, and looks at their lines too unless that was done before. What a file's
 * lines show depends on its bytes alone: those with the same hash show the same.
 */
export class KnownContents {
	readonly #context: Pick<VerifyContext, 'scan' | 'store' | 'spoke'>;
	#learned: Array<{readonly looked: Looked; readonly result: ScanResult}> = [];

	constructor(context: Pick<VerifyContext, 'scan' | 'store' | 'spoke'>) {
		this.#context = context;
	}

	/**
	 * Reads a current version. One that is not exactly what its entry says is looked at in full, whatever is known.
	 * @throws NodeJS.ErrnoException as of `scanFile`; the signal's reason when it aborts
	 */
	async scan(
		path: string,
		entry: LedgerEntry | undefined,
		request: Pick<ScanRequest, 'file' | 'expected'>,
	): Promise<ScanResult> {
		const {scan, store, spoke} = this.#context;
		if (!entry || !spoke) return scan({...request, isContentChecked: true});
		const looked = {path, sha256: entry.sha256, reader: pkg.version};
		const known = store.contents.get(spoke.name, looked);
		if (known) {
			const result = await scan({...request, isContentChecked: false});
			if (isExactly(result, entry)) return {...result, ...known};
		}

		const result = await scan({...request, isContentChecked: true});
		// What JSON has no word for would come back as something else.
		const isPlain = Number.isFinite(result.header?.version ?? 0);
		if (isPlain && isExactly(result, entry)) this.#learned.push({looked, result});
		if (this.#learned.length >= perWrite) this.store();
		return result;
	}

	/** Writes down what was learned. */
	store(): void {
		const {store, spoke} = this.#context;
		const learned = this.#learned;
		this.#learned = [];
		if (learned.length === 0 || !spoke) return;
		store.later(() => {
			for (const {looked, result} of learned) store.contents.put(spoke.name, looked, result);
		});
	}
}

function isExactly({size, sha256}: ScanResult, entry: LedgerEntry): boolean {
	return size === entry.length && sha256 === entry.sha256;
}
