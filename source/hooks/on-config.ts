import type {Hub} from '../sync/hub.js';

/**
 * Calls back when the hub has taken over another configuration, also while the screen is paused.
 * @returns the function that ends it
 */
export function onConfig(hub: Hub, listener: () => void): () => void {
	let {config} = hub.state;
	return hub.subscribe(() => {
		if (hub.state.config === config) return;
		config = hub.state.config;
		listener();
	});
}
