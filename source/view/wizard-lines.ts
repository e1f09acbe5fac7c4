import {clean} from '../text/clean.js';
import {type Line, type Piece, piece} from './pieces.js';
import type {WizardLine, WizardSight} from './wizard-sight.js';

/** Cells of a label. */
export const labelCells = 9;

/** What was found or done, in its colour. */
export function toned({text, tone}: WizardLine): Piece {
	return piece(clean(text, 4096), tone);
}

/** A line of our own words. */
export function say(text: string): Line {
	return [piece(text)];
}

/** A line with what it is about before it; neutralised. */
export function labelled(label: string, text: string): Line {
	return [piece(label.padEnd(labelCells), 'label'), piece(clean(text))];
}

/** A line with the key that does it, where one does. */
export function hint(key: string | undefined, text: string): Line {
	return key === undefined ? [piece(text)] : [piece(key, 'key'), piece(` ${text}`)];
}

/** The hosts of ~/.ssh/config, where there are any. */
export function hostLines(sight: WizardSight): Line[] {
	const {facts, keys} = sight;
	if (facts.hosts.length === 0) return [];
	const named = facts.hosts.map(host => clean(host)).join('  ');
	const how = keys.choose === undefined ? '' : `  (${keys.choose} goes through them)`;
	return [[piece('Hosts'.padEnd(labelCells), 'label'), piece(named), piece(how, 'faint')]];
}
