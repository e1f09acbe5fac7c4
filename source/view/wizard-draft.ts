import {piSessions, ValueError} from '../sync/config/paths.js';
import {parseSource} from '../sync/config/source.js';
import type {HubConfig, SpokeConfig} from '../sync/config/types.js';
import {DeviceIdError, readDeviceId} from '../sync/syncthing/setup-device-id.js';
import {typed} from './edit-text.js';
import {
	draftOf,
	type TypedStep,
	type WizardDraft,
	type WizardMethod,
	type WizardStep,
	type WizardUi,
} from './ui-wizard.js';
import {isReached, isReachStep, type ReachWish, reachHost, reachOf, reachProblem, reachSteps} from './wizard-reach.js';
import type {WizardFacts} from './wizard-sight.js';

/** A spoke that is to be added. */
export interface SetupWish {
	readonly method: WizardMethod;
	readonly name: string;
	/** As config.yaml spells it; undefined for Syncthing, and for a folder that something else fills. */
	readonly source: string | undefined;
	/** Undefined: where spokes lie by default. */
	readonly path: string | undefined;
	/** Of the spoke's Syncthing, as it spells it. */
	readonly deviceId: string | undefined;
	/** The folder it offers; undefined: none was offered. */
	readonly folderId: string | undefined;
	readonly reach: ReachWish;
}

/** What is to become of a spoke. */
export interface ChangeWish {
	readonly name: string;
	/** Undefined: the method stays. */
	readonly method: WizardMethod | undefined;
	/** Keys of config.yaml that change; undefined takes one away. */
	readonly values: Readonly<Record<string, string | boolean | undefined>>;
	/** As of `SetupWish`, where the method becomes Syncthing. */
	readonly deviceId: string | undefined;
	readonly folderId: string | undefined;
	readonly reach: ReachWish;
}

const steps = {
	add: ['source', 'folder', 'name', 'check'],
	edit: ['source', 'schedule', 'stale', 'enabled', 'check'],
} as const satisfies Record<string, readonly WizardStep[]>;

/** The steps there are, in their order; a spoke that stays with its method is not reached anew. */
export function stepsOf(ui: WizardUi, config: HubConfig): readonly WizardStep[] {
	const reach = keepsSource(ui, config) ? [] : reachSteps(draftOf(ui));
	return ['method', ...reach, ...(ui.edits === undefined ? steps.add : steps.edit)];
}

/** Whether text is typed in a step. */
export function isTyped(step: WizardStep): step is TypedStep {
	return step !== 'method' && step !== 'enabled' && step !== 'check';
}

/** What a step says: what was typed, else what is worked out for it. */
export function textIn(ui: WizardUi, step: TypedStep, facts: WizardFacts, config: HubConfig): string {
	const draft = draftOf(ui);
	const own = ownText(draft, step);
	if (own !== undefined) return own;
	if (ui.edits !== undefined || (step !== 'name' && step !== 'folder')) return '';
	const name = step === 'name' ? undefined : ownText(draft, 'name');
	const derived = name ?? derivedName(draft, facts, config);
	if (step === 'name') return derived;
	return derived === '' ? '' : `${config.syncedSessionsDir}/${derived}`;
}

/** What was typed in a step; undefined: nothing. */
export function ownText({method, sources, texts}: WizardDraft, step: TypedStep): string | undefined {
	return (step === 'source' ? sources[method] : texts[step])?.text;
}

/** A name that is free, from what is known of the spoke. */
function derivedName(draft: WizardDraft, facts: WizardFacts, {spokes}: HubConfig): string {
	const name = plainName(hintOf(draft, facts)).slice(0, 60);
	const taken = new Set(spokes.map(one => one.name));
	if (name === '' || !taken.has(name)) return name;
	for (let number = 2; ; number++) if (!taken.has(`${name}-${number}`)) return `${name}-${number}`;
}

