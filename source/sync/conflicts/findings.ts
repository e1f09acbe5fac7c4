import {clean} from '../../text/clean.js';
import {countOf, formatBytes} from '../../text/format.js';
import {fsPath} from '../../text/names.js';
import {listSessions} from '../sessions/held.js';
import {shown} from '../sessions/tree.js';
import type {Finding} from '../verify/types.js';
import {compareSessions} from './compare-sessions.js';
import {type ConflictCopy, conflictCopies} from './copies.js';
import type {Budget} from './first-difference.js';
import {findPairs, type PairMember, type PairSearch, placesOf, rememberPairs} from './pairs.js';
import {acknowledgedBy, type RelateOptions, type Relation, relate} from './relate.js';

/** What is asked of `pairFindings`. */
export interface PairFindingsRequest extends PairSearch {
	/** Whose findings; undefined: the hub's own sessions. */
	readonly spoke: string | undefined;
	/** Deep: everything is compared, however large; else `quickBudget` bytes at most, and the rest is said to be unread. */
	readonly isDeep: boolean;
	readonly signal: AbortSignal;
}

/** Bytes a quick verify reads to compare sessions that no ledger can compare: about a tenth of a second. */
const quickBudget = 64 * 1024 * 1024;

/**
 * Sessions of one spoke that lie in another place too, and its conflict copies, each with how it is to the other one.
 * Goes by the stored index: where a place was never looked at it is looked at now, what went since is passed over.
 * @throws the signal's reason
 */
export async function pairFindings(request: PairFindingsRequest): Promise<Finding[]> {
	const {store, spoke, isDeep, signal} = request;
	await indexUnseen(request);
	const pairs = findPairs(request);
	rememberPairs(request, pairs);
	const budget: Budget = {left: isDeep ? Number.POSITIVE_INFINITY : quickBudget};
	const options: RelateOptions = {signal, known: acknowledgedBy(store), budget};
	const findings: Finding[] = [];
	for (const {members} of pairs) {
		const own = members.filter(member => member.spoke === spoke);
		if (own.length === 0) continue;
		const relation = await related(members, options);
		if (!relation) continue;
		for (const member of own) {
			const finding = typeof relation === 'string' ? unreadable(member, members, relation) : twin(member, relation);
			if (finding) findings.push(finding);
		}
	}

	for (const found of conflictCopies(request)) {
		if (found.copy.spoke === spoke) findings.push(await copyFinding(found, options));
	}

	return findings;
}

/** Looks at the places that nobody has looked at yet: the other one of a pair may lie there. */
async function indexUnseen({store, config, signal}: PairFindingsRequest): Promise<void> {
	store.flush();
	for (const {root, patterns} of placesOf(config)) {
		const isSeen = [...store.sessions.page(root, undefined, 1)].length > 0;
		if (!isSeen) await listSessions(store, root, patterns, false, signal);
	}

	store.flush();
}

/** The relation, the reason why it cannot be told, or undefined when there is no pair any more. */
async function related(members: readonly PairMember[], options: RelateOptions): Promise<Relation | string | undefined> {
	try {
		return await relate(members, options);
	} catch (error) {
		options.signal?.throwIfAborted();
		return (error as Error).message;
	}
}

function unreadable(member: PairMember, members: readonly PairMember[], message: string): Finding {
	const other = members.find(one => one !== member)!;
	return {
		kind: 'duplicate-id',
		severity: 'look',
		path: member.path,
		detail: clean(`${placeOf(other, member)} has a session of the same id; they could not be compared: ${message}`),
		other: {computer: other.computer, path: other.path, relation: 'unread'},
	};
}

