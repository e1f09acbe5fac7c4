import type {Detail} from '../sync/detail.js';
import type {CheckId, Diagnosis, FixAction} from '../sync/diagnosis/types.js';
import type {HubState, LogLine, SpokeState} from '../sync/state.js';
import type {Extent, PaneName, TableRow, UiState, ViewName} from '../view/types.js';
import {hubRow} from '../view/types.js';
import type {SpokeVersions} from '../view/versions-sight.js';
import type {WizardFacts} from '../view/wizard-sight.js';
import {type VerifyActions, type VerifyFacts, verifyFacts} from './verify-context.js';
import {type VersionActions, type VersionFacts, versionFacts} from './versions-context.js';
import {type WizardActions, type WizardKeyFacts, wizardKeyFacts} from './wizard-context.js';

/** A text with a scroll position. */
export type TextPlace = 'detail' | 'diagnose' | 'verify' | 'versions' | 'help' | 'config' | 'wizard';

/** Where keys go: the table, the log, or a text; a focused pane counts as the view it is a part of. */
export type Place = 'table' | 'log' | TextPlace;

/** What keys act on beside the screen's own state; computed by whoever draws, for the screen as it is this instant. */
export interface DispatchContext {
	readonly state: HubState;
	/** As arranged for the screen. */
	readonly rows: readonly TableRow[];
	/** Every row, the hub's among them, whatever the filter. */
	readonly all: readonly TableRow[];
	/** Log lines that pass the level and the spoke of the log view, oldest first. */
	readonly log: readonly LogLine[];
	/** Panes the main view has room for; only `table` on a small screen. */
	readonly panes: readonly PaneName[];
	/** Rows of the table on the screen. */
	readonly tablePage: number;
	/** How much of a text or of the log there is, and how much is on the screen; in lines. */
	extent(place: Place): Extent;
	/** All lines of a text as drawn, colours included: what find looks through. */
	lines(place: TextPlace): readonly string[];
	/** How much of a confirmation there is, and how much of it is on the screen, in lines. */
	readonly confirmExtent: Extent;
	/** Of the selected row; undefined while it is read. */
	readonly detail: Detail | undefined;
	/** Of the selected spoke, as it is now; undefined: none was started. */
	readonly diagnosis: Diagnosis | undefined;
	/** Of the selected spoke, as they are now; undefined: nothing was read. */
	readonly versions: SpokeVersions | undefined;
	/** What the wizard shows that was not typed. */
	readonly wizard: WizardFacts;
	/** Absolute path of the user's home. */
	readonly home: string;
	readonly isReadOnly: boolean;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

/** What keys can do to the world beyond the screen; none of it waits, none of it throws. */
export interface Actions extends VerifyActions, VersionActions, WizardActions {
	readonly sync: (names: readonly string[], options: {readonly isDryRun: boolean}) => void;
	readonly cancel: (names: readonly string[]) => void;
	readonly release: (names: readonly string[]) => void;
	readonly probe: (names: readonly string[]) => void;
	/** Starts a spoke's diagnosis, unless there is one. */
	readonly diagnose: (name: string) => void;
	/** Runs a step of it again with what depends on it; undefined: all. */
	readonly rediagnose: (name: string, step: CheckId | undefined) => void;
	/** Runs a fix that was agreed to, then the step it is for. */
	readonly fix: (name: string, action: FixAction, step: CheckId | undefined) => void;
	/** @param label what it is, for the toast that says how it went */
	readonly copy: (text: string, label: string) => void;
	readonly redraw: () => void;
	readonly suspend: () => void;
	/** @param status the exit status */
	readonly quit: (status: number) => void;
	/** Leaves as soon as no job of this process runs. */
	readonly quitWhenDone: () => void;
}

/** What decides whether a key means something now. */
export interface KeyContext {
	readonly view: ViewName;
	/** The view below help, whose keys help explains; elsewhere the view itself. */
	readonly under: ViewName;
	/** The focused part of the main view; `table` in other views. */
	readonly pane: PaneName;
	/** The selected row. */
	readonly row: TableRow | undefined;
	/** The configuration has spokes. */
	readonly hasSpokes: boolean;
	/** Spokes a key would act on. */
	readonly targets: number;
	/** Something is held on one of them. */
	readonly hasHeld: boolean;
	/** Jobs on them. */
	readonly running: number;
	readonly isReadOnly: boolean;
	/** The table leaves rows out. */
	readonly isFiltered: boolean;
	readonly hasMarks: boolean;
	readonly isZoomed: boolean;
	/** Something is searched for where the keys go. */
	readonly hasSearch: boolean;
	/** More than one pane can be walked. */
	readonly hasPanes: boolean;
	/** The selected row is not well. */
	readonly isUnwell: boolean;
	/** The selected spoke has a diagnosis. */
	readonly hasDiagnosis: boolean;
	/** Steps of it did not pass. */
	readonly hasFailedSteps: boolean;
	/** Fixes it offers, and those of them that can be run from here. */
	readonly fixes: number;
	readonly runnable: number;
	/** A step of it is on the screen alone. */
	readonly isExpanded: boolean;
	/** Verifies, and the view of what they found. */
	readonly verify: VerifyFacts;
	/** The view of held and earlier versions. */
	readonly versions: VersionFacts;
	/** Adding and changing spokes. */
	readonly wizard: WizardKeyFacts;
}

/** The facts keys depend on. */
export function keyContext(ui: UiState, context: DispatchContext): KeyContext {
	const view = viewOf(ui);
	const targets = targetsOf(ui, context);
	const row = selectedRow(ui, context);
	return {
		view,
		under: view === 'help' ? (ui.views.at(-2) ?? 'main') : view,
		pane: paneOf(ui, context.panes),
		row,
		hasSpokes: context.state.spokes.length > 0,
		isUnwell: row?.tone === 'warn' || row?.tone === 'bad',
		targets: targets.length,
		hasHeld: targets.some(hasHeld),
		running: targets.filter(({job}) => job !== undefined).length,
		isReadOnly: context.isReadOnly,
		isFiltered: ui.filter !== '' || ui.isFaultsOnly,
		hasMarks: ui.marks.size > 0,
		isZoomed: ui.isZoomed,
		hasSearch: searchOf(ui, placeOf(ui, context.panes)) !== '',
		hasPanes: context.panes.length > 1,
		...diagnosisContext(ui, context),
		verify: verifyFacts(ui, context),
		versions: versionFacts(ui, context),
		wizard: wizardKeyFacts(ui, context),
	};
}

function diagnosisContext({diagnose}: UiState, {diagnosis}: DispatchContext) {
	const checks = diagnosis?.checks ?? [];
	const fixes = diagnosis?.fixes ?? [];
	return {
		hasDiagnosis: diagnosis !== undefined,
		hasFailedSteps: checks.some(({status}) => status === 'fail' || status === 'warn'),
		fixes: fixes.length,
		runnable: fixes.filter(({action}) => action !== undefined).length,
		isExpanded: diagnose.isExpanded && diagnose.spoke === diagnosis?.spoke,
	};
}

/** The view on the screen. */
export function viewOf(ui: UiState): ViewName {
	return ui.views.at(-1) ?? 'main';
}

/** The focused pane; one that the screen has no room for has no focus. */
export function paneOf(ui: UiState, panes: readonly PaneName[]): PaneName {
	return viewOf(ui) === 'main' && panes.includes(ui.pane) ? ui.pane : 'table';
}

/** Where keys that move and search go. */
export function placeOf(ui: UiState, panes: readonly PaneName[]): Place {
	const view = viewOf(ui);
	return view === 'main' ? paneOf(ui, panes) : view;
}

/** What is searched for in a place; empty: nothing. */
export function searchOf(ui: UiState, place: Place): string {
	if (place === 'table') return '';
	return place === 'log' ? ui.log.find : ui.search[place];
}

/** The selected row, also when a filter hides it. */
export function selectedRow(ui: UiState, {rows, all}: Pick<DispatchContext, 'rows' | 'all'>): TableRow | undefined {
	return rows.find(({id}) => id === ui.selected) ?? all.find(({id}) => id === ui.selected);
}

/** The spokes a key acts on: the marked ones in the main view, else the selected one; the hub is none. */
export function targetsOf(ui: UiState, context: Pick<DispatchContext, 'state' | 'all'>): readonly SpokeState[] {
	const {spokes} = context.state;
	if (viewOf(ui) === 'main' && ui.marks.size > 0) return spokes.filter(({config}) => ui.marks.has(config.name));
	return ui.selected === hubRow ? [] : spokes.filter(({config}) => config.name === ui.selected);
}

/** Something of the spoke waits for a person to look. */
export function hasHeld({facts, holds}: SpokeState): boolean {
	return facts.hold !== undefined || holds > 0;
}

/** It has a job that somebody asked for, or the schedule, and that ends with this process. */
export function runsHere({job}: SpokeState): boolean {
	return job !== undefined && !job.isElsewhere && !job.isArrival;
}

/** How many have one. */
export function runningHere(state: HubState): number {
	return state.spokes.filter(runsHere).length;
}
