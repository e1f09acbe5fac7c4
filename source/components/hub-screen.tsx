import {stripVTControlCharacters} from 'node:util';
import {Text} from 'ink';
import {useDashboard} from '../hooks/use-dashboard.js';
import type {HubScene} from '../terminal/scene.js';
import type {Terminal} from '../terminal/terminal.js';
import {logTitle} from '../view/log-body.js';
import {plainText} from '../view/pieces.js';
import type {Sight} from '../view/sight-types.js';
import type {Size, ViewName} from '../view/types.js';
import {verifyNote, verifyTitle} from '../view/verify-result.js';
import {MainScreen} from './main-screen.js';
import {ScreenReader} from './screen-reader.js';
import {TextScreen} from './text-screen.js';

/** What a hub's screen is drawn from. */
interface HubScreenProps {
	readonly scene: HubScene;
	readonly terminal: Terminal;
	readonly size: Size;
	readonly onExit: (status: number) => void;
}

/** The dashboard of a hub: whichever of its views is on top. */
export function HubScreen(props: HubScreenProps) {
	const {sight, hints, isReadOnly} = useDashboard(props);
	const view = sight.ui.views.at(-1) ?? 'main';
	if (!props.terminal.capabilities.isScreenReader) {
		if (view === 'main') return <MainScreen {...{sight, hints, isReadOnly}} />;
		return <TextScreen {...{sight, hints, isReadOnly}} name={view} />;
	}

	const {ui, input} = sight;
	const rule = input.style.glyph('rule');
	// A rule is read aloud sign by sign, and a blank line is a pause.
	const isSaid = (line: string) => stripVTControlCharacters(line).replaceAll(rule, '').trim() !== '';
	const said = [
		...(view === 'main' ? [] : [headingOf(view, sight)]),
		...(view === 'main'
			? []
			: view === 'log'
				? sight
						.log()
						.slice(-10)
						.map(({text}) => text)
				: view === 'diagnose'
					? (sight.diagnose()?.panel.lines ?? [])
					: view === 'verify'
						? (sight.verify()?.panel.lines ?? [])
						: view === 'versions'
							? (sight.versions()?.panel.lines ?? [])
							: view === 'wizard'
								? sight.wizard().panel.lines
								: sight.text(view)),
		...sight.prompt,
		...ui.toasts.slice(-1).map(({text}) => text),
	].filter(isSaid);
	return (
		<ScreenReader rows={input.all} now={input.now} selected={ui.selected}>
			{said.length > 0 && <Text>{said.join('\n')}</Text>}
		</ScreenReader>
	);
}

/** Which view is read out: its lines alone do not tell, and there may be none. */
function headingOf(view: ViewName, sight: Sight): string {
	const {ui, input, row} = sight;
	if (view === 'log') return plainText(logTitle({lines: input.state.log, ui: ui.log}));
	if (view === 'versions') return plainText(sight.versions()?.panel.title ?? []);
	if (view === 'verify') {
		const seen = sight.verify()?.sight;
		return seen ? `View: ${plainText(verifyTitle(seen))}, ${verifyNote(seen)}` : '';
	}

	if (view === 'wizard') return `${plainText(sight.wizard().panel.title)}, ${sight.wizard().panel.note}`;
	return view === 'help' || view === 'config' ? `View: ${view}` : `View: ${view} of ${row?.name}`;
}
