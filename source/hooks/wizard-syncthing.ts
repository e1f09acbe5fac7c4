import {join} from 'node:path';
import type {HubSide} from '../sync/services/spoke-setup.js';
import {lookAgain, lookAtHub} from '../sync/services/spoke-setup.js';
import type {HubScene} from '../terminal/scene.js';
import {clean} from '../text/clean.js';
import {qrLines} from '../text/qr.js';
import type {SyncthingView} from '../view/wizard-sight.js';

/** What following the hub's Syncthing takes. */
interface FollowParts extends Pick<HubScene, 'hub' | 'home' | 'env'> {
	/** The terminal has no block characters. */
	readonly isAscii: boolean;
	readonly signal: AbortSignal;
	/** Milliseconds between two looks. */
	readonly everyMs: number;
}

/**
 * Looks again and again who knocks at the hub's Syncthing, until the signal ends it. Never rejects.
 * @param show told what is so whenever it was looked
 */
export async function followSyncthing(parts: FollowParts, show: (view: SyncthingView) => void): Promise<void> {
	const {hub, signal, everyMs} = parts;
	while (!signal.aborted) {
		let side: HubSide | undefined;
		try {
			side = await lookAtHub(placeOf(parts), surroundingsOf(parts), signal);
			if (!side) {
				show(nothing('there is no Syncthing on this hub, or its config.xml is in no usual place'));
			} else {
				const qr = qrLines(side.myId, parts.isAscii);
				for (let now = side; !signal.aborted; now = await lookAgain(side)) {
					show(viewOf(now, qr));
					await hub.clock.sleep(everyMs, signal);
				}
			}
		} catch (error) {
			if (!signal.aborted) show(nothing((error as Error).message));
		} finally {
			side?.client.close();
		}

		await hub.clock.sleep(everyMs, signal).catch(() => {});
	}
}

/** Any place will do: of several Syncthings the first that answers. */
function placeOf({hub}: FollowParts): string {
	return join(hub.state.config.syncedSessionsDir, '(new)');
}

function surroundingsOf({hub, env, home}: FollowParts) {
	return {settings: hub.state.config.tui.syncthing, env, home};
}

function nothing(failure: string): SyncthingView {
	return {
		...{url: '', id: '', qr: [], devices: [], folders: [], known: new Map<string, string>()},
		failure: clean(failure),
	};
}

function viewOf({url, myId, pendingDevices, pendingFolders, devices}: HubSide, qr: readonly string[]): SyncthingView {
	const known = new Map([...devices].map(([id, {name}]) => [id, name]));
	return {url: clean(url), id: myId, qr, devices: pendingDevices, folders: pendingFolders, known, failure: undefined};
}
