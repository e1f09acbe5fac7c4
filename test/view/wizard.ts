import type {HubConfig} from '../../source/sync/config/types.js';
import {typed} from '../../source/view/edit-text.js';
import {untouchedWizard, type WizardDraft, type WizardStep, type WizardUi} from '../../source/view/ui-wizard.js';
import {noFacts, type SyncthingView, type WizardFacts, type WizardSight} from '../../source/view/wizard-sight.js';
import {fakeHub, fakeNow} from '../lab/fake-state.js';
import {plainStyle} from './hostile.js';

/** Device ids that fit together, as Syncthing spells them. */
export const hubId = 'MFZWI3D-BONSGYC-YLTMRWG-C43ENR5-QXGZDMM-FZWI3DP-BONSGYY-LTMRWAD';
export const spokeId = 'P56IOI7-MZJNU2Y-IQGDREY-DM2MGTI-MGL3BXN-PQ6W5BM-TBBZ4TJ-XZWICQ2';

/** The hub's Syncthing, at which one knocks. */
export const knocking: SyncthingView = {
	...{url: 'http://127.0.0.1:8384', id: hubId, qr: ['####  ##', '##  ####'], failure: undefined},
	devices: [{id: spokeId, name: 'laptop-2', address: '192.168.1.7:22000', at: fakeNow - 30_000}],
	...{folders: [], known: new Map()},
};

/** The configuration of a hub with one spoke, `laptop`. */
export function wizardConfig(): HubConfig {
	return fakeHub({spokes: 1, kinds: ['ok']}).config;
}

/** A wizard in a step, with what has been filled in. */
export function wizardUi(step: WizardStep, change: Partial<WizardDraft> = {}, edits?: string): WizardUi {
	const draft = {...untouchedWizard.added, ...change};
	return {edits, step, added: draft, edited: draft};
}

/** An rsync spoke that has been typed in. */
export const typedRsync: Partial<WizardDraft> = {sources: {rsync: typed('will@nas:~/.pi/agent/sessions')}};

/** A sight of the wizard at a size. */
export function wizardSight(
	ui: WizardUi,
	facts: Partial<WizardFacts>,
	[width, rows]: readonly [number, number],
	change: Partial<WizardSight> = {},
): WizardSight {
	const state = fakeHub({spokes: 1, kinds: ['ok']});
	return {
		...{state, ui, facts: {...noFacts, ...facts}, offset: 0, home: '/home/will', width, rows, style: plainStyle},
		keys: {next: 'enter', choose: 'tab', save: 'ctrl-s'},
		...change,
	};
}
