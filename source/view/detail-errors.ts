import type {RunRecord} from '../sync/store/runs.js';
import {clean} from '../text/clean.js';
import {formatAge, formatCount} from '../text/format.js';
import type {DetailSight} from './detail-sight.js';
import {type Line, piece} from './pieces.js';
import {field} from './text-layout.js';
import {absoluteTime} from './times.js';

/** Failed runs of the last 24 hours by cause, the latest first; without any, when it failed last. */
export function errorLines({row, detail, now, timeZone, width, style}: DetailSight): Line[] {
	const failures = row.spoke?.recentFailures ?? [];
	if (failures.length === 0) {
		const last = detail?.lastFailure;
		const isBad = row.spoke?.config.invalid !== undefined;
		const facts: Line[] = [isBad ? [piece('1, its entry in config.yaml', 'bad')] : [piece('none in 24 h')]];
		if (last) {
			const at = absoluteTime(last.startedAt, now, timeZone);
			facts.push([piece(`last: ${formatAge(last.startedAt, now)} ago, ${at}, ${causeText(last)}`, 'faint')]);
		}

		return field('Errors', [facts], width, style);
	}

	const groups = [...Map.groupBy(failures, ({cause}) => cause ?? 'UNKNOWN').values()];
	const total: Line = [piece(`${formatCount(failures.length)} in 24 h`, 'bad')];
	const same: Line = [piece(groups.length === 1 && failures.length > 1 ? 'the same cause each time' : '', 'faint')];
	return field(
		'Errors',
		[
			same[0]!.text === '' ? [total] : [total, same],
			...groups.map(group => {
				const [latest] = group as [RunRecord];
				const age = formatAge(latest.startedAt, now);
				return [
					[
						piece(`${formatCount(group.length)} x `, 'strong'),
						piece(causeText(latest), 'strong'),
						piece(`  ${age} ago  `, 'faint'),
						piece(clean(latest.message ?? '')),
					],
				];
			}),
		],
		width,
		style,
	);
}

function causeText({cause}: RunRecord): string {
	return cause ?? 'UNKNOWN';
}
