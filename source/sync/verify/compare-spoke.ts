import {countOf, formatCount} from '../../text/format.js';
import type {SpokeConfig} from '../config/types.js';
import type {SpokeFile, SpokeListing} from '../methods/types.js';
import {matchesExclude} from '../sessions/kinds.js';
import type {Observation} from '../store/ledger-rows.js';
import {isTimeAs} from './compare-context.js';
import {explanations} from './explain.js';
import type {Shelved, ShelvedFiles} from './shelved-files.js';
import type {Finding, FindingKind, Severity} from './types.js';

const dayMs = 24 * 3600 * 1000;
/** Milliseconds since its last change within which a session on the spoke is taken for one that is being written. */
const growingMs = 600_000;

/** Both sides of a spoke, as they were looked at. */
export interface BothSides {
	readonly spoke: Pick<SpokeConfig, 'excludePatterns' | 'initialSyncDays'>;
	readonly listing: SpokeListing;
	/** Milliseconds since the epoch at which the listing began. */
	readonly listedAt: number;
	readonly now: number;
	readonly files: Pick<ShelvedFiles, 'has' | 'get' | typeof Symbol.iterator>;
	readonly observations: ReadonlyMap<string, Observation>;
	/** Paths about which something worse is said already: the hub's copy is missing, or not what was taken. */
	readonly unsound: ReadonlyMap<string, Finding>;
}

/** What the two sides came to. */
export interface Compared {
	/** Sessions that are the same on both sides. */
	readonly identical: number;
	readonly findings: readonly Finding[];
	/** Unsound copies whose true bytes the spoke may still have: a repair brings and proves them. */
	readonly onSpoke: readonly string[];
}

/** Compares what a spoke lists with what the hub holds. Touches no file. */
export function compareSides(sides: BothSides): Compared {
	const {listing, files, unsound, spoke} = sides;
	const findings: Finding[] = [];
	const onSpoke: string[] = [];
	let identical = 0;
	for (const there of listing.files) {
		const here = files.get(there.path);
		const damage = unsound.get(there.path);
		if (damage) {
			if (there.isFile && there.size >= (damage.ledger?.bytes ?? 0)) onSpoke.push(there.path);
		} else if (here) {
			const finding = difference(there, here, sides);
			if (finding) findings.push(finding);
			else identical++;
		} else if (there.isFile) {
			findings.push(notHere(there, sides));
		}
	}

	if (listing.passedOver > 0) {
		const detail = `${countOf(listing.passedOver, 'file')} beyond the size limit of rsync_options`;
		findings.push(toFinding('not-taken', '', detail));
	}

	if (listing.isComplete) {
		const listed = new Set(listing.files.map(({path}) => path));
		for (const [path, {size, mtimeMs}] of files) {
			if (listed.has(path) || unsound.has(path) || matchesExclude(spoke.excludePatterns, path)) continue;
			const hub = {bytes: size, mtimeMs};
			findings.push({...toFinding('only-on-hub', path, 'gone on the spoke, kept here'), hub});
		}
	}

	return {identical, findings, onSpoke};
}

function difference(there: SpokeFile, here: Shelved, {listedAt, now, observations}: BothSides): Finding | undefined {
	const {path, size, mtimeMs, isFile, isSame} = there;
	const isSameTime = isTimeAs(mtimeMs, here.mtimeMs);
	if (isFile && (isSame ?? (size === here.size && isSameTime))) return undefined;
	// Placed by a sync since the spoke was listed: what it listed is an earlier moment.
	if (here.ctimeMs >= listedAt) return undefined;
	const sides = {hub: {bytes: here.size, mtimeMs: here.mtimeMs}, spoke: {bytes: size, mtimeMs}};
	const seen = observations.get(path);
	const isKnown = seen?.isReleased === true && (!isFile || (seen.size === size && isTimeAs(seen.mtimeMs, mtimeMs)));
	const severity: Severity | undefined = isKnown ? 'info' : undefined;
	const kept = isKnown ? '; the hub’s copy was kept by a person' : '';
	if (!isFile) {
		return toFinding('differs', path, `a folder, link or device stands there on the spoke${kept}`, severity);
	}

	if (size < here.size) {
		const detail = `hub ${formatCount(here.size)} B, spoke ${formatCount(size)} B${kept}`;
		return {...toFinding('hub-larger', path, detail, severity), ...sides};
	}

	if (size === here.size && isSameTime) {
		return {
			...toFinding('differs', path, `${countOf(size, 'byte')} on both sides, not the same ones${kept}`, severity),
			...sides,
		};
	}

	if (isKnown) {
		return {
			...toFinding('not-taken', path, `${formatCount(size)} B on the spoke; the hub’s copy was kept by a person`),
			...sides,
		};
	}

	const grown = size > here.size ? `${countOf(size - here.size, 'byte')} more` : 'the same size, another time';
	const growing = now - mtimeMs < growingMs ? '; it is being written now' : '';
	return {...toFinding('newer-on-spoke', path, `${grown} on the spoke${growing}`), ...sides};
}

function notHere({path, size, mtimeMs}: SpokeFile, {spoke, now}: BothSides): Finding {
	const {excludePatterns, initialSyncDays: days} = spoke;
	const side = {spoke: {bytes: size, mtimeMs}};
	if (matchesExclude(excludePatterns, path)) {
		return {...toFinding('not-taken', path, 'left out by sync.exclude_patterns'), ...side};
	}

	if (days !== undefined && mtimeMs < now - days * dayMs) {
		return {
			...toFinding('not-taken', path, `older than the ${countOf(days, 'day')} of sync.initial_sync_days`),
			...side,
		};
	}

	return {...toFinding('only-on-spoke', path, 'will arrive with the next sync'), ...side};
}

function toFinding(
	kind: FindingKind,
	path: string,
	detail: string,
	severity: Severity = explanations[kind].severity,
): Finding {
	return {kind, severity, path, detail};
}
