import type {FindingKind, Severity} from './types.js';

/** A kind of finding in plain words. */
export interface Explanation {
	/** What it is unless the verify knows better: a finding carries its own. */
	readonly severity: Severity;
	/** A few words, for a list. */
	readonly title: string;
	/** What it means, in a sentence or two. */
	readonly means: string;
	/** What to do. */
	readonly todo: string;
}

/** Every kind of finding explained. */
export const explanations: Readonly<Record<FindingKind, Explanation>> = {
	'newer-on-spoke': {
		severity: 'info',
		title: 'newer on the spoke',
		means: 'The spoke has a later version than the hub: the session went on since the last sync.',
		todo: 'Nothing: the next sync brings it.',
	},
	'only-on-spoke': {
		severity: 'info',
		title: 'only on the spoke',
		means: 'The hub does not have this session yet.',
		todo: 'Nothing: the next sync brings it.',
	},
	'only-on-hub': {
		severity: 'info',
		title: 'only on the hub',
		means: 'The spoke does not have this session any more: it was deleted or moved there. The hub keeps it.',
		todo: 'Nothing: nothing the hub took is deleted because a spoke lost it.',
	},
	'not-taken': {
		severity: 'info',
		title: 'not taken',
		means: 'This version stays on the spoke: config.yaml leaves it out, or a person kept the hub’s copy instead.',
		todo: 'Nothing, if that is wanted; else change initial_sync_days, exclude_patterns or rsync_options, or accept the version.',
	},
	'hub-larger': {
		severity: 'look',
		title: 'larger on the hub than on the spoke',
		means: 'The spoke’s version lost bytes that the hub has. It is held: the hub’s copy stays current.',
		todo: 'Compare the two. Keep the hub’s copy (release), or accept the spoke’s: either way both stay on the hub.',
	},
	differs: {
		severity: 'look',
		title: 'same size and time, other content',
		means: 'Both sides have the same size and time and not the same bytes, so that no sync would notice.',
		todo: 'Compare the two. The hub’s copy is what the spoke had when it was taken; its bytes are proved by the ledger.',
	},
	'bit-rot': {
		severity: 'damage',
		title: 'silently changed on the disk',
		means: 'Size and time are as recorded and the bytes are not: the disk, the memory or a copy went wrong.',
		todo: 'Repair it where the true bytes still are; else look for them in a backup. Check the disk of the hub.',
	},
	truncated: {
		severity: 'damage',
		title: 'cut off on the hub',
		means: 'The file is shorter than what the hub took: something cut it, or a crash lost its end.',
		todo: 'Repair it where the true bytes still are; else look for them in a backup.',
	},
	missing: {
		severity: 'damage',
		title: 'missing on the hub',
		means: 'The ledger answers for this session and its file is not there: somebody deleted or moved it.',
		todo: 'The next sync, or a repair, brings back what the spoke or a kept version still has.',
	},
	'foreign-edit': {
		severity: 'look',
		title: 'changed by somebody else',
		means: 'Another program wrote into the hub’s copy: its size or time is not what was recorded.',
		todo: 'Find out who writes there. Repair it where the bytes that were taken still are.',
	},
	'torn-tail': {
		severity: 'look',
		title: 'torn last line',
		means: 'The last line is cut off and nobody has written for ten minutes: pi was ended in the middle of a write.',
		todo: 'Nothing on the hub. pi drops or repairs the line when the session is resumed.',
	},
	writing: {
		severity: 'info',
		title: 'being written now',
		means: 'The file changed while it was looked at, so that nothing certain can be said of it.',
		todo: 'Nothing: verify again later.',
	},
	'malformed-line': {
		severity: 'look',
		title: 'a line that is no JSON',
		means:
			'A line in the middle cannot be read. Unless the file is damaged too, it came so from the spoke, most often from a crash in the middle of a write.',
		todo: 'Of a damaged file: repair it. Else nothing on the hub: pi passes over such a line, and its entry is lost unless another version has it.',
	},
	'nul-run': {
		severity: 'look',
		title: 'a run of NUL bytes',
		means:
			'A block of zeros stands where text was. Unless the file is damaged too, it came so from the spoke: a power loss before its disk had the data.',
		todo: 'Of a damaged file: repair it. Else nothing on the hub: what stood there is lost unless another version has it.',
	},
	'no-header': {
		severity: 'look',
		title: 'no header',
		means: 'The file begins with an entry: a pi that still had it open wrote on after it was deleted.',
		todo: 'Look whether an earlier version of the session is kept.',
	},
	'late-header': {
		severity: 'look',
		title: 'the header is not in the first line',
		means: 'Something stands in front of the header, so that pi does not take the file for a session.',
		todo: 'Look at the first lines; resume it only from a copy.',
	},
	'twin-header': {
		severity: 'info',
		title: 'more than one header',
		means: 'An earlier pi wrote the first lines of a session twice, or two files were joined.',
		todo: 'Nothing: both parts are there.',
	},
	'id-name-mismatch': {
		severity: 'info',
		title: 'the id is not in the file name',
		means: 'The header names another session than the file: it was renamed or copied.',
		todo: 'Nothing: the header counts.',
	},
	'duplicate-id': {
		severity: 'look',
		title: 'the same session twice',
		means: 'Two files hold a session of the same id: it was copied or imported, or went on in two places.',
		todo: 'Compare the two; both are kept, and nothing is renamed.',
	},
	'old-version': {
		severity: 'info',
		title: 'an old format',
		means: 'Written by an earlier pi, which rewrites the whole file when it is opened next.',
		todo: 'Nothing: the rewrite is taken over and the earlier bytes are kept.',
	},
	'unknown-version': {
		severity: 'info',
		title: 'an unknown format',
		means: 'The header names a version that this program does not know. The bytes are kept as they are.',
		todo: 'Nothing; a newer pi-brain-tui may know it.',
	},
	empty: {
		severity: 'info',
		title: 'empty',
		means: 'The file holds no complete line yet.',
		todo: 'Nothing.',
	},
	'not-a-session': {
		severity: 'info',
		title: 'not a session',
		means: 'JSON lines of another tool lie among the sessions. They are kept like everything else.',
		todo: 'Nothing, or leave them out with exclude_patterns.',
	},
	'conflict-copy': {
		severity: 'look',
		title: 'a conflict copy',
		means: 'Syncthing found two versions of a session and kept one under this name.',
		todo: 'Compare it with its original. It is never removed by pi-brain-tui.',
	},
	leftover: {
		severity: 'info',
		title: 'left behind',
		means: 'A temporary file of rsync or Syncthing that nobody finished.',
		todo: 'Nothing; it may be deleted when no copy is running.',
	},
	'node-conflict': {
		severity: 'look',
		title: 'analysis nodes that disagree',
		means: 'Two versions of an analysis node contradict each other.',
		todo: 'Look at both; every version is kept.',
	},
};
