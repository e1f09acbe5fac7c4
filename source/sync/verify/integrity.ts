import {readTime} from '../sessions/folder-header.js';
import {NulRuns} from './integrity-nuls.js';
import {JsonLines} from './json-lines.js';
import type {JsonLine} from './json-lines-line.js';
import type {ContentMark, ScanResult} from './scan-types.js';

/** What the lines of a file show. */
export type Integrity = Pick<ScanResult, 'lines' | 'marks' | 'header' | 'lastEntryAt'>;

/** The session version pi writes today. */
const currentVersion = 3;

/**
 * Entries of pi, by the types it has had since version 1. Unknown ones are fine in a session; a file without any header
 * is only taken for one when it has at least one of these.
 */
const entryTypes = new Set([
	'message',
	'model_change',
	'thinking_level_change',
	'compaction',
	'branch_summary',
	'custom',
	'custom_message',
	'label',
	'session_info',
	'usage',
	'context_edit',
]);

interface Place {
	readonly offset: number;
	readonly line: number;
	readonly length: number;
}

/**
 * Judges the content of one session file while it passes by. What a header is agrees with `readHeader`, what a last
 * entry is with `readLastEntry`. NULs amid a line make it malformed too; NULs around one or alone do not.
 */
export class IntegrityCheck {
	readonly #lines = new JsonLines(line => this.#judge(line));
	#nuls = new NulRuns();
	#size = 0;
	#marks = new Map<ContentMark['kind'], ContentMark>();
	#first: Place | undefined;
	#header: ScanResult['header'];
	#hasEntry = false;
	#lastEntryAt: number | undefined;

	/** Forgets everything: the next piece is the first of another file. */
	restart(): void {
		this.#lines.restart();
		this.#nuls = new NulRuns();
		this.#size = 0;
		this.#marks = new Map();
		this.#first = undefined;
		this.#header = undefined;
		this.#hasEntry = false;
		this.#lastEntryAt = undefined;
	}

	/** @param bytes what follows the piece before; not kept */
	feed(bytes: Buffer): void {
		this.#nuls.feed(bytes, this.#size, this.#lines.lines);
		this.#lines.feed(bytes);
		this.#size += bytes.length;
	}

	/** The file has ended. */
	finish(): Integrity {
		this.#lines.end();
		const nuls = this.#nuls.mark;
		const first = this.#first;
		if (nuls) this.#marks.set('nul-run', nuls);
		else if (!first && !this.#marks.has('torn-tail')) this.#note('empty', {offset: 0, line: 1, length: this.#size});
		if (first && !this.#header) this.#note(this.#hasEntry ? 'no-header' : 'not-a-session', first);
		return {
			lines: this.#lines.lines,
			marks: [...this.#marks.values()].sort((a, b) => a.offset - b.offset),
			header: this.#header,
			lastEntryAt: this.#lastEntryAt,
		};
	}

	#judge(line: JsonLine): void {
		if (line.shape === 'blank') return;
		const place = {offset: line.offset, line: line.number, length: line.length};
		if (line.shape !== 'object' && !line.isTerminated) {
			this.#note('torn-tail', place);
			return;
		}

		const isFirst = this.#first === undefined;
		this.#first ??= place;
		// Nothing but objects is written to a session: another value is what is left of one.
		if (line.shape !== 'object' || !line.isUtf8) this.#note('malformed-line', place);
		// pi, too, reads a line whose text has bytes that are no character.
		if (line.shape === 'object') this.#judgeObject(line, place, isFirst);
	}

	#judgeObject({values, hasNulBehind}: JsonLine, place: Place, isFirst: boolean): void {
		const type = values.text('type');
		const version = values.number('version');
		const isNewer = version !== undefined && values.text('kind') === 'header';
		if ((type === 'session' || isNewer) && !hasNulBehind) {
			const id = values.text('id');
			if (id !== undefined) this.#judgeHeader({id, version: version ?? 1}, place, isFirst);
		} else if (!this.#header && !this.#hasEntry && type !== undefined && entryTypes.has(type)) {
			this.#hasEntry = true;
		}

		this.#lastEntryAt = readTime(values.text('timestamp') ?? values.number('timestamp')) ?? this.#lastEntryAt;
	}

	#judgeHeader(header: {readonly id: string; readonly version: number}, place: Place, isFirst: boolean): void {
		if (this.#header) {
			this.#note('twin-header', place);
			return;
		}

		this.#header = header;
		if (!isFirst) this.#note('late-header', place);
		if (header.version === 1 || header.version === 2) this.#note('old-version', place);
		else if (header.version !== currentVersion) this.#note('unknown-version', place);
	}

	#note(kind: ContentMark['kind'], place: Place): void {
		const before = this.#marks.get(kind);
		this.#marks.set(kind, before ? {...before, count: before.count + 1} : {kind, ...place, count: 1});
	}
}
