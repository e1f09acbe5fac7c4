import {shown} from '../sync/sessions/tree.js';
import type {RunRecord} from '../sync/store/runs.js';
import {clean} from '../text/clean.js';
import {formatAge, formatBytes, formatCount, formatDuration} from '../text/format.js';
import {byText} from './detail-job.js';
import {type DetailSight, reading} from './detail-sight.js';
import {stripLegend, stripTones} from './legend.js';
import {type Line, type Piece, piece} from './pieces.js';
import {stripOf} from './strip.js';
import {field, heading, listLines} from './text-layout.js';
import {shortTime} from './times.js';

/** The last 24 hours, an hour a cell, with what the signs mean. */
export function stripLines({row, now, width, style}: DetailSight): Line[] {
	const strip = stripOf(row.spoke?.history ?? [], now).map(cell => piece(style.glyph(cell), stripTones[cell]));
	const legend = stripLegend.map(
		({glyph, meaning}): Line => [piece(style.glyph(glyph), stripTones[glyph]), piece(` ${meaning}`, 'faint')],
	);
	return field('24 hours', [[strip, ...legend]], width, style);
}

/** The sessions written last, newest first. */
export function newestLines({detail, now, width, style}: DetailSight): Line[] {
	if (!detail) return [...heading('NEWEST SESSIONS'), [piece(reading, 'faint')]];
	if (detail.newest.length === 0) return [...heading('NEWEST SESSIONS'), [piece('none', 'faint')]];
	const columns = [
		{title: 'AGE', isRight: true},
		{title: 'SIZE', isRight: true},
		{title: 'FOLDER'},
		{title: 'FILE', spare: 1},
	];
	const rows = detail.newest.map(({path, mtimeMs, bytes, cwd}) => [
		piece(formatAge(mtimeMs, now)),
		piece(formatBytes(bytes)),
		piece(cwd === undefined ? '?' : clean(cwd)),
		piece(clean(shown(path.slice(path.lastIndexOf('/') + 1))), 'faint'),
	]);
	return [...heading('NEWEST SESSIONS'), ...listLines(columns, rows, width, style)];
}

/** The last runs, newest first. */
export function runLines({detail, now, timeZone, width, style}: DetailSight): Line[] {
	if (!detail) return [...heading('LAST RUNS'), [piece(reading, 'faint')]];
	if (detail.runs.length === 0) return [...heading('LAST RUNS'), [piece('none yet', 'faint')]];
	const columns = [
		{title: 'TIME'},
		{title: 'BY', spare: 2},
		{title: 'FILES', isRight: true},
		{title: 'BYTES', isRight: true},
		{title: 'RATE', isRight: true, spare: 3},
		{title: 'TOOK', isRight: true, spare: 1},
		{title: 'RESULT'},
	];
	const rows = detail.runs.map(run => {
		const {startedAt, by, files, bytes, tookMs, result} = run;
		const hasMoved = result === 'done' || bytes > 0;
		return [
			piece(shortTime(startedAt, now, timeZone)),
			piece(byText[by]),
			piece(hasMoved ? formatCount(files.new + files.extended) : '-'),
			piece(hasMoved ? formatBytes(bytes) : '-'),
			piece(bytes > 0 && tookMs > 0 ? `${formatBytes((bytes * 1000) / tookMs)}/s` : '-'),
			piece(formatDuration(tookMs)),
			resultPiece(run),
		];
	});
	return [...heading('LAST RUNS'), ...listLines(columns, rows, width, style)];
}

function resultPiece({result, files, cause, message}: RunRecord): Piece {
	const why = [cause, message === undefined ? undefined : clean(message)].filter(part => part !== undefined).join(' ');
	if (result === 'failed') return piece(`FAILED ${why}`, 'bad');
	if (result === 'cancelled') return piece('cancelled', 'faint');
	if (result === 'locked')
		return piece(`another run had it${message === undefined ? '' : `: ${clean(message)}`}`, 'faint');
	if (files.held > 0) return piece(`ok, ${formatCount(files.held)} held`, 'warn');
	if (why !== '') return piece(`ok, but ${why}`, 'warn');
	return piece(files.new + files.extended === 0 ? 'ok, nothing new' : 'ok', 'ok');
}
