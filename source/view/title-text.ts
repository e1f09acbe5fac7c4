import type {TableRow, Tone} from './types.js';

const told: ReadonlyArray<readonly [Tone, string]> = [
	['bad', 'failed'],
	['warn', 'to look at'],
	['busy', 'syncing'],
];

/** The window's title: what is wrong first, as a tab shows the first words alone. `pi-brain: 1 failed - atlas` */
export function titleText(rows: readonly TableRow[]): string {
	const hub = rows.find(({spoke}) => spoke === undefined)?.name ?? '';
	const counts = told.flatMap(([tone, word]) => {
		const count = rows.filter(row => row.spoke && row.tone === tone).length;
		return count > 0 ? [`${count} ${word}`] : [];
	});
	return `pi-brain: ${counts.length > 0 ? counts.join(', ') : 'all ok'} - ${hub}`;
}
