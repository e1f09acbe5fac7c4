import {noVerify} from '../sync/verify/types.js';
import {diagnosePanel} from './diagnose-panel.js';
import type {DiagnoseSight} from './diagnose-sight.js';
import type {Seen, SightInput} from './sight-types.js';
import type {Panel, TitledPanel} from './text-window.js';
import {type VerifyPanel, verifyPanel} from './verify-panel.js';
import {type VerifySight, verifyOf} from './verify-sight.js';
import {versionsPanel} from './versions-panel.js';
import type {VersionsSight} from './versions-sight.js';
import {wizardPanel} from './wizard-panel.js';
import type {WizardSight} from './wizard-sight.js';

/** A diagnosis in the room there is for it; the caller has seen that there is one. */
export function seeDiagnosis(
	{diagnosis, now, clock, home, fixKey, expandKey, style}: SightInput,
	place: Pick<DiagnoseSight, 'row' | 'ui' | 'offset' | 'find' | 'width' | 'rows'>,
): Seen<DiagnoseSight, Panel> {
	const sight: DiagnoseSight = {...diagnosis!, ...place, now, clock, home, fixKey, expandKey, style};
	return {sight, panel: diagnosePanel(sight)};
}

/** Versions of the row; those of another spoke, which were read before, are not shown as its own. */
export function seeVersions(
	{versions, versionKeys: keys, now, home, style, size}: SightInput,
	place: Pick<VersionsSight, 'row' | 'ui' | 'offset' | 'find' | 'rows'>,
): Seen<VersionsSight, TitledPanel> {
	const own = versions?.spoke === place.row.id ? versions : undefined;
	const sight: VersionsSight = {...place, versions: own, keys, now, home, width: size.columns, style};
	return {sight, panel: versionsPanel(sight)};
}

/** The wizard, as far as it is filled in. */
export function seeWizard(
	{state, wizard: facts, wizardKeys: keys, home, style, size}: SightInput,
	place: Pick<WizardSight, 'ui' | 'offset' | 'rows'>,
): Seen<WizardSight, TitledPanel> {
	const sight: WizardSight = {...place, state, facts, keys, home, width: size.columns, style};
	return {sight, panel: wizardPanel(sight)};
}

/**
 * The verify of the row, also when none was run.
 * @param isPane beside the table
 */
export function seeVerify(
	{state, compared, verifyKeys, now, style}: SightInput,
	place: Pick<VerifySight, 'row' | 'ui' | 'offset' | 'find' | 'width' | 'rows'>,
	isPane: boolean,
): Seen<VerifySight, VerifyPanel> {
	const verify = verifyOf(state, place.row.id) ?? noVerify;
	// Beside the table the keys that look into a finding do something else.
	const keys = isPane ? {...verifyKeys, inspect: undefined, repair: undefined} : verifyKeys;
	const sight: VerifySight = {...place, verify, compared, keys, now, style};
	return {sight, panel: verifyPanel(sight)};
}
