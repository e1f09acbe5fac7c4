import type {CommandId} from '../keymap.js';
import {themeNames} from '../view/types.js';
import {specOf} from './commands.js';
import {keyContext, paneOf, placeOf, searchOf, selectedRow, targetsOf, viewOf} from './context.js';
import {copy, copyAll} from './copying.js';
import type {Desk} from './desk.js';
import {askFix, copyFix, diagnose, expand, explainDiagnose, explainFix, goToFailed, rerun} from './diagnosing.js';
import {askCancel, askRelease, probe, startSync} from './jobs.js';
import {isMove, type MoveId, move} from './moving.js';
import {askCommand, askFilter, askFind} from './prompts.js';
import {askQuit} from './quitting.js';
import {goToMatch, search} from './searching.js';
import {
	askRepair,
	cancelVerify,
	explainCancel,
	explainRepair,
	inspect,
	leaveInspection,
	startVerify,
	verifyAgain,
} from './verify.js';
import {
	askAccept,
	askFile,
	askKeep,
	askRestore,
	compareVersions,
	explainVersion,
	explainVersions,
	leaveVersion,
	markVersion,
	openVersion,
	openVersions,
	reloadVersions,
} from './versions.js';
import {chooseNext, leaveWizard, nextStep, openForm, openWizard, saveUnchecked, walk, walkOrChoose} from './wizard.js';
import {askEnable, askPause, explainWizard} from './wizard-asks.js';

/**
 * Does what a command is for.
 * @param key that it was pressed with
 */
export function perform(desk: Desk, id: CommandId, key: string): void {
	if (isMove(id)) move(desk, id);
	else doers[id](desk, key);
}

/** Says why a key does nothing now; silent where that can be seen. */
export function explain(desk: Desk, id: CommandId): void {
	const context = desk.context();
	const targets = targetsOf(desk.ui(), context);
	if (specOf(id).isChanging && context.isReadOnly) {
		desk.say('warn', 'read-only: nothing is changed from here');
	} else if (id === 'cancel') {
		askCancel(desk, targets);
	} else if (id === 'release') {
		askRelease(desk, targets);
	} else if (id === 'sync' || id === 'dry-run' || id === 'refresh') {
		const isHub = selectedRow(desk.ui(), context) !== undefined;
		desk.say('warn', isHub ? "these are the hub's own sessions: nothing to fetch" : 'no spoke is selected');
	} else if (id === 'diagnose') {
		explainDiagnose(desk);
	} else if (id === 'fix' || id === 'copy-fix') {
		explainFix(desk);
	} else if (id === 'cancel-verify') {
		explainCancel(desk);
	} else if (id === 'verify' || id === 'verify-deep' || id === 'verify-again') {
		desk.say('warn', 'no spoke is selected');
	} else if (id === 'repair') {
		explainRepair(desk);
	} else if (id === 'edit' || id === 'enable') {
		explainWizard(desk);
	} else if (id === 'pause-device') {
		askPause(desk);
	} else if (id === 'versions') {
		explainVersions(desk);
	} else if (id === 'next-failed') {
		desk.say('info', 'every step that has ended passed');
	} else if (id === 'next-match' || id === 'previous-match') {
		desk.say('warn', 'nothing is searched for yet');
	} else if (id === 'next-pane' || id === 'previous-pane' || id === 'zoom') {
		desk.say('warn', 'no room for more than the table');
	} else if (viewOf(desk.ui()) === 'versions') {
		explainVersion(desk, id);
	}
}

