import type {FixAction, SyncthingChange} from '../types.js';

/** What a change asks of Syncthing, for people: one line each. */
export function requestsOf({url, change}: Extract<FixAction, {type: 'syncthing'}>): readonly string[] {
	return [`ask the hub's Syncthing at ${url}: ${requestOf(change)}`, 'nothing is asked of the spoke'];
}

function requestOf(change: SyncthingChange): string {
	const patch = (folder: string, body: unknown) => `PATCH config/folders/${folder} ${JSON.stringify(body)}`;
	switch (change.kind) {
		case 'resume-device':
			return `PATCH config/devices/${change.device} ${JSON.stringify({paused: false})}`;
		case 'resume-folder':
			return patch(change.folder, {paused: false});
		case 'pause-folder':
			return patch(change.folder, {paused: true});
		case 'rescan':
			return `POST db/scan?folder=${change.folder}`;
		case 'folder-setting':
			return patch(change.folder, change.fix.changes);
	}
}
