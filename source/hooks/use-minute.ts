import {useEffect, useState} from 'react';
import type {Clock} from '../sync/clock.js';

const minuteMs = 60_000;
/** Milliseconds between two looks at the clock: a machine that slept is noticed within this. */
const longestWaitMs = 30_000;

/** Minutes since the epoch; changes at a minute's turn and at no other time. */
export function useMinute(clock: Clock): number {
	const [minute, setMinute] = useState(() => minuteOf(clock));
	useEffect(() => {
		let timer: NodeJS.Timeout;
		const wait = () => {
			const left = minuteMs - (clock.now() % minuteMs);
			timer = setTimeout(
				() => {
					setMinute(minuteOf(clock));
					wait();
				},
				Math.min(longestWaitMs, left + 1),
			);
		};

		wait();
		return () => clearTimeout(timer);
	}, [clock]);
	return minute;
}

function minuteOf(clock: Clock): number {
	return Math.floor(clock.now() / minuteMs);
}
