import type {VerifyActions} from '../keys/verify-context.js';
import type {Hub} from '../sync/hub.js';
import {clean} from '../text/clean.js';
import {countOf} from '../text/format.js';
import {hubRow, type RowId, type Toast, type UiState} from '../view/types.js';
import {repairedText, verifiedText} from '../view/verify-toasts.js';
import type {Verifies} from './verifies.js';

/** What the keys of the view of a verify reach beyond the screen. */
export interface VerifyActionParts {
	readonly hub: Hub;
	readonly ui: () => UiState;
	readonly verifies: Pick<Verifies, 'run' | 'cancel' | 'repair'>;
	readonly say: (level: Toast['level'], text: string) => void;
	/** Does something that may fail, and says so. */
	readonly attempt: (what: string, work: () => Promise<void>) => void;
}

/** What keys do with verifies. Each says on the screen how it went; none waits, none throws. */
export function createVerifyActions({hub, ui, verifies, say, attempt}: VerifyActionParts): VerifyActions {
	const isThere = (id: RowId) => id === hubRow || hub.spoke(id) !== undefined;
	const run = async (ids: readonly RowId[], isDeep: boolean) => {
		const wanted = ids.filter(isThere);
		if (wanted.length === 0) return;
		const reports = await verifies.run(wanted, isDeep);
		// Who looks at it sees it.
		const {views, selected} = ui();
		const isOpen = wanted.length === 1 && views.at(-1) === 'verify' && selected === wanted[0];
		const isSeen = isOpen && reports[0]?.result !== 'cancelled';
		if (isSeen || hub.signal.aborted || reports.length === 0) return;
		const {level, text} = verifiedText(reports, hub.state.config.hubName);
		say(level, text);
	};

	return {
		verify(ids, {isDeep}) {
			attempt('the verify', async () => run(ids, isDeep));
		},
		cancelVerify(ids) {
			attempt('ending the verify', async () => verifies.cancel(ids));
		},
		repair(id, paths) {
			attempt('the repair', async () => {
				if (hub.spoke(id) === undefined) return;
				// Thousands take a while, and nothing else on the screen moves.
				say('info', `${clean(id)}: repairing ${countOf(paths.length, 'session')}`);
				const {level, text} = repairedText(id, await verifies.repair(id, paths));
				if (!hub.signal.aborted) say(level, text);
			});
		},
	};
}