function hintOf(draft: WizardDraft, {syncthing}: WizardFacts): string {
	const {method, sources} = draft;
	const source = sources[method]?.text.trim() ?? '';
	if (method === 'rsync') return /^(?:[^@/]*@)?\[?([^:/\]]+)/.exec(source)?.[1] ?? '';
	if (method === 'manual') return source.split('/').findLast(part => plainName(part) !== '') ?? '';
	const id = deviceOf(source);
	const known = syncthing?.devices.find(device => device.id === id)?.name ?? syncthing?.known.get(id ?? '');
	return known ?? reachHost(draft);
}

/** Letters, digits, `_` and `-` are what names are made of. */
function plainName(text: string): string {
	return text.replaceAll(/[^\w-]+/g, '-').replaceAll(/^-+|-+$/g, '');
}

/** A device id as Syncthing spells it; undefined for what is none. */
export function deviceOf(text: string): string | undefined {
	try {
		return readDeviceId(text);
	} catch (error) {
		if (error instanceof DeviceIdError) return undefined;
		throw error;
	}
}

/** A host alone means the folder where pi keeps its sessions there. */
export function wholeSource(method: WizardMethod, text: string): string {
	const source = text.trim();
	return method === 'rsync' && /^[^:/~\s]+$/.test(source) ? `${source}:${piSessions}` : source;
}

/**
 * What is wrong with a step, as far as that can be said without asking anybody.
 * @returns undefined: nothing is
 */
export function problemOf(
	ui: WizardUi,
	step: WizardStep,
	facts: WizardFacts,
	config: HubConfig,
	home: string,
): string | undefined {
	if (!isTyped(step)) return undefined;
	const text = textIn(ui, step, facts, config).trim();
	if (step === 'name') return nameProblem(text, config);
	if (step === 'source') return sourceProblem(draftOf(ui), text, home, facts);
	if (isReachStep(step)) return reachProblem(step, text, home);
	if (step === 'folder' && text !== '' && !/^(?:\/|~\/)/.test(text)) return 'the folder must begin with / or ~/';
	return undefined;
}

function nameProblem(name: string, {spokes}: HubConfig): string | undefined {
	if (name === '') return 'it needs a name';
	if (!/^(?!__proto__$)[\w-]{1,64}$/.test(name)) return 'the name must be 1 to 64 letters, digits, _ and -';
	return spokes.some(one => one.name === name) ? `there is a spoke '${name}' already` : undefined;
}

function sourceProblem(draft: WizardDraft, text: string, home: string, facts: WizardFacts): string | undefined {
	const {method} = draft;
	if (method === 'manual' && text === '') return undefined;
	if (method !== 'syncthing') {
		if (text === '') return 'where are its sessions? [user@]host:path';
		try {
			const {kind} = parseSource(wholeSource(method, text), home);
			if (method === 'manual' && kind === 'ssh') return 'a folder of this machine: over ssh the method is rsync';
			return undefined;
		} catch (error) {
			if (error instanceof ValueError) return `the source ${error.message}`;
			throw error;
		}
	}

	if (text === '') return isReached(draft) ? undefined : 'which device? its id, or one that knocks';
	try {
		return readDeviceId(text) === facts.syncthing?.id ? "this is the hub's own id" : undefined;
	} catch (error) {
		if (error instanceof DeviceIdError) return `this is no device id: ${error.message}`;
		throw error;
	}
}

/** The first step that something is wrong with; undefined: none. */
export function firstProblem(
	ui: WizardUi,
	facts: WizardFacts,
	config: HubConfig,
	home: string,
): {readonly step: WizardStep; readonly text: string} | undefined {
	for (const step of stepsOf(ui, config)) {
		if (step === 'source' && keepsSource(ui, config)) continue;
		const text = problemOf(ui, step, facts, config, home);
		if (text !== undefined) return {step, text};
	}

	return undefined;
}

/** A spoke that goes on by the same method keeps a source that the form knows nothing of. */
export function keepsSource({edits, edited}: WizardUi, {spokes}: HubConfig): boolean {
	return edits !== undefined && spokes.find(({name}) => name === edits)?.method === edited.method;
}

