import {isFilledByHub} from '../sync/config/filled.js';
import {keptWhere} from '../sync/jobs/held-note.js';
import {shown} from '../sync/sessions/tree.js';
import type {SpokeState} from '../sync/state.js';
import {clean} from '../text/clean.js';
import {formatBytes, formatCount} from '../text/format.js';
import {typed} from '../view/edit-text.js';
import type {ConfirmedAction, CopyItem, Prompt, VersionAction} from '../view/prompt-types.js';
import {boundOffset} from '../view/text-window.js';
import {
	comparable,
	heldWord,
	othersFill,
	selectedSession,
	selectedVersion,
	type VersionItem,
	versionItems,
} from '../view/versions-items.js';
import type {ShownSession} from '../view/versions-sight.js';
import {selectedRow} from './context.js';
import type {Desk} from './desk.js';
import {versionFacts, versionsHere} from './versions-context.js';

/** Opens the held and earlier versions of the selected spoke. */
export function openVersions(desk: Desk): void {
	versionsOfSpoke(desk, selectedRow(desk.ui(), desk.context())?.spoke);
}

/** Opens the held and earlier versions of a spoke. */
export function versionsOfSpoke(desk: Desk, spoke: SpokeState | undefined): void {
	if (!spoke) {
		explainVersions(desk);
		return;
	}

	const {name} = spoke.config;
	desk.dispatch({type: 'select', id: name});
	desk.dispatch({type: 'versions-spoke', spoke: name});
	desk.dispatch({type: 'open', view: 'versions'});
}

/** Says why there are no versions to be seen. */
export function explainVersions(desk: Desk): void {
	const row = selectedRow(desk.ui(), desk.context());
	if (row?.spoke) desk.say('info', `nothing of ${row.name} is held; its earlier versions are behind its detail`);
	else desk.say('warn', row ? "these are the hub's own sessions: none is held" : 'no spoke is selected');
}

/** One level further: the page of the session, then the comparison. */
export function openVersion(desk: Desk): void {
	const {session} = chosen(desk);
	if (desk.ui().versions.level !== 'list') {
		compareVersions(desk);
	} else if (session) {
		desk.dispatch({type: 'versions-session', path: session.path});
		desk.dispatch({type: 'versions-level', level: 'session'});
	}
}

/**
 * One level back.
 * @returns false in the list, which is left like every view
 */
export function leaveVersion(desk: Desk): boolean {
	const {level} = desk.ui().versions;
	if (level === 'list') return false;
	desk.dispatch({type: 'versions-level', level: level === 'compare' ? 'session' : 'list'});
	return true;
}

/** Goes so many sessions or versions further, or to the first or last one. */
export function selectVersion(desk: Desk, by: number | 'top' | 'bottom'): void {
	const {session, versions} = chosen(desk);
	const ui = desk.ui().versions;
	const sessions = versions?.sessions ?? [];
	const isList = ui.level === 'list';
	const items = session && !isList ? versionItems(session) : [];
	const total = isList ? sessions.length : items.length;
	const selected = session && !isList ? selectedVersion(session, ui).id : undefined;
	const at = isList ? sessions.indexOf(session!) : items.findIndex(({id}) => id === selected);
	goToVersion(desk, by === 'top' ? 0 : by === 'bottom' ? total - 1 : at + by);
}

/** Selects the session or version on a line of the list, as far as there is one. */
export function goToVersion(desk: Desk, line: number): void {
	const {session, versions} = chosen(desk);
	if (!session) return;
	if (desk.ui().versions.level === 'list') {
		const sessions = versions?.sessions ?? [];
		desk.dispatch({
			type: 'versions-session',
			path: sessions[boundOffset(line, {total: sessions.length, page: 1})]!.path,
		});
	} else {
		const items = versionItems(session);
		desk.dispatch({type: 'versions-version', version: items[boundOffset(line, {total: items.length, page: 1})]!.id});
	}
}

/** The line the cursor is on. */
export function versionLineAt(desk: Desk): number {
	const {session, versions} = chosen(desk);
	if (!session) return 0;
	const ui = desk.ui().versions;
	if (ui.level === 'list') return versions!.sessions!.indexOf(session);
	const selected = selectedVersion(session, ui).id;
	return versionItems(session).findIndex(({id}) => id === selected);
}

