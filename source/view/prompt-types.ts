import type {CheckId, FixAction} from '../sync/diagnosis/types.js';
import type {RowId} from './types.js';

/** A line of text being typed. */
export interface Typing {
	readonly text: string;
	/** In UTF-16 units, 0 to the length of the text. */
	readonly cursor: number;
}

/** Something a person can put on the clipboard. */
export interface CopyItem {
	/** The key that takes it. */
	readonly key: string;
	readonly label: string;
	readonly text: string;
}

/** What was asked and is not answered yet; takes every key until then. */
export type Prompt =
	| {
			readonly kind: 'filter' | 'find';
			readonly typing: Typing /** What it was before, for esc. */;
			readonly before: string;
	  }
	| {
			readonly kind: 'command';
			readonly typing: Typing;
			/** Where in the history; undefined: a new line. */
			readonly past: number | undefined;
			/** What tab goes through; undefined before the first tab. */
			readonly completion:
				| {readonly choices: readonly string[]; readonly at: number; readonly from: number}
				| undefined;
	  }
	| {
			readonly kind: 'confirm';
			readonly title: string;
			/** What will happen, to what: a line each, neutralised. */
			readonly lines: readonly string[];
			/** First line shown, when there are more than fit. */
			readonly offset: number;
			readonly action: ConfirmedAction;
	  }
	/** A confirmation for which a `y` is not enough. */
	| {
			readonly kind: 'typed';
			readonly title: string;
			readonly lines: readonly string[];
			readonly offset: number;
			readonly typing: Typing;
			/** What must be typed in full. */
			readonly expected: string;
			readonly action: ConfirmedAction;
	  }
	/** A file to write a kept version into. */
	| {
			readonly kind: 'file';
			readonly typing: Typing;
			readonly spoke: string;
			/** Of the kept version, absolute. */
			readonly file: string;
			/** What it is: `earlier 2`. */
			readonly what: string;
			/** What it is called in a folder that is named. */
			readonly name: string;
	  }
	| {readonly kind: 'copy'; readonly items: readonly CopyItem[]}
	| {readonly kind: 'quit'; readonly jobs: number};

/** What a `y`, or a name typed in full, does. */
export type ConfirmedAction =
	| VersionAction
	| {readonly type: 'release'; readonly spokes: readonly string[]}
	| {readonly type: 'cancel'; readonly spokes: readonly string[]}
	/** `step`: the one to run again afterwards, with what depends on it. */
	| {
			readonly type: 'fix';
			readonly spoke: string;
			readonly action: FixAction;
			readonly step: CheckId | undefined;
	  }
	/** `of`: whose damaged sessions; `paths`: which, below its root. */
	| {readonly type: 'repair'; readonly of: RowId; readonly paths: readonly string[]}
	| {readonly type: 'enable'; readonly spokes: readonly string[]; readonly isEnabled: boolean}
	| {readonly type: 'pause-device'; readonly spoke: string; readonly isPaused: boolean}
	/** Goes on with what is being set up; anything but a `y` is a no. */
	| {readonly type: 'setup-answer'};

/** What can be done with the versions of a session. */
export type VersionAction =
	/** Releases single sessions: the hub's copies stay current. */
	| {readonly type: 'keep'; readonly spoke: string; readonly paths: readonly string[]}
	/** Makes what the spoke shows current. `sha256`: of the version that was agreed to. */
	| {readonly type: 'accept'; readonly spoke: string; readonly path: string; readonly sha256: string}
	/** Makes a kept version current. `file`: its absolute path. */
	| {readonly type: 'restore'; readonly spoke: string; readonly file: string};
