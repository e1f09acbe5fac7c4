import type {DispatchContext} from '../keys/context.js';
import type {Diagnosis} from '../sync/diagnosis/types.js';
import type {HubState} from '../sync/state.js';
import {confirmExtent} from '../view/prompt-lines.js';
import type {Sight} from '../view/sight-types.js';
import type {SpokeVersions} from '../view/versions-sight.js';
import type {WizardFacts} from '../view/wizard-sight.js';

/** What is so at this moment, also while the screen is paused. */
interface Present {
	readonly state: HubState;
	readonly isReadOnly: boolean;
	/** Of the selected spoke. */
	readonly diagnosis: Diagnosis | undefined;
	/** Of the selected spoke. */
	readonly versions: SpokeVersions | undefined;
	readonly wizard: WizardFacts;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

/** What keys act on, as the screen shows it. */
export function dispatchContext(
	sight: Sight,
	{state, isReadOnly, diagnosis, versions, now, wizard}: Present,
): DispatchContext {
	const {input, ui, rows, panes, tablePage} = sight;
	return {
		state,
		rows,
		all: input.all,
		get log() {
			return sight.log();
		},
		panes,
		tablePage,
		extent: place => (place === 'table' ? {total: rows.length, page: tablePage} : sight.extent(place)),
		lines: place => sight.text(place),
		confirmExtent:
			ui.prompt?.kind === 'confirm' || ui.prompt?.kind === 'typed'
				? confirmExtent(ui.prompt, sight.promptRows, input.size.columns)
				: {total: 0, page: 0},
		detail: input.detail,
		isReadOnly,
		diagnosis,
		versions,
		wizard,
		home: input.home,
		now,
	};
}