/** Lays the version under the cursor beside the marked one, or the current one. */
export function compareVersions(desk: Desk): void {
	const {session, spoke} = chosen(desk);
	const pair = session && comparable(session, desk.ui().versions);
	if (!pair || !spoke) {
		explainVersion(desk, 'compare-versions');
		return;
	}

	const {one, other} = pair;
	const {path} = session;
	desk.dispatch({type: 'versions-session', path});
	desk.actions.compareVersions(spoke.config.name, {path, one: one.id, other: other.id}, [one.file!, other.file!]);
	desk.dispatch({type: 'versions-level', level: 'compare'});
}

/** The next comparisons are with this version, or with the current one again. */
export function markVersion(desk: Desk): void {
	const {session} = chosen(desk);
	const ui = desk.ui().versions;
	if (!session) return;
	const {id, name} = selectedVersion(session, ui);
	const isMarked = ui.marked === id;
	desk.dispatch({type: 'versions-mark', version: isMarked ? undefined : id});
	desk.say('info', isMarked ? 'comparisons are with the current version' : `comparisons are with ${name}`);
}

/** Reads the versions again. */
export function reloadVersions(desk: Desk): void {
	const name = selectedRow(desk.ui(), desk.context())?.spoke?.config.name;
	if (name !== undefined) desk.actions.reloadVersions(name);
}

/** Asks whether one session is released, and says what stays. */
export function askKeep(desk: Desk): void {
	const {session, spoke} = chosen(desk);
	if (!session?.held || !spoke) return;
	const {name} = spoke.config;
	confirm(desk, `Release this session of ${name}?`, {type: 'keep', spoke: name, paths: [session.path]}, [
		...bothLines(session),
		`${keptWhere(spoke.config)}, nothing is deleted; this difference is not held again.`,
	]);
}

/** Asks whether what the spoke shows becomes current. */
export function askAccept(desk: Desk): void {
	const {session, spoke} = chosen(desk);
	if (!session?.held || !spoke) return;
	const {name} = spoke.config;
	const action = {type: 'accept', spoke: name, path: session.path, sha256: session.held.sha256} as const;
	confirm(desk, `Make the version of ${name} current?`, action, [
		...bothLines(session),
		'The hub’s version stays as an earlier one and can be brought back; nothing is deleted.',
	]);
}

/** Asks whether a kept version becomes current. */
export function askRestore(desk: Desk): void {
	const {session, spoke, item} = chosen(desk);
	if (item?.kind !== 'kept' || !session || !spoke) return;
	const {name} = spoke.config;
	confirm(desk, `Bring ${item.name} back as current?`, {type: 'restore', spoke: name, file: item.id}, [
		shown(session.path),
		versionText(item),
		versionText(versionItems(session)[0]!),
		'The version that is current now stays, as an earlier one or as the beginning of this one; nothing is deleted.',
		`The spoke keeps what it has: as long as that does not change, syncs leave the version that was brought back alone.`,
	]);
}

/** Asks for the file a kept version is to be written into. */
export function askFile(desk: Desk): void {
	const {session, spoke, item} = chosen(desk);
	if (item?.kind !== 'kept' || !session || !spoke) return;
	const prompt: Prompt = {
		...{kind: 'file', typing: typed('~/'), spoke: spoke.config.name, file: item.id},
		what: item.name,
		name: session.path.slice(session.path.lastIndexOf('/') + 1),
	};
	desk.dispatch({type: 'prompt', prompt});
}

/**
 * Writes a kept version into the file that was typed; goes on asking while that names none.
 * @returns whether it was begun
 */
export function writeVersion(desk: Desk, {typing, spoke, file, name}: Extract<Prompt, {kind: 'file'}>): boolean {
	const text = typing.text.trim();
	if (!/^(?:\/|~\/)/.test(text)) {
		desk.say('warn', 'a whole path, from / or ~/: where is it to be written?');
		return false;
	}

	desk.actions.restoreVersion(spoke, file, text.endsWith('/') ? `${text}${name}` : text);
	return true;
}

