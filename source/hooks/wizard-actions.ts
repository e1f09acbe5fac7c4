import type {WizardActions} from '../keys/wizard-context.js';
import type {Hub} from '../sync/hub.js';
import type {HubScene} from '../terminal/scene.js';
import {countOf} from '../text/format.js';
import type {Toast} from '../view/types.js';
import type {UiStore} from '../view/ui-store.js';
import type {OrderEnd} from '../view/wizard-sight.js';
import type {Wizard} from './wizard.js';

/** What the keys of the wizard reach beyond the screen. */
export interface WizardActionParts {
	readonly scene: Pick<HubScene, 'hub' | 'home' | 'env' | 'confirmed' | 'spokes' | 'isDemo'>;
	readonly ui: UiStore;
	readonly wizard: Wizard;
	/** Answers what the wizard has asked last. */
	readonly answer: (isYes: boolean) => void;
	readonly say: (level: Toast['level'], text: string) => void;
	/** Does something that may fail, and says so. */
	readonly attempt: (what: string, work: () => Promise<void>) => void;
}

/** What keys do with the spokes of config.yaml. Each says on the screen how it went; none waits, none throws. */
export function createWizardActions(parts: WizardActionParts): WizardActions {
	const {scene, wizard, say, attempt} = parts;
	const {hub} = scene;
	return {
		prepareWizard() {
			attempt('reading ~/.ssh/config', async () => wizard.prepare());
		},
		tryWish(wish, {isLook}) {
			attempt('the preview', async () => wizard.tryOut(wish, isLook));
		},
		setUp(wish, {isChecked}) {
			attempt('adding the spoke', async () => {
				const isDone = isChecked
					? await wizard.order({type: 'add', wish})
					: await wizard.work(async tell => saveEntry(parts, wish, tell));
				if (!isDone) return;
				await welcome(hub, wizard, wish.name, isChecked, parts);
			});
		},
		changeSpoke(wish) {
			attempt('changing the spoke', async () => {
				if (await wizard.order({type: 'change', wish})) say('info', `${wish.name} is changed`);
			});
		},
		stopSetup: () => wizard.stop(),
		forgetSetup: () => wizard.forget(),
		answerSetup: parts.answer,
		enableSpokes(names, isEnabled) {
			attempt(isEnabled ? 'enabling' : 'disabling', async () => {
				const lines: string[] = [];
				const talk = {say: (line: string) => void lines.push(line), ask: async () => '', signal: hub.signal};
				await scene.confirmed;
				let done = 0;
				for (const name of names) {
					if ((await scene.spokes.run({type: 'enable', name, isEnabled}, talk)) === 'done') done++;
				}

				for (const line of lines) hub.log('INFO', undefined, line);
				const what = isEnabled ? 'enabled' : 'disabled';
				const who = names.length === 1 ? names[0]! : countOf(done, 'spoke');
				if (done === names.length) say('info', `${who}: ${what}`);
				else say('error', lines.at(-1) ?? `not ${what}`);
			});
		},
		pauseDevice(name, isPaused) {
			attempt(isPaused ? 'pausing' : 'resuming', async () => {
				const spoke = hub.spoke(name);
				if (!spoke) return;
				const {pauseDevice, resumeDevice} = await import('../sync/syncthing/devices.js');
				const surroundings = {settings: hub.state.config.tui.syncthing, env: scene.env, home: scene.home};
				const change = isPaused ? pauseDevice : resumeDevice;
				const devices = await change(spoke.config.path, surroundings, hub.signal);
				const what = `${countOf(devices.length, 'device')} ${isPaused ? 'paused' : 'resumed'} in Syncthing`;
				hub.log('INFO', name, `'${name}': ${what}`);
				say('info', `${name}: ${what}`);
			});
		},
	};
}

/** Writes the entry as it was filled in. */
async function saveEntry(
	{scene: {hub, home}}: WizardActionParts,
	{name, method, source, path}: Parameters<WizardActions['setUp']>[0],
	tell: (line: string) => void,
): Promise<OrderEnd> {
	const {editConfig} = await import('../sync/config/edit.js');
	const {file, hubName} = hub.state.config;
	const values = {sync_method: method, source, path};
	const entry = {name, ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))};
	const options = {file, home, hostname: hubName, clock: hub.clock, signal: hub.signal};
	const {backup} = await editConfig(options, {type: 'add', entry});
	tell(`${name}: added to ${file}${backup === undefined ? '' : `; the file before: ${backup}`}`);
	tell('nothing was looked at: d in its row tells whether it works');
	return 'done';
}

/** The new spoke gets its row, the cursor, and its first sync. */
async function welcome(
	hub: Hub,
	wizard: Wizard,
	name: string,
	isSynced: boolean,
	{ui, say}: Pick<WizardActionParts, 'ui' | 'say'>,
): Promise<void> {
	if (!(await wizard.arrival(name))) return;
	ui.dispatch({type: 'select', id: name});
	const spoke = hub.spoke(name)!;
	if (!isSynced || spoke.config.source === undefined || spoke.undriven !== undefined || spoke.job) return;
	say('info', `${name} is added; its first sync runs`);
	await hub.sync([name]);
}
