import type {Client, Settings} from './client.js';
import {type WarningKind, warningsOf} from './standing.js';
import type {StFolder} from './types.js';

/** A change of a folder's settings that gives a protection back. */
export interface FolderFix {
	/** What it does, for the question before it is done. */
	readonly label: string;
	/** The settings that change, as `PATCH config/folders/{id}` takes them. */
	readonly changes: Settings;
}

/** A setting of a folder that a hub should not have. */
export interface FolderWarning {
	readonly id: WarningKind | 'keeps-permissions';
	/** One line for people, neutralised. */
	readonly text: string;
	/** Undefined: nothing in Syncthing's settings would mend it. */
	readonly fix: FolderFix | undefined;
}

/** Versions the folders we make keep of each file. */
export const versionsKept = 50;

/** `versioning` as folders of ours have it; what it leaves out stays as Syncthing has it. */
export const simpleVersioning: Settings = {type: 'simple', params: {keep: String(versionsKept)}};

const fixes: Readonly<Record<FolderWarning['id'], FolderFix | undefined>> = {
	'not-receive-only': {
		label: 'make it receive only: nothing that changes here reaches the spoke any more',
		changes: {type: 'receiveonly'},
	},
	'no-versioning': {
		label: `keep ${versionsKept} versions of each file in Syncthing (simple versioning)`,
		changes: {versioning: simpleVersioning},
	},
	'no-conflict-copies': {label: 'keep every conflict copy (maxConflicts -1)', changes: {maxConflicts: -1}},
	'ignores-deletions': {label: 'no longer ignore deletions (ignoreDelete)', changes: {ignoreDelete: false}},
	'watch-failed': undefined,
	'keeps-permissions': {label: 'ignore permissions (ignorePerms)', changes: {ignorePerms: true}},
};

/**
 * What is unwise in a folder's settings, the gravest first. That permissions are kept is the last, and matters only where
 * the spoke's platform is another one.
 */
export function folderWarnings(folder: StFolder): FolderWarning[] {
	const found: FolderWarning[] = warningsOf(folder).map(({kind, message}) => ({
		id: kind,
		text: message,
		fix: fixes[kind],
	}));
	if (!folder.ignorePerms) {
		const text = `folder '${folder.id}' keeps permissions: where the spoke's platform is another, files may count as changed`;
		found.push({id: 'keeps-permissions', text, fix: fixes['keeps-permissions']});
	}

	return found;
}

/**
 * Changes the settings a fix names and no others.
 * @throws ApiError, or the signal's reason
 */
export async function applyFolderFix(client: Client, folderId: string, fix: FolderFix): Promise<void> {
	await client.patchFolder(folderId, fix.changes);
}
