import InkSpinner from 'ink-spinner';

/** Cells the spinner takes at most, with the blank in front of it. */
export function spinnerCells(isAscii: boolean): number {
	return isAscii ? 4 : 2;
}

/**
 * That something runs. One of it is on the screen at most, and only then: each has a timer, and each of its frames is
 * sent. Both kinds are slow, 250 and 400 ms.
 */
export function Spinner({isAscii}: {readonly isAscii: boolean /** Dots instead of signs. */}) {
	return <InkSpinner type={isAscii ? 'simpleDots' : 'toggle'} />;
}
