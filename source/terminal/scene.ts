import type {Hub} from '../sync/hub.js';
import type {Launch} from '../sync/schedule/units.js';
import type {Environment} from '../sync/ssh/environment.js';
import type {ChangeWish, SetupWish} from '../view/wizard-draft.js';
import type {OrderEnd} from '../view/wizard-sight.js';

/** What the dashboard has to show: a hub, or why there is none. */
export type Scene = HubScene | ProblemScene;

/** A hub that is open. */
export interface HubScene {
	readonly kind: 'hub';
	readonly hub: Hub;
	/** False while there is no config.yaml: everything is at its default. */
	readonly hasConfigFile: boolean;
	/** No key starts or changes anything; the schedule is kept all the same. */
	readonly isReadOnly: boolean;
	/** Made up, in a temporary folder that goes when the dashboard does. */
	readonly isDemo: boolean;
	/** Fulfilled when the configuration has been read properly: nothing is started before. */
	readonly confirmed: Promise<void>;
	/** Home of the person, for finding other programs' schedules. */
	readonly home: string;
	/** Of ssh and the other programs that a diagnosis and its fixes run. */
	readonly env: Environment;
	/** How a schedule starts this program. */
	readonly launch: Launch;
	/** The commands that change the spokes of config.yaml. */
	readonly spokes: SpokeCommands;
}

/** What is to become of the spokes of config.yaml. */
export type SpokeOrder =
	| {readonly type: 'add'; readonly wish: SetupWish}
	| {readonly type: 'change'; readonly wish: ChangeWish}
	| {readonly type: 'enable'; readonly name: string; readonly isEnabled: boolean};

/** Whoever follows a command on the screen, and answers what it asks. */
export interface Talk {
	/** A line of what was found or done; not neutralised. */
	readonly say: (line: string) => void;
	/** @returns the answer as it would be typed; empty: no */
	readonly ask: (question: string) => Promise<string>;
	readonly signal: AbortSignal;
}

/** The commands `spoke add`, `set`, `enable` and `disable`, for a screen: the very same, without a terminal of their own. */
export interface SpokeCommands {
	/**
	 * @returns how it ended; why so was said
	 * @throws the signal's reason
	 */
	run(order: SpokeOrder, talk: Talk): Promise<OrderEnd>;
	/** What config.yaml would get, in its own words, or why it would not. */
	preview(wish: SetupWish): Promise<{readonly yaml: readonly string[]} | {readonly problem: string}>;
}

/** No hub could be opened; it is tried again when config.yaml changes, and on request. */
export interface ProblemScene {
	readonly kind: 'problem';
	readonly reason: 'broken-config' | 'no-permission' | 'database';
	/** One line. */
	readonly title: string;
	/** What is wrong and what to do next, neutralised; an empty line parts the two. */
	readonly lines: readonly string[];
	/** The file to look at, absolute, neutralised. */
	readonly file: string;
}
