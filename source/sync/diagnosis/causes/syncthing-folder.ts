import {clean} from '../../../text/clean.js';
import {countOf} from '../../../text/format.js';
import type {FixNames} from '../names.js';
import type {SyncthingTrouble} from '../syncthing-names.js';
import type {Fix} from '../types.js';
import {cliWords, folderChangeOf, folderOf, pageOf, syncthingOf} from './syncthing-words.js';
import type {CauseEntry} from './types.js';
import {onHub, onSpoke, saying, shownPath} from './words.js';

interface Face {
	plain(names: FixNames): string;
	fixes(names: FixNames): readonly Fix[];
}

const unmounted = (names: FixNames): readonly Fix[] => [
	onHub(names, 'See what is mounted there, and mount the drive where one is missing', [
		'findmnt',
		'-T',
		{hub: names.hub.folder},
	]),
];

/** Once the cause is gone, Syncthing notices at its next scan: this is that scan. */
function rescan(names: FixNames, title: string): Fix {
	const action = folderChangeOf(names, folder => ({kind: 'rescan', folder}));
	return onHub(names, title, undefined, {action});
}

function receiveOnly(names: FixNames, note: string): Fix {
	const {folder} = syncthingOf(names);
	const title = 'Make it receive only';
	const changes = {type: 'receiveonly'};
	const fix = {label: 'make it receive only', changes};
	const action = folderChangeOf(names, id => ({kind: 'folder-setting', folder: id, fix}));
	const words = cliWords(names, 'config', 'folders', folder ?? '', 'type', 'set', 'receiveonly');
	return onHub(names, title, folder === undefined ? undefined : words, {action, note});
}

