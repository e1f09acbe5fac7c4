import {findLine} from '../view/find.js';
import {nextMatch} from '../view/log-filter.js';
import type {LogUi} from '../view/types.js';
import {cursorAt} from '../view/ui-log.js';
import type {TextPlace} from './context.js';
import {placeOf, searchOf} from './context.js';
import type {Desk} from './desk.js';
import {findingLineAt, goToFinding} from './verify.js';
import {verifyPlace} from './verify-context.js';
import {goToVersion, versionLineAt} from './versions.js';

/** Down or newer; up or older. */
export type Direction = 1 | -1;

/** Searches, as far as showing matches goes, for what is typed so far. */
export function search(desk: Desk, text: string): void {
	const place = placeOf(desk.ui(), desk.context().panes);
	if (place === 'log') desk.dispatch({type: 'log-find', text});
	else if (place !== 'table') desk.dispatch({type: 'search', place, text});
}

/** Goes to the first match from where the screen is. */
export function firstMatch(desk: Desk): void {
	const place = placeOf(desk.ui(), desk.context().panes);
	if (place === 'log') firstLogMatch(desk);
	else if (place !== 'table') textMatch(desk, place, 1, lineAt(desk, place) - 1);
}

/** Goes to the next match, round at the ends. */
export function goToMatch(desk: Desk, direction: Direction): void {
	const place = placeOf(desk.ui(), desk.context().panes);
	if (place === 'log') logMatch(desk, direction);
	else if (place !== 'table') textMatch(desk, place, direction, lineAt(desk, place));
}

/** The line under the cursor counts. Who follows is at the newest line: what is searched for lies above. */
function firstLogMatch(desk: Desk): void {
	const {log: lines} = desk.context();
	const {log} = desk.ui();
	const beside = cursorAt(lines, log) + (log.isFollowing ? 1 : -1);
	const from = lines.at(beside % Math.max(1, lines.length));
	logMatch(desk, log.isFollowing ? -1 : 1, {...log, isFollowing: false, cursor: from?.seq ?? 0});
}

function logMatch(desk: Desk, direction: Direction, from: LogUi = desk.ui().log): void {
	const {log: lines} = desk.context();
	const seq = nextMatch(lines, from, direction);
	if (seq === undefined) sayNothing(desk);
	else desk.dispatch({type: 'log-cursor', lines, seq});
}

function textMatch(desk: Desk, place: TextPlace, direction: Direction, from: number): void {
	const context = desk.context();
	const line = findLine(context.lines(place), searchOf(desk.ui(), place), from, direction);
	if (line === undefined) sayNothing(desk);
	else if (isFindingList(desk, place)) goToFinding(desk, line);
	else if (hasCursor(desk, place)) goToVersion(desk, line);
	else desk.dispatch({type: 'scroll', place, to: line, extent: context.extent(place)});
}

/** The line a search begins beside. */
function lineAt(desk: Desk, place: TextPlace): number {
	if (isFindingList(desk, place)) return findingLineAt(desk);
	return hasCursor(desk, place) ? versionLineAt(desk) : desk.ui().offsets[place];
}

/** A list, where a match is selected; elsewhere it is scrolled to. */
function hasCursor(desk: Desk, place: TextPlace): boolean {
	return place === 'versions' && desk.ui().versions.level !== 'compare';
}

function isFindingList(desk: Desk, place: TextPlace): boolean {
	return place === 'verify' && verifyPlace(desk.ui(), desk.context()).level !== 'file';
}

function sayNothing(desk: Desk): void {
	const text = searchOf(desk.ui(), placeOf(desk.ui(), desk.context().panes));
	if (text !== '') desk.say('warn', `'${text}' is nowhere here`);
}
