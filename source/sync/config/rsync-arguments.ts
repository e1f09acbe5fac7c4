import type {Verdict} from './rsync-verdicts.js';
import {longNames, takesValue, verdictOf} from './rsync-verdicts.js';

/** One option of a list of rsync arguments, spelled in full. */
export interface Argument {
	/** `--bwlimit`, or what was written where no option can be recognised. */
	readonly option: string;
	readonly value: string | undefined;
	/** Index in the list, for the place in the file. */
	readonly index: number;
	readonly verdict: Verdict;
}

const valueMissing: Verdict = {kind: 'refused', reason: 'needs a value'};
const noOption: Verdict = {
	kind: 'refused',
	reason: 'is not an option: rsync would take it for a source or a destination',
};

/**
 * Reads arguments the way rsync (popt) does: `--name=value`, `--name value` in one or two items, combined short flags
 * with a value glued on (`-essh`). rsync takes no abbreviated long options, so an abbreviation is an unknown option.
 * @returns each option with what is to be done about it
 */
export function readArguments(items: readonly string[]): Argument[] {
	const found: Argument[] = [];
	for (let index = 0; index < items.length; index++) {
		const item = items[index]!;
		const start = index;
		const following = () => {
			index++;
			return items[index];
		};
		if (!item.startsWith('-') || item === '-' || item === '--') {
			found.push({option: item, value: undefined, index: start, verdict: noOption});
		} else if (item.startsWith('--')) {
			found.push(longOption(item, start, following));
		} else {
			found.push(...shortOptions(item, start, following));
		}
	}

	return found;
}

function longOption(item: string, index: number, following: () => string | undefined): Argument {
	// People write "--bwlimit 1000" as one item; rsync would not know such an option.
	const match = /^(--[^=\s]+)(?:=|\s+|$)(.*)$/su.exec(item)!;
	const option = match?.[1] ?? item;
	const hasValue = option.length < item.length;
	const verdict = verdictOf(option);
	if (takesValue(option)) {
		const value = hasValue ? match[2] : following();
		return {option, value, index, verdict: value === undefined && verdict.kind !== 'refused' ? valueMissing : verdict};
	}

	if (hasValue && verdict.kind !== 'refused') {
		return {option: item, value: undefined, index, verdict: {kind: 'refused', reason: 'takes no value'}};
	}

	return {option, value: hasValue ? match[2] : undefined, index, verdict};
}

function shortOptions(item: string, index: number, following: () => string | undefined): Argument[] {
	const found: Argument[] = [];
	for (let at = 1; at < item.length; at++) {
		const letter = item[at]!;
		const option = longNames.get(letter) ?? `-${letter}`;
		const verdict = verdictOf(option);
		if (takesValue(option)) {
			const glued = item.slice(at + 1);
			const value = glued === '' ? following() : glued;
			found.push({option, value, index, verdict});
			break;
		}

		found.push({option, value: undefined, index, verdict});
		if (/\s/.test(letter)) break;
	}

	return found;
}
