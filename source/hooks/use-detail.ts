import {useEffect, useState} from 'react';
import type {Detail} from '../sync/detail.js';
import type {Hub} from '../sync/hub.js';
import type {Totals} from '../sync/sessions/folder-totals.js';
import type {SessionIndex} from '../sync/sessions/index.js';
import type {SpokeState} from '../sync/state.js';
import {hubRow, type RowId} from '../view/types.js';

/** Milliseconds in which a detail is read once at most, while things happen. */
const restMs = 1000;
/** Milliseconds the cursor has to rest on a row: who walks through a thousand of them reads none. */
const settleMs = 80;

/** What a detail is read for. */
interface DetailParts {
	readonly hub: Hub;
	readonly id: RowId;
	readonly spoke: SpokeState | undefined;
	/** Of its folder: another count is why it is read again. */
	readonly totals: Totals | undefined;
	/** False: nothing is read. */
	readonly isShown: boolean;
	readonly indexOf: (id: RowId) => SessionIndex | undefined;
}

/**
 * What the detail view shows of a row beyond the snapshot; read again when something happened to it.
 * @returns undefined while it is read for the first time
 */
export function useDetail({hub, id, spoke, totals, isShown, indexOf}: DetailParts): Detail | undefined {
	const [detail, setDetail] = useState<Detail>();
	const name = id === hubRow ? undefined : id;
	const isKnown = detail !== undefined && detail.name === name;
	const waitMs = isKnown ? restMs : settleMs;
	// What a change of makes the detail another one.
	const {lastRun, holds, gone} = spoke ?? {};
	const hold = spoke?.facts.hold;
	const path = spoke?.config.path;
	// biome-ignore lint/correctness/useExhaustiveDependencies: the facts are why it is read again
	useEffect(() => {
		if (!isShown) return;
		const ending = new AbortController();
		const timer = setTimeout(async () => {
			try {
				const {loadDetail} = await import('../sync/detail.js');
				setDetail(await loadDetail(hub, name, ending.signal, indexOf(id)));
			} catch (error) {
				if (!ending.signal.aborted) hub.log('WARN', name, `details could not be read: ${(error as Error).message}`);
			}
		}, waitMs);
		return () => {
			clearTimeout(timer);
			ending.abort(new DOMException('another row', 'AbortError'));
		};
	}, [hub, name, id, isShown, indexOf, lastRun, holds, gone, hold, path, totals]);
	return isKnown ? detail : undefined;
}
