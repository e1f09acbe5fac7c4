import {useEffect} from 'react';
import type {Toast} from '../view/types.js';
import type {UiStore} from '../view/ui-store.js';
import {nextExpiry} from '../view/ui-toasts.js';

/**
 * The toasts, which go away in time: one timer, and only while one can.
 * @param now milliseconds since the epoch, by the clock the toasts were made with
 */
export function useToasts(store: UiStore, toasts: readonly Toast[], now: () => number = Date.now): readonly Toast[] {
	const expiry = nextExpiry(toasts);
	useEffect(() => {
		if (expiry === undefined) return;
		const waitMs = Math.max(0, expiry - now());
		const timer = setTimeout(() => store.dispatch({type: 'expire', now: Math.max(now(), expiry)}), waitMs);
		return () => clearTimeout(timer);
	}, [store, expiry, now]);
	return toasts;
}
