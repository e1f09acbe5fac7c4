import {movedRows} from './moved-rows.js';
import type {Row, Screen} from './screen.js';
import {plain, sgrBetween} from './sgr.js';

/** Cells that are painted again rather than jumped over: a jump costs as many bytes. */
const worthJumping = 6;

/** What the terminal shows, row by row; undefined: not known. */
export type Shown = Array<Row | undefined>;

/**
 * The bytes that make the terminal show the screen, and nothing that it shows already. The cursor is left anywhere, the
 * colours at the terminal's own.
 * @param shown what it shows now; brought up to date
 */
export function paint(screen: Screen, shown: Shown): string {
	const {rows} = screen;
	let text = paintRows(rows, shown);
	const move = movedRows(rows, shown);
	if (move) {
		const other = move.text + paintRows(rows, move.shown);
		if (Buffer.byteLength(other) < Buffer.byteLength(text)) text = other;
	}

	shown.splice(0, shown.length, ...rows);
	screen.seen();
	return text;
}

function paintRows(rows: readonly Row[], shown: Shown): string {
	const out = new Writer();
	for (const [index, row] of rows.entries()) {
		const before = shown[index];
		if (row !== before) paintRow(out, index, row, before);
	}

	return out.end();
}

function paintRow(out: Writer, index: number, row: Row, before: Row | undefined): void {
	const {length} = row.chars;
	const first = before ? nextChange(row, before, 0) : 0;
	if (first >= length) return;
	const used = usedCells(row);
	if (!before) {
		out.write(index, 0, row, used);
		if (used < length) out.eraseFrom(index, used);
		return;
	}

	const usedBefore = usedCells(before);
	// Terminals disagree about characters that are not one cell wide: no jump behind one of them.
	const canJump = isSimple(row) && isSimple(before);
	for (let from = first; from < length; ) {
		if (from >= used) {
			// Nothing but blanks follow.
			if (from < usedBefore) out.eraseFrom(index, from);
			return;
		}

		const to = canJump ? endOfChange(row, before, from) : used;
		const end = Math.min(to, used);
		out.write(index, from, row, end);
		if (end === used) {
			if (usedBefore > used) out.eraseFrom(index, used);
			return;
		}

		from = nextChange(row, before, end);
	}
}

/** The first changed cell at or behind a place; never the second half of a character. */
function nextChange(row: Row, before: Row, from: number): number {
	const {length} = row.chars;
	let at = from;
	while (at < length && row.chars[at] === before.chars[at] && row.looks[at] === before.looks[at]) at++;
	while (at > 0 && at < length && (row.chars[at] === '' || before.chars[at] === '')) at--;
	return at;
}

/** Behind the last cell of a run of changes, short gaps included. */
function endOfChange(row: Row, before: Row, from: number): number {
	let end = from + 1;
	for (;;) {
		const next = nextChange(row, before, end);
		if (next >= row.chars.length) return next === end ? row.chars.length : end;
		if (next - end >= worthJumping) return end;
		end = next + 1;
	}
}

function usedCells({chars, looks}: Row): number {
	let used = chars.length;
	while (used > 0 && chars[used - 1] === ' ' && looks[used - 1] === plain) used--;
	return used;
}

function isSimple({chars}: Row): boolean {
	return chars.every(character => character.length === 1);
}

/** Collects bytes and knows where they leave the cursor. */
class Writer {
	#text = '';
	#pen = plain;
	/** Undefined: behind the last column, or not known. */
	#row: number | undefined;
	#column: number | undefined;

	write(row: number, from: number, {chars, looks}: Row, to: number): void {
		if (to <= from) return;
		this.#go(row, from);
		for (let at = from; at < to; at++) {
			const look = looks[at]!;
			// Blanks between coloured words need no colour of their own, and none taken away for them.
			const isUnseen = chars[at] === ' ' && !look.showsOnBlank && !this.#pen.showsOnBlank;
			if (!isUnseen) {
				this.#text += sgrBetween(this.#pen, look);
				this.#pen = look;
			}

			this.#text += chars[at]!;
		}

		this.#column = to < chars.length ? to : undefined;
	}

	/** Blanks from a cell to the end of its row. */
	eraseFrom(row: number, column: number): void {
		this.#go(row, column);
		this.#text += `${sgrBetween(this.#pen, plain)}\u001B[K`;
		this.#pen = plain;
	}

	end(): string {
		return this.#text + sgrBetween(this.#pen, plain);
	}

	#go(row: number, column: number): void {
		if (row === this.#row && column === this.#column) return;
		if (row === this.#row) this.#text += column === 0 ? '\r' : `\u001B[${column + 1}G`;
		else if (this.#row !== undefined && row === this.#row + 1 && column === 0) this.#text += '\r\n';
		else this.#text += column === 0 ? `\u001B[${row + 1}H` : `\u001B[${row + 1};${column + 1}H`;
		[this.#row, this.#column] = [row, column];
	}
}
