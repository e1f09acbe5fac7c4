import {useCallback, useEffect, useState, useSyncExternalStore} from 'react';
import type {HubScene} from '../terminal/scene.js';
import type {SpokeDiagnosis} from '../view/diagnose-sight.js';
import type {RowId} from '../view/types.js';
import {Diagnoses} from './diagnoses.js';

/** Milliseconds between two looks at the clock while a step runs. */
const tickMs = 1000;

/** What a diagnosis is shown for. */
interface DiagnosisParts {
	readonly scene: HubScene;
	/** The selected row. */
	readonly selected: RowId;
	/** Whether it is on the screen. */
	readonly isShown: boolean;
}

/** The diagnoses of a dashboard, and the one of the selected row. */
interface ShownDiagnosis {
	readonly diagnoses: Diagnoses;
	readonly shown: SpokeDiagnosis | undefined;
	/** Milliseconds since the epoch; moves only while a step runs that is on the screen. */
	readonly clock: number;
}

/** Keeps the diagnoses while the dashboard is open: leaving the panel leaves them running. */
export function useDiagnosis({scene, selected, isShown}: DiagnosisParts): ShownDiagnosis {
	const {clock} = scene.hub;
	const [diagnoses] = useState(() => new Diagnoses(scene));
	useEffect(() => () => diagnoses.close(), [diagnoses]);
	const shown = useSyncExternalStore(
		diagnoses.subscribe,
		useCallback(() => diagnoses.of(selected), [diagnoses, selected]),
	);
	const isTicking = isShown && shown?.diagnosis.isRunning === true;
	const [at, setAt] = useState(clock.now);
	useEffect(() => {
		if (!isTicking) return;
		setAt(clock.now());
		const timer = setInterval(() => setAt(clock.now()), tickMs);
		return () => clearInterval(timer);
	}, [clock, isTicking]);
	return {diagnoses, shown, clock: at};
}