function twin(member: PairMember, {current, others, kind: worst}: Relation): Finding | undefined {
	const isCurrent = isSame(member, current);
	const mine = others.find(other => isSame(other.member, member));
	const seen = isCurrent ? (others.find(({kind}) => kind === worst) ?? others[0]) : mine;
	// It went since the index was stored.
	if (!seen) return undefined;
	const [here, there] = isCurrent ? [current, seen.member] : [seen.member, current];
	const place = placeOf(there, here);
	const [bytesHere, bytesThere] = [formatBytes(here.bytes), formatBytes(there.bytes)];
	const words = {
		identical: `The same session is ${place} too, byte for byte (${bytesHere}); it is counted once.`,
		prefix: isCurrent
			? `An earlier state of this session is ${place}: ${bytesThere} there, and this one goes on to ${bytesHere}. This one is current.`
			: `The same session goes on ${place}: this one is its first ${bytesHere} of ${bytesThere}. The one there is current.`,
		diverged: `The session of the same id ${place} goes on differently after ${formatBytes(seen.shared)}: ${bytesHere} here, ${bytesThere} there. ${isCurrent ? 'This one' : 'The one there'} has the latest entry and is current; both are kept.`,
		unread: `A session of the same id is ${place}: ${bytesHere} here, ${bytesThere} there. A quick verify does not read that much; a deep one compares them.`,
	}[seen.kind];
	const more = others.length > 1 ? ` It lies in ${others.length + 1} places in all.` : '';
	return {
		kind: 'duplicate-id',
		severity: seen.kind === 'diverged' ? 'look' : 'info',
		path: member.path,
		detail: clean(words + more),
		...(seen.kind === 'diverged' ? {offset: seen.shared} : {}),
		hub: {bytes: here.bytes, mtimeMs: here.mtimeMs},
		other: {computer: there.computer, path: there.path, relation: seen.kind},
	};
}

async function copyFinding({copy, name, original}: ConflictCopy, options: RelateOptions): Promise<Finding> {
	const made = name
		? `Syncthing kept this copy when ${name.device} and another device had both changed the file (${name.at}). `
		: '';
	const base = {
		kind: 'conflict-copy',
		severity: 'look',
		path: copy.path,
		hub: {bytes: copy.bytes, mtimeMs: copy.mtimeMs},
	} as const;
	if (!original) {
		const missing = name ? `${shown(name.original)} is not there` : 'its name tells no original';
		return {...base, detail: clean(`${made}Nothing to compare it with: ${missing}. It is kept.`)};
	}

	const relation = await related([original, copy], options);
	if (relation === undefined || typeof relation === 'string') {
		return {...base, detail: clean(`${made}It could not be compared: ${relation ?? 'it is gone'}.`)};
	}

	const other = {computer: original.computer, path: original.path, relation: relation.kind};
	return {...base, detail: clean(made + (await copyWords(copy, original, relation, options))), other};
}

async function copyWords(
	copy: PairMember,
	original: PairMember,
	{kind, current}: Relation,
	options: RelateOptions,
): Promise<string> {
	const isCopyCurrent = isSame(current, copy);
	switch (kind) {
		case 'identical': {
			return 'It is the original byte for byte.';
		}

		case 'prefix': {
			return isCopyCurrent
				? `It holds all of the original and goes on: ${formatBytes(copy.bytes)} against ${formatBytes(original.bytes)}. The copy is current.`
				: 'The original holds all of it and goes on: nothing is in the copy alone.';
		}

		case 'unread': {
			return 'A quick verify does not read that much; a deep one compares the two.';
		}

		case 'diverged': {
			const which = isCopyCurrent ? 'The copy' : 'The original';
			return `${await onlyInCopy(copy, original, options)}${which} has the latest entry and is current; both are kept.`;
		}
	}
}

async function onlyInCopy(copy: PairMember, original: PairMember, {signal, budget}: RelateOptions): Promise<string> {
	const needed = copy.bytes + original.bytes;
	if (budget && budget.left < needed) return 'The two have parted. ';
	if (budget) budget.left -= needed;
	const [here, there] = [fsPath(copy.root, copy.path), fsPath(original.root, original.path)];
	const {onlyHereCount, onlyThereCount} = await compareSessions(here, there, {signal, limit: 0});
	return `${countOf(onlyHereCount, 'entry', 'entries')} only in the copy, ${countOf(onlyThereCount, 'entry', 'entries')} only in the original. `;
}

function isSame(one: PairMember, other: PairMember): boolean {
	return one.root === other.root && one.path === other.path;
}

/** `on desktop`, or on the same computer `in PATH`. */
function placeOf(there: PairMember, here: PairMember): string {
	return there.computer === here.computer ? `in ${shown(there.path)}` : `on ${there.computer}`;
}
