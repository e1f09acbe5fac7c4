import {useEffect, useMemo} from 'react';
import {buildKeymap} from '../keymap.js';
import type {Hub} from '../sync/hub.js';

/**
 * The keys as config.yaml has them; what is wrong there is in the log, and in the config view.
 * @param overrides `tui.keys`
 */
export function useBindings(hub: Hub, overrides: Readonly<Record<string, readonly string[]>>) {
	const written = JSON.stringify(overrides);
	const bindings = useMemo(() => buildKeymap(JSON.parse(written)), [written]);
	useEffect(() => {
		for (const problem of bindings.problems) hub.log('WARN', undefined, problem);
	}, [hub, bindings]);
	return bindings;
}
