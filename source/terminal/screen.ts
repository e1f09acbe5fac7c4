import stringWidth from 'string-width';
import {isNarrow} from '../text/narrow.js';
import {applySgr, type Look, plain} from './sgr.js';

/** One row of cells. A character of two cells stands in the first; the second is the empty string. */
export interface Row {
	readonly chars: string[];
	readonly looks: Look[];
}

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
// Text, a line end, or a CSI sequence; anything else is not known here.
const token = /[^\u0000-\u001F\u007F-\u009F]+|[\r\n]|\u001B\[([\d;]*)([A-Za-z])/y;

/** A row of blanks in the terminal's own colours. */
export function blankRow(columns: number): Row {
	return {chars: Array<string>(columns).fill(' '), looks: Array<Look>(columns).fill(plain)};
}

/**
 * What a terminal shows after the bytes that Ink writes: a grid of cells and a cursor. Knows the few sequences that Ink
 * uses and says so when it meets another.
 */
export class Screen {
	columns: number;
	/** A row is another object after it was written to, so that whoever has looked at it may keep it. */
	rows: Row[];
	/** Cell of the cursor, from 0; `x` equal to `columns` means past the last one. */
	x = 0;
	y = 0;
	#pen = plain;
	/** Rows that nobody has looked at yet; held weakly, because nobody looks for hours while a terminal stalls. */
	#own = new WeakSet<Row>();

	constructor(columns: number, rows: number) {
		this.columns = columns;
		this.rows = Array.from({length: rows}, () => blankRow(columns));
	}

	/** An empty screen, the cursor at its top left. */
	clear(): void {
		this.#pen = plain;
		[this.x, this.y] = [0, 0];
		for (let row = 0; row < this.rows.length; row++) this.#erase(row, 0, this.columns);
	}

	/** Somebody has looked at all rows. */
	seen(): void {
		this.#own = new WeakSet();
	}

	/** Keeps the top left of what it shows, or the bottom where the cursor would be cut off. */
	resize(columns: number, rows: number): void {
		const above = Math.max(0, this.y - rows + 1);
		this.rows = Array.from({length: rows}, (_, index) => {
			const fresh = blankRow(columns);
			const old = this.rows[index + above];
			for (let column = 0; old && column < Math.min(columns, this.columns); column++) {
				fresh.chars[column] = old.chars[column]!;
				fresh.looks[column] = old.looks[column]!;
			}

			return fresh;
		});
		this.y = Math.min(this.y - above, rows - 1);
		this.x = Math.min(this.x, columns);
		this.columns = columns;
	}

	/**
	 * Reads what was written.
	 * @returns how many UTF-16 units of it were understood; less than all when something is not known here
	 */
	read(text: string): number {
		token.lastIndex = 0;
		for (let at = 0; at < text.length; at = token.lastIndex) {
			token.lastIndex = at;
			const match = token.exec(text);
			if (!match) return at;
			const [whole, parameters, final] = match;
			if (final !== undefined) {
				if (!this.#control(parameters!, final)) return at;
			} else if (whole === '\n') this.#newLine();
			else if (whole === '\r') this.x = 0;
			else this.#print(whole);
		}

		return text.length;
	}

	#control(parameters: string, final: string): boolean {
		if (final === 'm') {
			const look = applySgr(this.#pen, parameters);
			if (look) this.#pen = look;
			return look !== undefined;
		}

		const [first, second] = parameters.split(';').map(Number);
		const count = first || 1;
		const bottom = this.rows.length - 1;
		const column = Math.min(this.x, this.columns - 1);
		if (final === 'A') this.y = Math.max(0, this.y - count);
		else if (final === 'B') this.y = Math.min(bottom, this.y + count);
		else if (final === 'C') this.x = Math.min(this.columns - 1, column + count);
		else if (final === 'D') this.x = Math.max(0, column - count);
		else if (final === 'E') [this.x, this.y] = [0, Math.min(bottom, this.y + count)];
		else if (final === 'G') this.x = Math.min(this.columns, count) - 1;
		else if (final === 'H') {
			[this.x, this.y] = [Math.min(this.columns, second || 1) - 1, Math.min(bottom, count - 1)];
		} else if (final === 'K' && !first) this.#erase(this.y, column, this.columns);
		else if (final === 'K' && first === 2) this.#erase(this.y, 0, this.columns);
		else if (final === 'J' && (!first || first === 2)) {
			if (first === 2) this.#erase(this.y, 0, this.columns);
			else this.#erase(this.y, column, this.columns);
			for (let row = first === 2 ? 0 : this.y + 1; row <= bottom; row++) this.#erase(row, 0, this.columns);
		} else return false;
		return true;
	}

	#erase(row: number, from: number, to: number): void {
		if (from === 0 && to === this.columns) {
			this.#put(row, blankRow(this.columns));
			return;
		}

		const {chars, looks} = this.#touch(row);
		chars.fill(' ', from, to);
		looks.fill(plain, from, to);
	}

	/** A row to write to. */
	#touch(row: number): Row {
		const before = this.rows[row]!;
		if (this.#own.has(before)) return before;
		return this.#put(row, {chars: [...before.chars], looks: [...before.looks]});
	}

	#put(row: number, fresh: Row): Row {
		this.rows[row] = fresh;
		this.#own.add(fresh);
		return fresh;
	}

	#newLine(): void {
		// What a terminal driver makes of it: the start of the next line.
		this.x = 0;
		if (this.y < this.rows.length - 1) {
			this.y++;
			return;
		}

		this.rows = [...this.rows.slice(1), blankRow(this.columns)];
	}

	#print(text: string): void {
		if (isNarrow(text)) {
			this.#printNarrow(text);
			return;
		}

		for (const {segment} of segmenter.segment(text)) this.#printOne(segment, stringWidth(segment));
	}

	/** All at once: nearly every text is of such characters. */
	#printNarrow(text: string): void {
		const from = this.x;
		const end = Math.min(this.columns, from + text.length);
		const blankLook = this.#lookOf(' ');
		if (end === from) return;
		const {chars, looks} = this.#touch(this.y);
		// Half of a character of two cells cannot stay.
		if (chars[from] === '' && from > 0) chars[from - 1] = ' ';
		if (chars[end] === '') chars[end] = ' ';
		for (let at = from; at < end; at++) {
			const character = text[at - from]!;
			chars[at] = character;
			looks[at] = character === ' ' ? blankLook : this.#pen;
		}

		this.x = end;
	}

	/** Two blanks that cannot be told apart are the same here. */
	#lookOf(character: string): Look {
		return character === ' ' && !this.#pen.showsOnBlank ? plain : this.#pen;
	}

	#printOne(character: string, width: number): void {
		if (width === 0) {
			const {chars} = this.#touch(this.y);
			const at = chars[this.x - 1] === '' ? this.x - 2 : this.x - 1;
			if (at >= 0) chars[at] += character;
			return;
		}

		// Cut off, not wrapped: after a resize Ink paints once more for the width before, and what then wraps would shift
		// every row for good.
		if (this.x + width > this.columns) return;
		const look = this.#lookOf(character);
		const {chars, looks} = this.#touch(this.y);
		if (chars[this.x] === '' && this.x > 0) chars[this.x - 1] = ' ';
		if (chars[this.x + width] === '') chars[this.x + width] = ' ';
		chars[this.x] = character;
		looks[this.x] = look;
		if (width > 1 && this.x + 1 < this.columns) {
			chars[this.x + 1] = '';
			looks[this.x + 1] = look;
		}

		this.x += width;
	}
}
