import {useEffect, useRef} from 'react';
import type {Hub} from '../sync/hub.js';
import type {NextTime} from '../sync/schedule/cron.js';
import type {StateWord} from '../sync/status.js';
import {type BellMemory, bellsFor} from '../terminal/bell.js';
import type {Terminal} from '../terminal/terminal.js';
import {buildRows} from '../view/rows.js';
import {titleText} from '../view/title-text.js';
import type {TableRow} from '../view/types.js';
import type {UiStore} from '../view/ui-store.js';

/** What alerts need. */
interface AlertParts {
	readonly hub: Hub;
	readonly ui: UiStore;
	readonly terminal: Terminal;
	readonly next: NextTime | undefined;
	/** A minute's turn makes rows late that nothing else happened to. */
	readonly minute: number;
}

/** Rings and says so when a spoke that was well is not any more, and keeps the window's title true; also while paused. */
export function useAlerts({hub, ui, terminal, next, minute}: AlertParts): void {
	const memory = useRef<BellMemory>(new Map());
	const seen = useRef<readonly TableRow[]>(undefined);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the minute is why it looks again
	useEffect(() => {
		const look = () => {
			const now = hub.clock.now();
			const rows = buildRows(hub.snapshot(), now, next);
			if (rows === seen.current) return;
			seen.current = rows;
			terminal.setTitle(titleText(rows));
			const words = new Map(rows.flatMap(row => (row.spoke ? [[row.id, row.word as StateWord] as const] : [])));
			const {ringing, memory: after} = bellsFor(memory.current, words, now);
			memory.current = after;
			if (ringing.length > 0) terminal.bell();
			for (const row of rows.filter(({id}) => ringing.includes(id))) {
				const reason = row.reason === undefined ? '' : `: ${row.reason}`;
				ui.dispatch({type: 'toast', level: 'warn', text: `${row.name} ${row.word}${reason}`, now});
			}
		};

		look();
		return hub.subscribe(look);
	}, [hub, ui, terminal, next, minute]);
}
