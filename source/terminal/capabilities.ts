import type {ScreenConfig} from '../sync/config/types.js';
import type {ThemeName} from '../view/types.js';

/** What the terminal can and the person wants. */
export interface Capabilities {
	/** Only ASCII signs are drawn. */
	readonly isAscii: boolean;
	readonly hasColor: boolean;
	/** `mono` where there are no colours. */
	readonly theme: ThemeName;
	/** Somebody listens instead of looking: no rules, no spinner, nothing that ticks. */
	readonly isScreenReader: boolean;
	/** Frames a second, at most. */
	readonly maxFps: number;
	/** OSC 8 links are understood. */
	readonly hasHyperlinks: boolean;
	/** What stands between us and the terminal. */
	readonly multiplexer: 'tmux' | 'screen' | undefined;
}

/** What the command line says about the screen. */
export interface ScreenFlags {
	readonly ascii?: boolean;
	readonly theme?: ThemeName;
	readonly screenReader?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** VTE draws OSC 8 links since 0.50. */
const vteWithLinks = 5000;
const programsWithLinks = new Set(['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper']);

/** Works out what can be drawn: flags first, then config.yaml, then what the environment tells. */
export function capabilitiesOf(env: Environment, screen: ScreenConfig, flags: ScreenFlags = {}): Capabilities {
	const hasColor = isColored(env);
	const multiplexer = multiplexerOf(env);
	return {
		isAscii: flags.ascii || (screen.ascii ?? (env.TERM === 'linux' || !isUtf8(env))),
		hasColor,
		theme: hasColor ? (flags.theme ?? screen.theme) : 'mono',
		isScreenReader: flags.screenReader || env.INK_SCREEN_READER === 'true',
		maxFps: screen.maxFps,
		hasHyperlinks:
			screen.hyperlinks === 'auto' ? multiplexer === undefined && knowsLinks(env) : screen.hyperlinks === 'on',
		multiplexer,
	};
}

/** FORCE_COLOR, which a person sets for one command, stands above NO_COLOR, which stands in a profile. */
function isColored({FORCE_COLOR, NO_COLOR}: Environment): boolean {
	if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
	return !NO_COLOR;
}

/** Whether the locale has UTF-8: the first of these that is not empty decides, as for every program of the system. */
export function isUtf8({LC_ALL, LC_CTYPE, LANG}: Environment): boolean {
	return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

/** tmux also calls its terminals `screen`. */
function multiplexerOf({TMUX, STY, TERM = ''}: Environment): Capabilities['multiplexer'] {
	if (TMUX || TERM.startsWith('tmux')) return 'tmux';
	return STY || TERM.startsWith('screen') ? 'screen' : undefined;
}

function knowsLinks({TERM_PROGRAM, VTE_VERSION, WT_SESSION, KITTY_WINDOW_ID, KONSOLE_VERSION}: Environment): boolean {
	return (
		programsWithLinks.has(TERM_PROGRAM ?? '') ||
		Number(VTE_VERSION) >= vteWithLinks ||
		Boolean(WT_SESSION || KITTY_WINDOW_ID || KONSOLE_VERSION)
	);
}
