import type {Cause} from '../../source/sync/causes.js';
import type {FixNames} from '../../source/sync/diagnosis/names.js';
import type {SyncthingNames, SyncthingTrouble} from '../../source/sync/diagnosis/syncthing-names.js';
import {folderWarnings} from '../../source/sync/syncthing/advice.js';
import {emptyFolder} from '../../source/sync/syncthing/convert.js';

const settings = {
	...{id: 'laptop-sessions', label: 'laptop-sessions', path: '', type: 'sendreceive', isPaused: false, versioning: ''},
	...{ignoreDelete: true, ignorePerms: false, maxConflicts: 0, devices: []},
};

const known: SyncthingNames = {
	url: 'http://127.0.0.1:8384',
	myId: 'HUB-DEVICE-ID',
	folder: 'laptop-sessions',
	device: {id: 'LAPTOP-DEVICE-ID', name: 'laptop'},
	changes: [{path: 'notes.jsonl', bytes: 4096, isDeleted: false, isFolder: false}],
};

/** What a diagnosis would have found besides. */
const more: Readonly<Partial<Record<SyncthingTrouble, SyncthingNames>>> = {
	absent: {},
	'no-folder': {offered: 'laptop-sessions'},
	stopped: {error: 'folder is on a network that is down'},
	items: {error: 'permission denied'},
	'marker-missing': {files: 12},
	settings: {warnings: folderWarnings(emptyFolder(settings))},
	disconnected: {away: '3 d'},
};

/** The faces of a class of failure, in the words of the step that finds them. */
export const faces: Readonly<Partial<Record<Cause, ReadonlyArray<readonly [SyncthingTrouble, string]>>>> = {
	ST_DOWN: [['absent', 'None was found']],
	ST_FOLDER: [
		['no-folder', 'No folder has this path'],
		['folder-paused', 'The folder is paused'],
		['send-only', 'It only sends'],
		['encrypted', 'It receives encrypted files'],
		['path-missing', 'Its path is missing'],
		['marker-missing', 'Its marker is missing'],
		['items', 'Some items cannot be brought'],
		['settings', 'A setting takes a protection away'],
	],
	ST_DEVICE: [
		['no-device', 'It is shared with nobody'],
		['unknown-device', 'The device is not known'],
		['device-paused', 'The device is paused'],
		['never', 'It was never connected'],
		['disconnected', 'It is away'],
		['not-sharing', 'It does not share the folder'],
		['paused-there', 'It has paused the folder'],
	],
};

/** The spoke of the example, filled by Syncthing. */
export function syncthingNames(names: FixNames, trouble?: SyncthingTrouble): FixNames {
	const syncthing = {...known, ...(trouble && {trouble, ...more[trouble]})};
	return {...names, method: 'syncthing', ssh: undefined, facts: {...names.facts, syncthing}};
}

/** Which of the usual advice on Syncthing and safety holds for a hub. */
export const syncthingAdvice = `## Syncthing and safety

What guides recommend, and what holds for a hub:

- **"Use strong folder passwords."** Not here. A folder password encrypts what goes to a machine that must not read it, an
  *untrusted* device. The hub has to read the sessions: shared with a password they arrive encrypted, and the diagnosis
  says so (\`ST_FOLDER\`). What travels between two devices is encrypted in any case.
- **"Receive only on the hub."** Yes, and know what it does: it keeps changes on the hub from reaching the spoke. It does
  not keep the spoke from changing the hub's files: a session that is cut, rewritten or deleted there is cut, rewritten or
  deleted here within seconds. The hub keeps the earlier bytes of every session by itself ([promises.md](promises.md));
  Syncthing's versioning is a second net. On the spoke *send only* is the other half.
- **"Ignore permissions."** Where the systems differ: yes. Between Linux and Windows or Android permissions do not carry
  over, and files look changed on the hub. Between equal systems it changes nothing.
- **"A separate Syncthing for pi-brain."** Good where Syncthing also syncs what a spoke should have nothing to do with.
  Start it with a home and ports of its own, and name that home:

\`\`\`console
$ syncthing generate --home ~/.pi-brain/syncthing
$ syncthing serve --home ~/.pi-brain/syncthing --no-browser
\`\`\`

\`\`\`yaml
tui:
  syncthing:
    home: ~/.pi-brain/syncthing
\`\`\`

With several of them give a list; each spoke belongs to the one that has a folder at its path. Each needs ports of its own:
the page's under Settings, GUI, and the listen address under Settings, Connections.
- **Revert Local Changes** deletes what is only on the hub. This program never does it; the diagnosis lists what was
  changed, and what Revert would delete.
- **A marker that is missing** (\`.stfolder\`) is mostly a drive that is not mounted. Make it anew only when you see the
  sessions beside it.
- **Force sync** (\`sync run\`) has the hub's Syncthing scan its folder and waits for what is on its way. The spoke scans by
  itself; nobody can make it from here.
`;
