import type {Clock} from '../clock.js';
import {nextPace, type Pace} from '../pace.js';
import type {VerifyProgress} from './types.js';

/** Milliseconds between two words about progress: a screen draws no faster. */
const tellMs = 200;

/** Counts what a verify has done, and tells now and then. */
export class ProgressMeter {
	readonly #clock: Clock;
	readonly #tell: (progress: VerifyProgress) => void;
	#phase: VerifyProgress['phase'] = 'listing';
	#filesDone = 0;
	#filesTotal: number | undefined;
	#bytesDone = 0;
	#bytesTotal: number | undefined;
	#pace: Pace | undefined;
	#toldAt = Number.NEGATIVE_INFINITY;

	constructor(clock: Clock, tell: (progress: VerifyProgress) => void) {
		this.#clock = clock;
		this.#tell = tell;
	}

	/** Begins a phase; the totals are what it will come to, as far as that is known. */
	begin(phase: VerifyProgress['phase'], filesTotal?: number, bytesTotal?: number): void {
		this.#phase = phase;
		this.#filesTotal = filesTotal;
		this.#bytesTotal = bytesTotal;
		this.#filesDone = 0;
		this.#bytesDone = 0;
		this.#pace = undefined;
		this.#say(this.#clock.now());
	}

	/** A file, or several, are done. */
	step(bytes: number, files = 1): void {
		this.#filesDone += files;
		this.#bytesDone += bytes;
		const now = this.#clock.now();
		if (now - this.#toldAt >= tellMs) this.#say(now);
	}

	#say(now: number): void {
		this.#toldAt = now;
		const total = this.#bytesTotal;
		const percent = total === undefined || total === 0 ? undefined : Math.min(100, (100 * this.#bytesDone) / total);
		const transfer = {
			filesDone: this.#filesDone,
			filesTotal: this.#filesTotal,
			bytes: this.#bytesDone,
			percent,
			rate: undefined,
		};
		this.#pace = nextPace(this.#pace, transfer, now);
		this.#tell({
			phase: this.#phase,
			filesDone: this.#filesDone,
			filesTotal: this.#filesTotal,
			bytesDone: this.#bytesDone,
			bytesTotal: this.#bytesTotal,
			leftMs: this.#pace.etaMs,
		});
	}
}
