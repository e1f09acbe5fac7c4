import {parseDuration} from '../sync/config/values.js';
import {planPrune, prune} from '../sync/services/versions.js';
import {shown} from '../sync/sessions/tree.js';
import type {PruneItem, PrunePlan, PruneWish} from '../sync/versions/prune-plan.js';
import {clean} from '../text/clean.js';
import {countOf, formatBytes, formatCount, isoOrNull} from '../text/format.js';
import {jsonLine} from '../text/json.js';
import {textTable} from '../text/table.js';
import {answered, busy} from './answered.js';
import {type HubFlags, openHub, pickSpokes, UsageError} from './open-hub.js';
import type {Asker} from './spoke-ask.js';
import {type CommandIo, exit} from './types.js';
import {shortName, whyTexts} from './version-words.js';

/** What `sync prune` takes. */
export interface PruneFlags extends HubFlags {
	readonly names: readonly string[];
	/** A duration such as 90d. */
	readonly olderThan?: string;
	/** A whole number. */
	readonly keep?: string;
	readonly dryRun?: boolean;
	/** The spoke's name once more, where nobody can be asked. */
	readonly confirm?: string;
	readonly json?: boolean;
}

/** `sync prune NAME`: removes kept earlier versions, after showing each and asking for the spoke's name. */
export async function syncPrune(io: CommandIo, flags: PruneFlags, asker: Asker): Promise<number> {
	const [name, ...more] = flags.names;
	if (name === undefined || more.length > 0)
		throw new UsageError('which spoke? pi-brain-tui sync prune NAME [--older-than 90d] [--keep N] [--dry-run]');
	const wish = wishOf(flags);
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	try {
		pickSpokes(hub, [name]);
		return await answered(io, async () => {
			const plan = await planPrune(hub, name, wish, io.signal);
			const isIdle = flags.dryRun === true || plan.items.length === 0;
			if (!flags.json) for (const line of planText(plan)) io.stdout.write(`${line}\n`);
			if (isIdle) {
				if (flags.json) io.stdout.write(jsonLine({...planJson(plan), isDryRun: flags.dryRun ?? false, removed: []}));
				return exit.ok;
			}

			await confirm(flags, asker, plan);
			const pruned = await prune(hub, name, plan);
			if ('heldBy' in pruned) return busy(io, name);
			const {removed, total, lost, spared} = pruned;
			if (flags.json) {
				io.stdout.write(jsonLine({...planJson(plan), isDryRun: false, removed: removed.map(({file}) => file)}));
				return exit.ok;
			}

			const rest =
				spared.length === 0 ? '' : `; ${formatCount(spared.length)} stay, because something changed meanwhile`;
			io.stdout.write(
				`${countOf(total.files, 'earlier version')} of '${clean(name)}' removed, ${formatBytes(total.bytes)}; ${formatBytes(lost.bytes)} of it stood nowhere else${rest}\n`,
			);
			return exit.ok;
		});
	} finally {
		await close();
	}
}

function wishOf({olderThan, keep}: PruneFlags): PruneWish {
	const olderThanMs = olderThan === undefined ? undefined : parseDuration(olderThan);
	if (olderThan !== undefined && olderThanMs === undefined)
		throw new UsageError(`--older-than must be a duration such as 90d, 12h or 30m, not '${olderThan}'`);
	if (keep !== undefined && !/^\d{1,9}$/.test(keep))
		throw new UsageError(`--keep must be a whole number of versions of each session, not '${keep}'`);
	return {olderThanMs, keep: keep === undefined ? undefined : Number(keep)};
}

async function confirm({confirm: given}: PruneFlags, asker: Asker, {spoke, total, lost}: PrunePlan): Promise<void> {
	if (given !== undefined) {
		if (given !== spoke) throw new UsageError(`--confirm must be the spoke's name, ${spoke}; nothing was removed`);
		return;
	}

	if (!asker.isThere)
		throw new UsageError(`this removes earlier versions of '${spoke}' for good; say --confirm ${spoke}, or --dry-run`);
	const loss =
		lost.files === 0
			? 'All of it stands in later versions too.'
			: `${formatBytes(lost.bytes)} of it stand nowhere else and are lost for good.`;
	const typed = await asker.ask(
		`This removes ${countOf(total.files, 'earlier version')} (${formatBytes(total.bytes)}). ${loss}\nType the spoke's name to go on: `,
	);
	if (typed !== spoke) throw new UsageError('that is not its name; nothing was removed');
}

function planText({spoke, items, total, lost, staying}: PrunePlan): string[] {
	const stays = [
		...(staying.held > 0
			? [`  ${formatCount(staying.held)} more stay: their sessions are held, and you have yet to decide`]
			: []),
		...(staying.answeredFor > 0
			? [`  ${formatCount(staying.answeredFor)} more stay: the hub answers for their bytes`]
			: []),
	];
	if (items.length === 0) return [`${clean(spoke)}: no earlier version to remove`, ...stays];
	const [fate, columns] = [
		(item: PruneItem) => (item.containedIn === undefined ? 'lost for good' : 'stands in a later version too'),
		[
			{title: '  ID'},
			{title: 'KEPT'},
			{title: 'SIZE', isRight: true},
			{title: 'WHY'},
			{title: 'THEN'},
			{title: 'SESSION'},
		],
	];
	const rows = items.map(item => [
		`  ${shortName(item)}`,
		isoOrNull(item.at) ?? '',
		formatBytes(item.length),
		whyTexts[item.why],
		fate(item),
		clean(shown(item.path)),
	]);
	const sum = `${countOf(total.files, 'earlier version')}, ${formatBytes(total.bytes)}; ${formatBytes(lost.bytes)} of it stand nowhere else`;
	return [`${clean(spoke)}: ${sum}`, ...textTable(columns, rows, false), ...stays];
}

function planJson({spoke, items, total, lost, staying}: PrunePlan): object {
	return {
		schema: 1,
		spoke,
		total,
		lost,
		staying,
		versions: items.map(item => ({
			id: shortName(item),
			path: shown(item.path),
			file: item.file,
			bytes: item.length,
			sha256: item.sha256,
			at: isoOrNull(item.at),
			why: item.why,
			containedIn: item.containedIn === undefined ? null : shown(item.containedIn),
		})),
	};
}
