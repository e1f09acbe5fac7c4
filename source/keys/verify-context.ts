import {hubRow, type RowId, type UiState} from '../view/types.js';
import type {VerifyLevel} from '../view/ui-verify.js';
import {placeIn, repairable, type VerifyPlace} from '../view/verify-groups.js';
import {damageOf, ownDamage} from '../view/verify-known.js';
import {verifyOf} from '../view/verify-sight.js';
import type {DispatchContext} from './context.js';

/** What keys can do with verifies; none of it waits, none of it throws. */
export interface VerifyActions {
	/** Verifies spokes, or the hub's own sessions. */
	readonly verify: (ids: readonly RowId[], options: {readonly isDeep: boolean}) => void;
	readonly cancelVerify: (ids: readonly RowId[]) => void;
	/** Brings the true bytes of damaged sessions back, then verifies again. */
	readonly repair: (id: RowId, paths: readonly string[]) => void;
}

/** What decides whether a key that is about verifies means something now. */
export interface VerifyFacts {
	readonly level: VerifyLevel;
	/** There is something to verify. */
	readonly canBegin: boolean;
	/** A verify runs on one of what a key would act on. */
	readonly isRunning: boolean;
	/** The last verify of the selected row found damage. */
	readonly hasDamage: boolean;
	/** A finding is selected. */
	readonly hasFinding: boolean;
	/** Findings that `repair` would act on. */
	readonly repairable: number;
}

type Known = Pick<DispatchContext, 'state' | 'all'>;

/** The facts keys that are about verifies depend on. */
export function verifyFacts(ui: UiState, context: Known): VerifyFacts {
	const {state} = context;
	const targets = verifyTargets(ui, context);
	const place = verifyPlace(ui, context);
	const spoke = state.spokes.find(({config}) => config.name === ui.selected);
	return {
		level: place.level,
		canBegin: targets.length > 0,
		isRunning: targets.some(id => verifyOf(state, id)?.progress !== undefined),
		hasDamage: (spoke ? damageOf(spoke) : ui.selected === hubRow ? ownDamage(state) : 0) > 0,
		hasFinding: place.finding !== undefined,
		repairable: repairsAt(ui, context).length,
	};
}

/** What a verify acts on: the marked spokes in the main view, else the selected row, the hub's among them. */
export function verifyTargets(ui: UiState, {state, all}: Known): readonly RowId[] {
	if (ui.views.at(-1) === 'main' && ui.marks.size > 0) {
		return state.spokes.map(({config}) => config.name).filter(name => ui.marks.has(name));
	}

	return all.some(({id}) => id === ui.selected) ? [ui.selected] : [];
}

/** What of the selected row's report is selected. */
export function verifyPlace(ui: UiState, {state}: Pick<Known, 'state'>): VerifyPlace {
	return placeIn(verifyOf(state, ui.selected)?.report, ui.selected, ui.verify);
}

/** What a repair would act on: the selected file; in the groups the selected one, or all where it has nothing to repair. */
export function repairsAt(ui: UiState, context: Pick<Known, 'state'>) {
	const {level, group, finding} = verifyPlace(ui, context);
	if (level !== 'groups') return repairable(finding ? [finding] : []);
	const own = repairable(group?.findings ?? []);
	return own.length > 0 ? own : repairable(verifyOf(context.state, ui.selected)?.report?.findings ?? []);
}
