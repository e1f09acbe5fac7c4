import {Box} from 'ink';
import {configTitle} from '../view/config-body.js';
import {detailTitle} from '../view/detail-body.js';
import {diagnoseWindow} from '../view/diagnose-panel.js';
import {type Line, piece} from '../view/pieces.js';
import type {Sight, TextName} from '../view/sight-types.js';
import {verifyWindow} from '../view/verify-panel.js';
import {versionsWindow} from '../view/versions-panel.js';
import type {ViewProps} from '../view/view-props.js';
import {wizardWindow} from '../view/wizard-panel.js';
import {Footer} from './footer.js';
import {LogView} from './log-view.js';
import {ScreenLines} from './screen-lines.js';
import {TextView} from './text-view.js';
import {Toasts} from './toasts.js';

/** A view that is a text from edge to edge: detail, diagnosis, verify, log, help, config. Exactly as high as the screen. */
export function TextScreen({sight, hints, name}: ViewProps & {readonly name: TextName | 'log'}) {
	const {input, ui, viewRows, bottomRows, prompt} = sight;
	const {state, now, style, size} = input;
	const width = size.columns;
	return (
		<Box flexDirection="column">
			{name === 'log' ? (
				<LogView lines={state.log} ui={ui.log} rows={viewRows} {...{width, now, style}} />
			) : name === 'diagnose' ? (
				<ScreenLines lines={diagnoseLines(sight)} />
			) : name === 'verify' ? (
				<ScreenLines lines={verifyLines(sight)} />
			) : name === 'versions' ? (
				<ScreenLines lines={versionsLines(sight)} />
			) : name === 'wizard' ? (
				<ScreenLines lines={wizardLines(sight)} />
			) : (
				<TextView
					title={titleOf(name, sight)}
					body={sight.text(name)}
					offset={ui.offsets[name]}
					rows={viewRows}
					{...{width, style}}
				/>
			)}
			{prompt.length > 0 && bottomRows > 0 && <ScreenLines lines={prompt.slice(0, bottomRows)} />}
			{prompt.length === 0 && bottomRows > 1 && <Toasts toasts={ui.toasts} {...{width, style}} />}
			{prompt.length === 0 && bottomRows > 0 && (
				<Footer {...{hints, width, style}} toasts={bottomRows > 1 ? [] : ui.toasts} />
			)}
		</Box>
	);
}

function diagnoseLines({diagnose, row, viewRows}: Sight): readonly string[] {
	const seen = diagnose();
	if (seen) return diagnoseWindow(seen.sight, seen.panel, viewRows);
	const first = row?.spoke ? `${row.name}: the diagnosis begins…` : "The hub's own sessions: nothing to diagnose.";
	return [first, ...new Array<string>(Math.max(0, viewRows - 1)).fill('')];
}

function verifyLines({verify, viewRows}: Sight): readonly string[] {
	const seen = verify();
	return seen ? verifyWindow(seen.sight, seen.panel, viewRows) : new Array<string>(viewRows).fill('');
}

function versionsLines({versions, viewRows}: Sight): readonly string[] {
	const seen = versions();
	return seen ? versionsWindow(seen.sight, seen.panel, viewRows) : new Array<string>(viewRows).fill('');
}

function wizardLines({wizard, viewRows}: Sight): readonly string[] {
	const {sight, panel} = wizard();
	return wizardWindow(sight, panel, viewRows);
}

function titleOf(
	name: Exclude<TextName, 'diagnose' | 'verify' | 'versions' | 'wizard'>,
	{input, ui, row}: Sight,
): Line {
	const {state, style} = input;
	if (name === 'config') return configTitle({state});
	if (name === 'detail') return row ? detailTitle({row, style}) : [];
	const typed = ui.search.help;
	return [
		piece('Help', 'title'),
		piece(typed === '' ? '  type to search' : '  search: ', 'faint'),
		piece(typed, 'key'),
	];
}
