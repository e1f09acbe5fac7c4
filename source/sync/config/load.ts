import path from 'node:path';
import {homeOf} from './adopt.js';
import {type ConfigDocument, parseText, readDocument} from './document.js';
import {createReport, inFileOrder, type Report} from './problems.js';
import {readHub, readSync, readTui} from './sections.js';
import {sameNames, sharedFolders} from './separate.js';
import {type DraftSpoke, type Entry, readSpoke} from './spoke.js';
import type {HubConfig, LoadedConfig, SpokeConfig} from './types.js';

/** What loading needs to know of the machine; a command may hand over its own environment whole. */
export interface LoadOptions {
	/** Absolute path, from `configFile`. */
	readonly file: string;
	/** Absolute path of the user's home, which `~` stands for. */
	readonly home: string;
	/** The hub's name, `os.hostname()`. */
	readonly hostname: string;
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Read instead of the file: what an edit would make of it. */
	readonly text?: string;
}

/** A configuration together with the document it was read from, for checks that look at the letter. */
export interface ReadConfig {
	readonly loaded: LoadedConfig;
	readonly document: ConfigDocument | undefined;
	readonly report: Report;
}

/**
 * Reads config.yaml: defaults filled in, `~` expanded, every spoke checked. Never throws for what the file says: a bad
 * spoke comes back with `invalid` set, a bad setting at its default, both with a problem that has line and column; a
 * file that cannot be parsed at all gives no `config`, one that does not exist gives the defaults.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
	return (await readConfig(options)).loaded;
}

/** The same, with the document. */
export async function readConfig({file, home, hostname, text}: LoadOptions): Promise<ReadConfig> {
	const {exists, document, problems} = text === undefined ? await readDocument(file) : parseText(file, text);
	const report = createReport(file, document);
	report.problems.push(...problems);
	if (exists && !document) {
		return {loaded: {config: undefined, problems: report.problems, exists}, document, report};
	}

	const root = document?.root ?? {};
	const hub = readHub(root, home, report);
	const tui = await readTui(root, home, report);
	const sync = readSync(root, report);
	const folder = path.dirname(file);
	const context = {home, hub, tui, sync, report, line: (place: Entry['place']) => document?.position(place)?.line};
	const drafts: DraftSpoke[] = [];
	for (const entry of [...entriesOf(root.spokes, 'spokes', report), ...entriesOf(sync.spokes, 'sync.spokes', report)]) {
		drafts.push(await readSpoke(entry, context));
	}

	const config: HubConfig = {
		file,
		folder,
		hubName: hostname,
		...hub,
		tui: tui.tui,
		spokes: await settle(drafts, {...hub, folder, home}, report),
	};
	return {loaded: {config, problems: inFileOrder(report.problems), exists}, document, report};
}

function entriesOf(value: unknown, key: 'spokes' | 'sync.spokes', report: Report): Entry[] {
	if (value === undefined || value === null) return [];
	const place = key.split('.');
	if (!Array.isArray(value)) {
		report.add('error', place, `${key} must be a list of spokes`);
		return [];
	}

	return value.map((item: unknown, index) => ({
		value: item,
		place: [...place, index],
		label: `${key}[${index}]`,
		isRunbook: key === 'sync.spokes',
	}));
}

/** Gives every spoke its folder, then looks for what two of them would share. */
async function settle(
	drafts: readonly DraftSpoke[],
	hub: Pick<HubConfig, 'folder' | 'sessionsDir' | 'syncedSessionsDir' | 'databaseDir'> & {home: string},
	report: Report,
): Promise<SpokeConfig[]> {
	const named = sameNames(drafts);
	const housed = await Promise.all(
		drafts.map(async draft => {
			const isDouble = named.some(clash => clash.draft === draft);
			if (draft.hasPath || !draft.hasName || isDouble) return draft;
			const {path: home, note} = await homeOf(draft.spoke.name, hub.syncedSessionsDir, hub.folder);
			if (note) report.add(note.severity, draft.entry.place, note.message, draft.about);
			return {...draft, spoke: {...draft.spoke, path: home}};
		}),
	);
	const isUsable = (draft: DraftSpoke, index: number) =>
		draft.hasName && draft.isPlaced && !named.some(clash => clash.draft === drafts[index]);
	const shared = await sharedFolders(housed.filter(isUsable), hub);
	for (const {draft, key, message, severity} of [...named, ...shared]) {
		const place = key === 'path' && !draft.hasPath ? [] : [key];
		report.add(severity, [...draft.entry.place, ...place], message, draft.about);
	}

	return housed.map((draft, index) => {
		const double = named.find(clash => clash.draft === drafts[index]);
		const clash = double ?? shared.find(other => other.draft === draft && other.severity === 'error');
		if (!clash) return draft.spoke;
		const invalid = [draft.spoke.invalid, clash.message].filter(message => message !== undefined).join('; ');
		// Two rows of one name would be taken for one; a label cannot be anybody's name.
		const name = double ? draft.entry.label : draft.spoke.name;
		return {...draft.spoke, name, invalid};
	});
}