/** What tab goes through in a step: whole texts for it. */
export function choicesOf(ui: WizardUi, {hosts, syncthing}: WizardFacts): readonly string[] {
	if (ui.step === 'reach') return hosts;
	if (ui.step !== 'source') return [];
	const {method} = draftOf(ui);
	if (method === 'rsync') return hosts.map(host => `${host}:${piSessions}`);
	if (method === 'manual' || !syncthing) return [];
	const offering = syncthing.folders.map(({device}) => device);
	return [...new Set([...syncthing.devices.map(({id}) => id), ...offering, ...syncthing.known.keys()])];
}

/** The spoke that has been filled in. */
export function wishOf(ui: WizardUi, facts: WizardFacts, config: HubConfig): SetupWish {
	const {method} = ui.added;
	const value = (step: TypedStep) => textIn(ui, step, facts, config).trim();
	const source = wholeSource(method, value('source'));
	const path = ownText(ui.added, 'folder')?.trim();
	return {
		method,
		name: value('name'),
		source: method === 'syncthing' || source === '' ? undefined : source,
		path: path === '' ? undefined : path,
		...offerOf(ui.added, facts),
	};
}

/** The device that is filled in, the folder it offers, and the way to its Syncthing. */
function offerOf(draft: WizardDraft, {syncthing}: WizardFacts): Pick<SetupWish, 'deviceId' | 'folderId' | 'reach'> {
	const deviceId = draft.method === 'syncthing' ? deviceOf(ownText(draft, 'source') ?? '') : undefined;
	const offered = syncthing?.folders.find(({device}) => device === deviceId);
	return {deviceId, folderId: offered?.id, reach: reachOf(draft)};
}

/** A spoke as the form begins with it. */
export function draftOfSpoke(spoke: SpokeConfig, config: HubConfig): WizardDraft {
	const {method, sourceText, schedule, isDefaultSchedule, staleAfterMs, enabled} = spoke;
	const own: WizardMethod = method === 'api' ? 'manual' : method;
	return {
		method: own,
		sources: {[own]: typed(sourceText ?? '')},
		texts: {
			schedule: typed(isDefaultSchedule ? '' : (schedule ?? '')),
			stale: typed(staleAfterMs === config.tui.staleAfterMs ? '' : durationText(staleAfterMs)),
		},
		isEnabled: enabled,
	};
}

/** What the form changes; undefined: nothing. */
export function changeOf(ui: WizardUi, facts: WizardFacts, config: HubConfig): ChangeWish | undefined {
	const spoke = config.spokes.find(({name}) => name === ui.edits);
	if (!spoke) return undefined;
	const before = draftOfSpoke(spoke, config);
	const after = ui.edited;
	const text = (draft: WizardDraft, step: TypedStep) => ownText(draft, step)?.trim() ?? '';
	const values: Record<string, string | boolean | undefined> = {};
	const note = (key: string, step: TypedStep) => {
		const value = step === 'source' ? wholeSource(after.method, text(after, step)) : text(after, step);
		if (value !== text({...before, method: after.method}, step)) values[key] = value === '' ? undefined : value;
	};
	if (after.method !== 'syncthing') note('source', 'source');
	note('schedule', 'schedule');
	note('stale_after', 'stale');
	if (after.isEnabled !== before.isEnabled) values.enabled = after.isEnabled;
	const method = after.method === before.method ? undefined : after.method;
	if (method === undefined && Object.keys(values).length === 0) return undefined;
	return {name: spoke.name, method, values, ...offerOf(after, facts)};
}

/** `2h`, `90m`, `45s`: as config.yaml takes it. */
function durationText(ms: number): string {
	const seconds = Math.round(ms / 1000);
	for (const [unit, length] of [
		['d', 86_400],
		['h', 3600],
		['m', 60],
	] as const) {
		if (seconds % length === 0) return `${seconds / length}${unit}`;
	}

	return `${seconds}s`;
}
