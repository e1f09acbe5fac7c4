import {clean} from '../../text/clean.js';
import {countOf, formatCount} from '../../text/format.js';
import {explanations} from './explain.js';
import type {ContentMark, ScanResult} from './scan-types.js';
import type {Finding, FindingKind} from './types.js';

/** Milliseconds for which a torn last line is one that is being written. */
export const tornMs = 600_000;

/**
 * What a file's own lines show, as findings. They came so from the spoke as long as the bytes are those of the ledger, so
 * none of them is damage.
 * @param now milliseconds since the epoch
 */
export function contentFindings(path: string, {marks, header, mtimeMs, size}: ScanResult, now: number): Finding[] {
	const hub = {bytes: size, mtimeMs};
	// In what is no session, lines that are no JSON are nobody's concern.
	const foreign = marks.filter(({kind}) => kind === 'not-a-session');
	const findings = (foreign.length > 0 ? foreign : marks).map((mark): Finding => {
		const isYoung = mark.kind === 'torn-tail' && now - mtimeMs < tornMs;
		const kind = isYoung ? 'writing' : mark.kind;
		const {offset, length, line} = mark;
		return {
			...{kind, severity: explanations[kind].severity, path, hub},
			detail: isYoung ? 'its last line is not complete yet' : markText(mark, header?.version),
			...(placeless.has(kind) ? {} : {offset, length, line}),
		};
	});
	const mismatch = nameFinding(path, header?.id);
	return mismatch ? [...findings, {...mismatch, hub}] : findings;
}

/** Kinds that a file's own lines and name tell. */
export const contentKinds: ReadonlySet<FindingKind> = new Set([
	'torn-tail',
	'malformed-line',
	'nul-run',
	'no-header',
	'late-header',
	'twin-header',
	'id-name-mismatch',
	'old-version',
	'unknown-version',
	'empty',
	'not-a-session',
]);

/** Kinds that are about the file as a whole. */
const placeless: ReadonlySet<string> = new Set([
	'empty',
	'not-a-session',
	'no-header',
	'old-version',
	'unknown-version',
]);

/** A header that names another session than its file. */
export function nameFinding(path: string, id: string | undefined): Finding | undefined {
	const name = path.slice(path.lastIndexOf('/') + 1);
	if (id === undefined || id === '' || name.includes(id)) return undefined;
	return {
		kind: 'id-name-mismatch',
		severity: explanations['id-name-mismatch'].severity,
		path,
		detail: `its header names the session ${clean(id, 80)}`,
	};
}

function markText({kind, line, offset, length, count}: ContentMark, version: number | undefined): string {
	const others = count > 1 ? `, and ${formatCount(count - 1)} more` : '';
	switch (kind) {
		case 'torn-tail':
			return `its last line, ${formatCount(line)}, is cut off after ${countOf(length, 'byte')}`;
		case 'malformed-line':
			return `line ${formatCount(line)} is no JSON (${countOf(length, 'byte')} at ${formatCount(offset)})${others}`;
		case 'nul-run':
			return `${countOf(length, 'NUL byte')} at ${formatCount(offset)}, line ${formatCount(line)}${others}`;
		case 'no-header':
			return 'it begins with an entry and holds no header';
		case 'late-header':
			return `its header is in line ${formatCount(line)}`;
		case 'twin-header':
			return `another header in line ${formatCount(line)}${others}`;
		case 'old-version':
			return `format v${version ?? 1}`;
		case 'unknown-version':
			return `format v${version ?? '?'}`;
		case 'empty':
			return 'it holds nothing yet';
		case 'not-a-session':
			return 'no line of it is an entry of pi';
	}
}
