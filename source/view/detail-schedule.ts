import {isScheduled} from '../sync/judge.js';
import {explain} from '../sync/schedule/foreign.js';
import type {HubState, SpokeState} from '../sync/state.js';
import {ageWord} from '../sync/status.js';
import {clean} from '../text/clean.js';
import {type DetailSight, reading} from './detail-sight.js';
import {keeperText} from './keeper.js';
import {type Line, piece} from './pieces.js';
import {field} from './text-layout.js';
import {clockTime, shortTime} from './times.js';

/** When it is synced and who sees to that; then who else writes into its folder, and why that is dangerous. */
export function scheduleLines(sight: DetailSight): Line[] {
	const {row, state, width, style} = sight;
	const {spoke} = row;
	if (!spoke) return field('Schedule', [[keeperLine(state)]], width, style);
	return [
		...field('Schedule', [planned(sight, spoke), ...runners(sight, spoke)], width, style),
		...foreignLines(sight, spoke),
	];
}

function planned({row, now, timeZone}: DetailSight, {config}: SpokeState): Line[] {
	if (config.invalid !== undefined) return [[piece('none: its entry in config.yaml cannot be used', 'faint')]];
	if (!config.enabled) return [[piece('none: switched off in config.yaml', 'faint')]];
	if (config.schedule === undefined) {
		const why =
			config.source === undefined ? 'none: something else fills its folder' : 'none: it is synced by hand only';
		return [[piece(why, 'faint')]];
	}

	const {nextRun} = row;
	const facts: Line[] = [[piece(clean(config.schedule), 'strong')]];
	if (config.isDefaultSchedule) facts.push([piece('(tui.default_schedule)', 'faint')]);
	if (nextRun !== undefined) {
		const isSoon = nextRun - now < 12 * 3600 * 1000;
		const at = isSoon ? clockTime(nextRun, timeZone) : shortTime(nextRun, now, timeZone);
		facts.push([piece(nextRun <= now ? 'next: now' : `next ${at}, in ${ageWord(nextRun - now)}`)]);
	}

	return facts;
}

/** Who keeps the schedule; crontab lines and timers of this very program run it as well. */
function runners({state}: DetailSight, spoke: SpokeState): Line[][] {
	const {ownWriters} = spoke;
	if (!isScheduled(spoke)) return [];
	const lines = ownWriters.map(writer => [[piece(explain(writer)[0]!)]]);
	return !state.keeper && lines.length > 0 ? lines : [[keeperLine(state)], ...lines];
}

function keeperLine(state: HubState): Line {
	const kept = keeperText(state);
	if (!kept) return [piece(state.isKeeperKnown ? 'nothing is scheduled' : reading, 'faint')];
	if (kept.isNobody) return [piece('set, but NOTHING runs it', 'warn')];
	return [piece(`kept by ${kept.text}${state.keeper?.isUs ? ' while it is open' : ''}`)];
}

function foreignLines({width, style}: DetailSight, {foreignWriters}: SpokeState): Line[] {
	return foreignWriters.flatMap(writer => {
		const [finding, ...rest] = explain(writer);
		return field('Warning', [[[piece(finding!, 'warn')]], ...rest.map(text => [[piece(text)]])], width, style);
	});
}
