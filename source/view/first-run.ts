import {clean} from '../text/clean.js';
import {formatCount} from '../text/format.js';
import {cutLine, type Line, paintLine, piece, wrapLine} from './pieces.js';
import type {Style} from './types.js';

/** Why there is no table to show although there is a hub, and what is known nevertheless. */
export interface FirstRun {
	readonly kind: 'config-missing' | 'no-spokes';
	/** Where config.yaml is, or is to be. */
	readonly file: string;
	/** Undefined until they are counted. */
	readonly own: OwnSessions | undefined;
	/** The key that adds a spoke; undefined: none does, and the file has to be written by hand. */
	readonly addKey: string | undefined;
}

/** The hub's own sessions: there before there is any spoke. */
export interface OwnSessions {
	readonly folder: string;
	readonly sessions: number;
}

/** What is to be pasted, in the file's own words. */
const example = [
	'spokes:',
	'  - name: laptop',
	'    sync_method: rsync',
	'    source: user@laptop:~/.pi/agent/sessions/',
];

/**
 * A screen without a table: what is missing, and the next thing to do. Exactly `height` lines, none wider than `width`.
 */
export function firstRunLines(screen: FirstRun, width: number, height: number, style: Style): string[] {
	const body = bodyOf(screen).flatMap(line => {
		// What is to be pasted must stay as it is.
		const isCode = line[0]?.role === 'key';
		return isCode ? [cutLine(line, width, style)] : wrapLine(line, Math.max(1, width));
	});
	const lines = fitted(body, height);
	return Array.from({length: Math.max(0, height)}, (_, index) =>
		paintLine(cutLine(lines[index] ?? [], width, style), style),
	);
}

/** Blank lines are what a low screen can best do without. */
function fitted(lines: readonly Line[], height: number): readonly Line[] {
	return lines.length <= height ? lines : lines.filter(line => line.some(({text}) => text.trim() !== ''));
}

const blank: Line = [];

function say(text: string): Line {
	return [piece(text)];
}

function code(text: string): Line {
	return [piece(`  ${text}`, 'key')];
}

function bodyOf(screen: FirstRun): Line[] {
	const file = clean(screen.file);
	switch (screen.kind) {
		case 'config-missing': {
			return [
				[piece('No configuration yet.', 'title')],
				blank,
				say(
					'A spoke is another machine that runs pi. Its session files are copied to this hub, and never touched there.',
				),
				...(screen.addKey === undefined
					? [
							say(`Write this into ${file}:`),
							blank,
							...example.map(line => code(line)),
							blank,
							say('The spokes appear here as soon as the file is saved. Which file is read, and why:'),
							code('pi-brain-tui config path'),
						]
					: [
							blank,
							wizardLine(screen.addKey),
							blank,
							say(`What it asks for is written into ${file}, which is not there yet.`),
						]),
				...ownLines(screen.own),
			];
		}

		case 'no-spokes': {
			return [
				[piece('No spokes yet.', 'title')],
				blank,
				say(
					'A spoke is another machine that runs pi. Its session files are copied to this hub, and never touched there.',
				),
				...(screen.addKey === undefined
					? [
							say(`Name one in ${file}, for example:`),
							blank,
							...example.map(line => code(line)),
							blank,
							say('It appears here as soon as the file is saved. What is wrong with the file, if anything:'),
							code('pi-brain-tui config check'),
						]
					: [
							blank,
							wizardLine(screen.addKey),
							blank,
							say(`What it asks for is added to ${file}; what is there stays as it is.`),
						]),
				...ownLines(screen.own),
			];
		}
	}
}

/** Rsync, Syncthing and a folder are what it knows. */
function wizardLine(key: string): Line {
	return [piece(`  ${key}`, 'key'), piece('  add a spoke: over ssh, with Syncthing, or a folder of this machine')];
}

function ownLines(own: OwnSessions | undefined): Line[] {
	if (!own) return [];
	const {sessions} = own;
	const count = `${formatCount(sessions)} ${sessions === 1 ? 'session' : 'sessions'}`;
	return [blank, [piece(`This hub has ${count} of its own in ${clean(own.folder)}`, 'label')]];
}
