import type {HubState} from '../sync/state.js';
import type {StPendingDevice, StPendingFolder} from '../sync/syncthing/types.js';
import type {Style, Tone} from './types.js';
import type {WizardUi} from './ui-wizard.js';
import type {SetupWish} from './wizard-draft.js';

/** A line of what was found or done; neutralised. */
export interface WizardLine {
	readonly text: string;
	readonly tone?: Tone | undefined;
}

/** What a look at the source has found. */
export interface SourceLook {
	/** What was looked at: another source since makes it old. */
	readonly of: string;
	readonly isRunning: boolean;
	readonly lines: readonly WizardLine[];
}

/** What config.yaml would get. */
export interface EntryPreview {
	/** Of which wish. */
	readonly of: SetupWish;
	/** Lines of YAML. */
	readonly yaml: readonly string[];
	/** Why it would not be taken; undefined: it would. */
	readonly problem: string | undefined;
}

/** What the hub's own Syncthing says. */
export interface SyncthingView {
	/** Its address. */
	readonly url: string;
	/** Device id of the hub; empty until it has answered. */
	readonly id: string;
	/** The id as a code that a camera reads; lines of equal width. */
	readonly qr: readonly string[];
	readonly devices: readonly StPendingDevice[];
	readonly folders: readonly StPendingFolder[];
	/** Devices it knows already, with their names. */
	readonly known: ReadonlyMap<string, string>;
	/** Why it cannot be asked; undefined: it answers. */
	readonly failure: string | undefined;
}

/** How an order ended; `written`: config.yaml says so, and what was to follow needs a look. */
export type OrderEnd = 'done' | 'written' | 'failed';

/** What is being set up, or was. */
export interface SetupJob {
	readonly isRunning: boolean;
	/** What was said on the way. */
	readonly lines: readonly WizardLine[];
	/** How it ended; undefined while it runs. */
	readonly result: OrderEnd | 'stopped' | undefined;
}

/** Whether config.yaml says what was ordered. */
export function isWritten(job: SetupJob | undefined): boolean {
	return job?.result === 'done' || job?.result === 'written';
}

/** Everything the wizard shows that was not typed. */
export interface WizardFacts {
	/** Aliases of ~/.ssh/config. */
	readonly hosts: readonly string[];
	readonly look: SourceLook | undefined;
	readonly preview: EntryPreview | undefined;
	readonly syncthing: SyncthingView | undefined;
	readonly job: SetupJob | undefined;
}

/** Before anything was asked. */
export const noFacts: WizardFacts = {
	...{hosts: [], look: undefined, preview: undefined, syncthing: undefined, job: undefined},
};

/** What the wizard is drawn from. */
export interface WizardSight {
	readonly state: HubState;
	readonly ui: WizardUi;
	readonly facts: WizardFacts;
	/** First line shown of what is said about the step. */
	readonly offset: number;
	/** Absolute path of the user's home. */
	readonly home: string;
	/** Keys that the texts name. */
	readonly keys: WizardKeys;
	readonly width: number;
	/** Lines there are, without the title. */
	readonly rows: number;
	readonly style: Style;
}

/** Keys that the texts name; undefined: none does it. */
export interface WizardKeys {
	readonly next: string | undefined;
	readonly choose: string | undefined;
	readonly save: string | undefined;
}
