import {formatProblem, inFileOrder} from '../sync/config/problems.js';
import type {Problem, SpokeConfig} from '../sync/config/types.js';
import type {HubState} from '../sync/state.js';
import {clean} from '../text/clean.js';
import {type Setting, settingsOf} from './config-settings.js';
import {highlight, searchFor} from './find.js';
import {type Line, type Piece, paintLines, piece, wrapLine} from './pieces.js';
import {field, flow, heading, listLines} from './text-layout.js';
import type {Role, Style} from './types.js';

/** What the config view is made from. */
export interface ConfigSight {
	readonly state: HubState;
	/** Where leases and ssh sockets are: below the config's folder, or elsewhere where that path would be too long. */
	readonly runFolder: string;
	/** What is wrong with `tui.keys`: unknown commands, keys that two commands want. */
	readonly keyProblems: readonly string[];
	readonly width: number;
	readonly style: Style;
	/** What is marked where it occurs. */
	readonly find?: string;
}

/**
 * What is in force and where it comes from: what is wrong first, then the files, the spokes and the settings.
 * @returns all lines, painted, each at most `width` cells
 */
export function configBody(sight: ConfigSight): string[] {
	const {width, style, find = ''} = sight;
	const lines = [
		...problemLines(sight),
		...placeLines(sight),
		...spokeLines(sight),
		...settingLines(sight),
		...keyLines(sight),
	];
	const search = searchFor(find);
	return paintLines(
		lines.map(line => highlight(line, search)),
		width,
		style,
	);
}

/** The title of the config view. */
export function configTitle({state}: Pick<ConfigSight, 'state'>): Line {
	return [piece('Config', 'title'), piece(`  ${clean(state.config.file)}`)];
}

const roles: Readonly<Record<Problem['severity'], Role | undefined>> = {error: 'bad', warning: 'warn', info: undefined};

function problemLines({state, width}: ConfigSight): Line[] {
	if (state.problems.length === 0) return [[piece('config.yaml is in order', 'ok')], []];
	const count = state.problems.length;
	return [
		[piece(count === 1 ? '1 THING TO LOOK AT' : `${count} THINGS TO LOOK AT`, 'title')],
		...inFileOrder(state.problems).flatMap(problem =>
			wrapLine([piece(formatProblem(problem), roles[problem.severity])], width, 2),
		),
		[],
	];
}

function placeLines({state, runFolder, width, style}: ConfigSight): Line[] {
	const {config} = state;
	const places: ReadonlyArray<readonly [string, string]> = [
		['Config', config.file],
		['Hub', config.hubName],
		['Sessions', config.sessionsDir],
		['Synced', config.syncedSessionsDir],
		['Data', config.databaseDir],
		['State', `${config.databaseDir}/sync.db`],
		['Ledger', `${config.databaseDir}/ledger`],
		['Kept', `${config.databaseDir}/generations`],
		['Log', `${config.folder}/logs/sync.log`],
		['Run', runFolder],
	];
	return [
		[piece('PLACES', 'title')],
		...places.flatMap(([label, path]) => field(label, [[[piece(clean(path))]]], width, style)),
	];
}

function spokeLines({state, width}: ConfigSight): Line[] {
	const {spokes} = state;
	const title = heading(`SPOKES  ${spokes.length}`);
	if (spokes.length === 0) return [...title, [piece('none yet: name one under spokes: in config.yaml', 'faint')]];
	return [
		...title,
		...spokes.flatMap(({config}) => {
			const place: Line[] = config.line === undefined ? [] : [[piece(`line ${config.line}`, 'faint')]];
			return [
				...flow(
					[[piece(clean(config.name), 'strong')], [piece(config.method)], [scheduleText(config)], ...place],
					width,
				),
				...wrapLine([piece('  '), placesText(config)], width, 4),
			];
		}),
	];
}

function scheduleText({enabled, schedule, isDefaultSchedule, invalid}: SpokeConfig): Piece {
	if (invalid !== undefined) return piece('cannot be used', 'bad');
	if (!enabled) return piece('disabled', 'off');
	if (schedule === undefined) return piece('none', 'faint');
	return piece(clean(isDefaultSchedule ? `${schedule} (default)` : schedule));
}

function placesText({invalid, sourceText, path}: SpokeConfig): Piece {
	if (invalid !== undefined) return piece(clean(invalid), 'bad');
	return piece(clean(sourceText === undefined ? path : `${sourceText} → ${path}`));
}

function settingLines({state, width, style}: ConfigSight): Line[] {
	const settings = settingsOf(state.config.tui);
	const columns = [{title: 'SETTING'}, {title: 'VALUE'}];
	return [...heading('SETTINGS UNDER tui:'), ...listLines(columns, settings.map(settingRow), width, style)];
}

function settingRow({key, value, otherwise}: Setting): Piece[] {
	if (otherwise === undefined) return [piece(key, 'label'), piece(clean(value))];
	return [piece(key, 'label'), piece(`${clean(value)}   set by the file; ${otherwise} without it`, 'strong')];
}

function keyLines({state, keyProblems, width, style}: ConfigSight): Line[] {
	const overrides = Object.entries(state.config.tui.screen.keys);
	const title = heading('KEYS UNDER tui.keys:');
	if (overrides.length === 0 && keyProblems.length === 0)
		return [...title, [piece('none: every key is as help says', 'faint')]];
	return [
		...title,
		...keyProblems.flatMap(problem => wrapLine([piece(clean(problem), 'warn')], width, 2)),
		...(overrides.length === 0
			? []
			: listLines(
					[{title: 'COMMAND'}, {title: 'KEYS'}],
					overrides.map(([id, keys]) => [piece(clean(id)), piece(clean(keys.join(' ')) || 'none', 'key')]),
					width,
					style,
				)),
	];
}