/** Does what was agreed to. */
export function versionConfirmed(desk: Desk, action: VersionAction): void {
	if (action.type === 'keep') desk.actions.keepHubCopy(action.spoke, action.paths);
	else if (action.type === 'accept') accept(desk, action);
	else desk.actions.restoreVersion(action.spoke, action.file, undefined);
}

function accept(desk: Desk, {spoke, path, sha256}: Extract<VersionAction, {type: 'accept'}>): void {
	const known = desk.context().versions?.sessions?.find(session => session.path === path);
	// A sync may have brought another version while the question stood there: nobody has agreed to that one.
	if (known?.held?.sha256 === sha256) desk.actions.acceptVersion(spoke, path);
	else desk.say('warn', 'the spoke shows another version by now: look at that one first');
}

/** Whether an action is one of these. */
export function isVersionAction(action: ConfirmedAction): action is VersionAction {
	return action.type === 'keep' || action.type === 'accept' || action.type === 'restore';
}

/** What of the session and the version under the cursor is worth copying. */
export function versionCopies(desk: Desk): CopyItem[] {
	const {session, spoke, item} = chosen(desk);
	if (!session || !spoke) return [];
	const texts: ReadonlyArray<readonly [string, string, string | undefined]> = [
		['v', item && item.kind !== 'current' ? item.name : '', item?.kind === 'current' ? undefined : item?.file],
		['p', 'current file', session.current?.file],
		['s', 'spoke’s version', item?.kind === 'spoke' ? undefined : session.seenFile],
		['n', 'session', session.path],
		['h', 'sha256', item?.sha256],
	];
	return texts.flatMap(([key, label, text]) =>
		text === undefined ? [] : [{key, label, text: clean(shown(text), 4096)}],
	);
}

/** Says why a key of the view does nothing now. */
export function explainVersion(desk: Desk, id: string): void {
	const context = desk.context();
	const {level, hasSession, isHeld, isKept} = versionFacts(desk.ui(), context);
	const {spoke} = chosen(desk);
	const isOurs = spoke !== undefined && isFilledByHub(spoke.config);
	if (!hasSession) desk.say('info', 'there is no session here');
	else if (id === 'keep-hub' || (id === 'accept-version' && !isHeld)) desk.say('warn', 'this session is not held');
	else if (id === 'accept-version' && level === 'list') desk.say('info', 'enter opens the session first');
	else if (id === 'accept-version' && isOurs)
		desk.say('warn', 'the spoke’s version is not on this hub yet: sync first');
	else if ((id === 'restore-version' || id === 'write-version') && !isKept)
		desk.say('warn', level === 'list' ? 'enter opens the session first' : 'put the cursor on an earlier version first');
	else if (id === 'restore-version' || id === 'accept-version') desk.say('warn', othersFill);
	else if (id === 'compare-versions' && level !== 'compare')
		desk.say('warn', 'there are no two versions of it on this hub to compare');
}

function chosen(desk: Desk) {
	const context = desk.context();
	const ui = desk.ui();
	const versions = versionsHere(ui, context);
	const session = selectedSession(versions, ui.versions);
	const spoke = context.state.spokes.find(({config}) => config.name === ui.selected);
	const item = session && ui.versions.level !== 'list' ? selectedVersion(session, ui.versions) : undefined;
	return {versions, session, spoke, item};
}

function confirm(desk: Desk, title: string, action: VersionAction, lines: readonly string[]): void {
	const told = lines.map(line => clean(line, 4096));
	desk.dispatch({type: 'prompt', prompt: {kind: 'confirm', title: clean(title), lines: told, offset: 0, action}});
}

function bothLines(session: ShownSession): string[] {
	const {path, held, story} = session;
	const own = versionItems(session).filter(({kind}) => kind === 'current' || kind === 'spoke');
	const why = `  ${heldWord(held!.kind)}${story === undefined ? '' : `; likely ${story}`}`;
	return [shown(path), ...own.map(versionText), why];
}

function versionText({name, bytes, sha256}: VersionItem): string {
	const size = bytes === undefined ? 'no file' : `${formatCount(bytes)} B (${formatBytes(bytes)})`;
	return `  ${name}: ${size}${sha256 === undefined ? '' : `, sha256 ${sha256.slice(0, 8)}`}`;
}