const faces: Readonly<Partial<Record<SyncthingTrouble, Face>>> = {
	'no-folder': {
		plain: names =>
			`No folder of the hub's Syncthing has the path ${shownPath(names.hub.folder, names)}, so nothing of the spoke arrives there.`,
		fixes(names) {
			const {offered, device} = syncthingOf(names);
			const id = offered ?? `pi-sessions-${names.spoke}`;
			const add = cliWords(
				names,
				...['config', 'folders', 'add', '--id', id, '--path', {hub: names.hub.folder}, '--type', 'receiveonly'],
			);
			const share =
				device === undefined
					? undefined
					: cliWords(names, 'config', 'folders', id, 'devices', 'add', '--device-id', device.id);
			return [
				onHub(
					names,
					offered === undefined
						? 'Make the folder in Syncthing, receive only'
						: `Accept the folder '${clean(offered)}' that is offered, at that path, receive only`,
					add,
				),
				onHub(names, `Share it with ${clean(device?.name ?? names.spoke)}`, share, {
					note: 'The other side then accepts it, or has it already.',
				}),
				onHub(names, 'Where Syncthing has the sessions at another path, name that one in config.yaml', [
					...names.hub.program,
					...['config', 'check'],
				]),
				onHub(names, 'Where another Syncthing of this hub has it, name that one under tui.syncthing in config.yaml'),
			];
		},
	},
	'folder-paused': {
		plain: names => `The hub's Syncthing has paused ${folderOf(names)}: nothing arrives until somebody resumes it.`,
		fixes(names) {
			const {folder} = syncthingOf(names);
			const words = cliWords(names, 'config', 'folders', folder ?? '', 'paused', 'set', 'false');
			const action = folderChangeOf(names, id => ({kind: 'resume-folder', folder: id}));
			return [onHub(names, 'Resume the folder', folder === undefined ? undefined : words, {action})];
		},
	},
	'send-only': {
		plain: names => `On the hub ${folderOf(names)} only sends: nothing of the spoke ever arrives.`,
		fixes: names => [
			receiveOnly(names, 'What lies there and not on the spoke then counts as changed here; nothing is deleted by it.'),
		],
	},
	encrypted: {
		plain: names => `On the hub ${folderOf(names)} receives encrypted files, which nobody can read here.`,
		fixes: names => [
			onSpoke(
				`Share ${folderOf(names)} with this hub again without a password (its Sharing tab, no lock at the hub)`,
				undefined,
				'A folder password is for machines that must not read what they keep. This hub has to.',
			),
			onHub(names, `Remove the folder in ${pageOf(names)}, and accept the new offer as receive only`, undefined, {
				note: 'The encrypted files stay on the disk: choose an empty path.',
			}),
		],
	},
	'path-missing': {
		plain: names =>
			`Syncthing has stopped ${folderOf(names)} because ${shownPath(names.hub.folder, names)} is not there: it was moved or removed, or a drive is not mounted.`,
		fixes: names => [
			...unmounted(names),
			rescan(names, 'When the folder is back, with its sessions, have Syncthing look again'),
		],
	},
	'marker-missing': {
		plain(names) {
			const {marker = '.stfolder', files = 0} = syncthingOf(names);
			const what =
				files === 0
					? 'and the folder holds no session: this is what a drive looks like that is not mounted'
					: `though ${countOf(files, 'session')} lie there: somebody removed it`;
			return `Syncthing has stopped ${folderOf(names)} because ${clean(marker)} is missing in it, ${what}.`;
		},
		fixes(names) {
			const {marker = '.stfolder', files = 0} = syncthingOf(names);
			const make = onHub(
				names,
				`Only when you see your sessions there: make ${clean(marker)} again`,
				['mkdir', {hub: `${names.hub.folder}/${marker}`}],
				{note: 'Never in an empty folder: Syncthing would take every session for deleted on the hub.'},
			);
			const look = onHub(names, 'Look whether the sessions are there', ['ls', '-la', {hub: names.hub.folder}]);
			const again = rescan(names, 'Then have Syncthing look again');
			return files === 0 ? [...unmounted(names), again] : [look, make, again];
		},
	},
	items: {
		plain: names => `Syncthing cannot bring some items of ${folderOf(names)}${saying(syncthingOf(names).error)}.`,
		fixes: names => [
			onHub(names, 'Look at what it says of each item above: mostly permissions, a full disk or a name', [
				'ls',
				'-la',
				{hub: names.hub.folder},
			]),
			rescan(names, 'Then have Syncthing try again'),
		],
	},
	settings: {
		plain(names) {
			const {warnings = []} = syncthingOf(names);
			const [first] = warnings;
			const more = warnings.length > 1 ? `, and ${countOf(warnings.length - 1, 'more thing')}` : '';
			return `Sessions arrive, but a setting takes a protection away: ${clean(first?.text ?? 'see the step')}${more}.`;
		},
		fixes: names =>
			(syncthingOf(names).warnings ?? []).flatMap(({fix}) => {
				if (!fix) return [];
				const action = folderChangeOf(names, folder => ({kind: 'folder-setting', folder, fix}));
				return [onHub(names, `${fix.label[0]!.toUpperCase()}${fix.label.slice(1)}`, undefined, {action})];
			}),
	},
};

const stopped: Face = {
	plain: names =>
		`Syncthing does not run ${folderOf(names)}, or cannot bring all of it${saying(syncthingOf(names).error)}.`,
	fixes: names => [
		onHub(names, 'Let the diagnosis name what is wrong with it', [
			...names.hub.program,
			...['sync', 'diagnose', names.spoke],
		]),
		onHub(names, `Look at the folder in ${pageOf(names)}`),
	],
};

/** The folder as Syncthing has it. */
export const syncthingFolder: CauseEntry = {
	cause: 'ST_FOLDER',
	scenario: 'K',
	title: 'The folder is not as it must be in Syncthing',
	plain: names => faceOf(names).plain(names),
	why: "Syncthing stops a folder whose path or marker is missing, which is what an unmounted drive looks like; a marker made anew in an empty folder would make every session count as deleted. Receive only keeps the hub's side from changing the spoke; it does not keep the spoke from changing the hub's files, which is why the hub keeps earlier bytes by itself.",
	signature: "Syncthing has stopped folder 'laptop-sessions': folder marker missing",
	check: 'st-folder',
	confirm: 'Its settings, state and errors are read from the API, and its path and marker are looked for on the disk.',
	fixes: names => faceOf(names).fixes(names),
	isRetryable: true,
};

function faceOf(names: FixNames): Face {
	const {trouble} = syncthingOf(names);
	return (trouble && faces[trouble]) ?? stopped;
}
