import {selectedRow, targetsOf} from './context.js';
import type {Desk} from './desk.js';
import {devicesOf} from './wizard-context.js';

/** Says why there is nothing to change. */
export function explainWizard(desk: Desk): void {
	const isHub = selectedRow(desk.ui(), desk.context()) !== undefined;
	desk.say('warn', isHub ? "these are the hub's own sessions: config.yaml says where" : 'no spoke is selected');
}

/** Asks whether what a key acts on is enabled or disabled. */
export function askEnable(desk: Desk): void {
	const targets = targetsOf(desk.ui(), desk.context()).filter(({config}) => config.invalid === undefined);
	const [first] = targets;
	if (!first) {
		explainWizard(desk);
		return;
	}

	// What the first one is not, all become.
	const isEnabled = !first.config.enabled;
	const changed = targets.filter(({config}) => config.enabled !== isEnabled);
	const names = changed.map(({config}) => config.name);
	const who = names.length === 1 ? names[0]! : `${names.length} spokes`;
	const synced = changed.filter(({config}) => config.method === 'syncthing').map(({config}) => config.name);
	const paused = `${synced.join(', ')}: ${isEnabled ? 'its folder goes on in' : 'its folder is paused in'} Syncthing as well.`;
	desk.dispatch({
		type: 'prompt',
		prompt: {
			kind: 'confirm',
			title: `${isEnabled ? 'Enable' : 'Disable'} ${who}?`,
			lines: [
				...(names.length === 1 ? [] : [names.join(', ')]),
				isEnabled
					? 'It is synced again, as its schedule says.'
					: 'It is synced no longer; a sync that runs is ended. All that the hub has of it stays.',
				...(synced.length === 0 ? [] : [paused]),
			],
			offset: 0,
			action: {type: 'enable', spokes: names, isEnabled},
		},
	});
}

/** Asks whether the selected spoke's devices are paused, or resumed. */
export function askPause(desk: Desk): void {
	const spoke = selectedRow(desk.ui(), desk.context())?.spoke;
	const devices = devicesOf(spoke);
	if (!spoke || devices.length === 0) {
		desk.say('warn', 'this spoke has no device of Syncthing');
		return;
	}

	const isPaused = !devices.every(device => device.isPaused);
	const {name} = spoke.config;
	desk.dispatch({
		type: 'prompt',
		prompt: {
			kind: 'confirm',
			title: `${isPaused ? 'Pause' : 'Resume'} ${devices.map(device => `'${device.name}'`).join(' and ')} in Syncthing?`,
			lines: [
				isPaused
					? 'Syncthing connects to it no longer, for none of the folders it shares with this hub, until it is resumed.'
					: 'Syncthing connects to it again, for all folders it shares with this hub.',
			],
			offset: 0,
			action: {type: 'pause-device', spoke: name, isPaused},
		},
	});
}
