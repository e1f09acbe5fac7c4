import {Box} from 'ink';
import {positionText, ruleLine} from '../view/bottom.js';
import {detailTitle} from '../view/detail-body.js';
import {diagnoseNote, diagnoseTitle} from '../view/diagnose-steps.js';
import {bannerLine, summaryLine} from '../view/header.js';
import type {Part} from '../view/layout.js';
import {logTitle} from '../view/log-body.js';
import {paintLine} from '../view/pieces.js';
import type {Sight} from '../view/sight-types.js';
import {longestNameOf, topOf} from '../view/table.js';
import {boundOffset, filled} from '../view/text-window.js';
import type {PaneName} from '../view/types.js';
import {verifyNote, verifyTitle} from '../view/verify-result.js';
import type {ViewProps} from '../view/view-props.js';
import {FirstRun} from './first-run.js';
import {Footer} from './footer.js';
import {Header} from './header.js';
import {Panes} from './panes.js';
import {Preview} from './preview.js';
import {ScreenLine} from './screen-line.js';
import {ScreenLines} from './screen-lines.js';
import {SpokeTable} from './spoke-table.js';
import {Toasts} from './toasts.js';

/** The main view: the table of the spokes and what belongs to the selected one. Exactly as high as the screen. */
export function MainScreen(props: ViewProps) {
	const {sight} = props;
	const parts = sight.firstRun ? withoutTable(sight.layout.parts) : sight.layout.parts;
	return (
		<Box flexDirection="column">
			{parts.map((part, index) => (
				<PartView key={part.kind === 'rule' ? `rule ${index}` : part.kind} part={part} {...props} />
			))}
		</Box>
	);
}

/** The first-run screen takes the place of the table and of everything that speaks of a selected row. */
function withoutTable(parts: readonly Part[]): readonly Part[] {
	const isAbout = ({kind}: Part) => ['table', 'divider', 'preview', 'panes', 'zoomed'].includes(kind);
	const rows = parts.filter(isAbout).reduce((sum, part) => sum + part.rows, 0);
	const first = parts.findIndex(isAbout);
	return parts.flatMap((part, index) => (isAbout(part) ? (index === first ? [{kind: 'table', rows}] : []) : [part]));
}

function PartView({part, sight, hints, isReadOnly}: ViewProps & {readonly part: Part}) {
	const {input, ui, rows, row, layout} = sight;
	const {state, now, style, size, all} = input;
	const width = size.columns;
	const {addKey} = input;
	const header = {state, rows: all, shown: rows, ui, isReadOnly, addKey, now, width, style};
	switch (part.kind) {
		case 'header': {
			return <Header {...header} isBusy={isBusy(sight)} />;
		}

		case 'rule': {
			return <ScreenLine text={ruleLine(width, style)} />;
		}

		case 'banner': {
			return <ScreenLine text={bannerLine(state.problems, width, style)} />;
		}

		case 'table': {
			if (sight.firstRun) return <FirstRun screen={sight.firstRun} width={width} height={part.rows} style={style} />;
			const longestName = longestNameOf(all);
			return <SpokeTable {...{rows, ui, style, width, now, longestName}} height={part.rows} />;
		}

		case 'divider': {
			return <ScreenLine text={dividerText(sight)} />;
		}

		case 'preview': {
			const {diagnoseKey, verifyKey} = input;
			return <Preview {...{row, state, now, width, style, diagnoseKey, verifyKey}} height={part.rows} />;
		}

		case 'panes': {
			const {left, right} = layout.panes!;
			return (
				<Panes
					leftLines={paneLines('detail', sight, left, part.rows)}
					rightLines={rightLines(sight, right, part.rows)}
					{...{left, right, style}}
					rows={part.rows}
				/>
			);
		}

		case 'zoomed': {
			return <ScreenLines lines={filled(paneLines(layout.pane, sight, width, part.rows), part.rows)} />;
		}

		case 'toast': {
			return <Toasts toasts={ui.toasts} width={width} style={style} />;
		}

		case 'footer': {
			const hasOwnLine = layout.parts.some(({kind}) => kind === 'toast');
			return <Footer {...{hints, width, style}} toasts={hasOwnLine ? [] : ui.toasts} />;
		}

		case 'prompt': {
			return <ScreenLines lines={filled(sight.prompt, part.rows)} />;
		}

		case 'summary': {
			return part.rows === 0 ? null : (
				<ScreenLines lines={filled([summaryLine(header), ...(row ? [row.name] : [])], part.rows)} />
			);
		}
	}
}

/** A job runs, of whichever process. */
function isBusy({input: {state}}: Sight): boolean {
	return state.spokes.some(({job}) => job !== undefined);
}

function paneLines(pane: PaneName, sight: Sight, width: number, rows: number): readonly string[] {
	if (pane === 'detail') {
		const body = sight.text('detail');
		const first = boundOffset(sight.ui.offsets.detail, {total: body.length, page: rows});
		return body.slice(first, first + rows);
	}

	return sight.logPage(width, rows);
}

function rightLines(sight: Sight, width: number, rows: number): readonly string[] {
	const {rightPane} = sight;
	if (rightPane === 'log') return paneLines('log', sight, width, rows);
	return (rightPane === 'verify' ? sight.verify() : sight.diagnose())?.panel.lines ?? [];
}

function dividerText(sight: Sight): string {
	const {ui, rows, layout, input, tablePage, row} = sight;
	const {style, size} = input;
	const titleOf = (pane: PaneName) =>
		pane === 'log'
			? paintLine(logTitle({lines: input.state.log, ui: ui.log}), style)
			: row
				? paintLine(detailTitle({row, style}), style)
				: '';
	const selected = rows.findIndex(({id}) => id === ui.selected);
	const top = topOf(ui.top, selected, rows.length, tablePage);
	const position = positionText(selected, rows.length, top, tablePage, style);
	if (layout.panes) {
		const {left, bar, right} = layout.panes;
		const isFocused = layout.pane === 'detail';
		const first = ruleLine(left + bar - 1, style, {left: titleOf('detail'), right: position, isFocused});
		return `${first} ${rightTitle(sight, right, titleOf)}`;
	}

	if (layout.pane !== 'table') return ruleLine(size.columns, style, {left: titleOf(layout.pane), isFocused: true});
	return ruleLine(size.columns, style, {right: position});
}

function rightTitle(sight: Sight, width: number, titleOf: (pane: PaneName) => string): string {
	const {input, layout, rightPane} = sight;
	const {style} = input;
	const verified = rightPane === 'verify' ? sight.verify() : undefined;
	if (verified) {
		const left = paintLine(verifyTitle(verified.sight), style);
		return ruleLine(width, style, {left, right: verifyNote(verified.sight)});
	}

	const seen = rightPane === 'diagnose' ? sight.diagnose() : undefined;
	if (!seen) return ruleLine(width, style, {left: titleOf('log'), isFocused: layout.pane === 'log'});
	const left = paintLine(diagnoseTitle(seen.sight), style);
	return ruleLine(width, style, {left, right: diagnoseNote(seen.sight)});
}