const doers: Readonly<Record<Exclude<CommandId, MoveId>, (desk: Desk, key: string) => void>> = {
	'next-pane': desk => focus(desk, 1),
	'previous-pane': desk => focus(desk, -1),
	open(desk) {
		const pane = paneOf(desk.ui(), desk.context().panes);
		desk.dispatch({type: 'open', view: pane === 'log' ? 'log' : 'detail'});
	},
	back: goBack,
	mark: desk => desk.dispatch({type: 'mark', id: desk.ui().selected}),
	'mark-all': desk => desk.dispatch({type: 'mark-all', rows: desk.context().rows}),
	sync: desk => syncTargets(desk, false),
	'dry-run': desk => syncTargets(desk, true),
	'sync-all': desk => startSync(desk, desk.context().state.spokes, {isDryRun: false, isNamed: false}),
	cancel: desk => askCancel(desk, targetsOf(desk.ui(), desk.context())),
	release: desk => askRelease(desk, targetsOf(desk.ui(), desk.context())),
	refresh: desk => probe(desk, targetsOf(desk.ui(), desk.context())),
	'refresh-all': desk => probe(desk, desk.context().state.spokes),
	diagnose,
	'next-failed': goToFailed,
	expand,
	fix: desk => askFix(desk),
	'copy-fix': (desk, key) => copyFix(desk, Number(key) || 1),
	verify: desk => startVerify(desk, false),
	'verify-deep': desk => startVerify(desk, true),
	'cancel-verify': cancelVerify,
	inspect,
	repair: askRepair,
	'verify-again': verifyAgain,
	versions: openVersions,
	'open-version': openVersion,
	'keep-hub': askKeep,
	'accept-version': askAccept,
	'restore-version': askRestore,
	'write-version': askFile,
	'compare-versions': compareVersions,
	'mark-version': markVersion,
	'reload-versions': reloadVersions,
	add: openWizard,
	edit: openForm,
	enable: askEnable,
	'pause-device': askPause,
	'wizard-next': nextStep,
	'wizard-previous': desk => walk(desk, -1),
	'wizard-choose': chooseNext,
	'wizard-up': desk => walkOrChoose(desk, -1),
	'wizard-down': desk => walkOrChoose(desk, 1),
	'wizard-save': saveUnchecked,
	rerun: desk => rerun(desk, false),
	'rerun-all': desk => rerun(desk, true),
	copy,
	'copy-all': copyAll,
	filter: askFilter,
	find: askFind,
	'next-match': desk => goToMatch(desk, 1),
	'previous-match': desk => goToMatch(desk, -1),
	follow: desk => desk.dispatch({type: 'log-follow', lines: desk.context().log}),
	wrap: desk => desk.dispatch({type: 'log-wrap'}),
	level: desk => desk.dispatch({type: 'log-level'}),
	faults: desk => desk.dispatch({type: 'faults', isFaultsOnly: !desk.ui().isFaultsOnly}),
	sort(desk) {
		desk.dispatch({type: 'sort'});
		sayOrder(desk);
	},
	reverse(desk) {
		desk.dispatch({type: 'reverse'});
		sayOrder(desk);
	},
	wide: desk => desk.dispatch({type: 'wide'}),
	zoom: desk => desk.dispatch({type: 'zoom', isZoomed: !desk.ui().isZoomed}),
	pause: desk => desk.dispatch({type: 'pause', now: desk.context().now}),
	log: openLog,
	help: desk => desk.dispatch({type: 'open', view: 'help'}),
	command: askCommand,
	config: desk => desk.dispatch({type: 'open', view: 'config'}),
	theme(desk) {
		const theme = themeNames[(themeNames.indexOf(desk.ui().theme) + 1) % themeNames.length]!;
		desk.dispatch({type: 'theme', theme});
		desk.say('info', `theme: ${theme}`);
	},
	quit(desk) {
		if (viewOf(desk.ui()) === 'main') askQuit(desk);
		else desk.dispatch({type: 'back'});
	},
	'quit-now': desk => desk.actions.quit(130),
	suspend: desk => desk.actions.suspend(),
	redraw: desk => desk.actions.redraw(),
};

function syncTargets(desk: Desk, isDryRun: boolean): void {
	const targets = targetsOf(desk.ui(), desk.context());
	startSync(desk, targets, {isDryRun, isNamed: targets.length === 1});
}

function focus(desk: Desk, direction: 1 | -1): void {
	const {panes} = desk.context();
	const at = panes.indexOf(paneOf(desk.ui(), panes));
	desk.dispatch({type: 'pane', pane: panes[(at + direction + panes.length) % panes.length]!});
}

/** One step back: out of a search, then out of a view; in the main view out of what is not as it was at first. */
function goBack(desk: Desk): void {
	const ui = desk.ui();
	const context = desk.context();
	const {panes} = context;
	if (searchOf(ui, placeOf(ui, panes)) !== '') {
		search(desk, '');
	} else if (keyContext(ui, context).isExpanded && viewOf(ui) === 'diagnose') {
		expand(desk);
	} else if (viewOf(ui) === 'verify' && leaveInspection(desk)) {
		return;
	} else if (viewOf(ui) === 'versions' && leaveVersion(desk)) {
		return;
	} else if (viewOf(ui) === 'wizard') {
		leaveWizard(desk);
	} else if (viewOf(ui) !== 'main') {
		desk.dispatch({type: 'back'});
	} else if (ui.isZoomed) {
		desk.dispatch({type: 'zoom', isZoomed: false});
	} else if (paneOf(ui, panes) !== 'table') {
		desk.dispatch({type: 'pane', pane: 'table'});
	} else if (ui.marks.size > 0) {
		desk.dispatch({type: 'unmark'});
	} else {
		desk.dispatch({type: 'filter', text: ''});
		desk.dispatch({type: 'faults', isFaultsOnly: false});
	}
}

function openLog(desk: Desk): void {
	const ui = desk.ui();
	const isThere = placeOf(ui, desk.context().panes) === 'log';
	const selected = selectedRow(ui, desk.context())?.spoke?.config.name;
	desk.dispatch({type: 'log-spoke', spoke: isThere && ui.log.spoke !== undefined ? undefined : selected});
	if (!isThere) desk.dispatch({type: 'open', view: 'log'});
}

function sayOrder(desk: Desk): void {
	const {column, isReversed} = desk.ui().sort;
	desk.say('info', `sorted by ${column}${isReversed ? ', the other way round' : ''}`);
}
