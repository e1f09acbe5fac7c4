import {Box, useWindowSize} from 'ink';
import {HubScreen} from './components/hub-screen.js';
import {ProblemScreen} from './components/problem-screen.js';
import type {Scene} from './terminal/scene.js';
import type {Terminal} from './terminal/terminal.js';

/** What the dashboard is drawn from. */
export interface AppProps {
	readonly scene: Scene;
	readonly terminal: Terminal;
	/** The dashboard is left with this exit status. */
	readonly onExit: (status: number) => void;
	/** Tries once more to open the hub. */
	readonly onRetry: () => void;
}

/**
 * The dashboard. As high as the terminal and never higher: a frame that overflows is sent whole at every tick, even when
 * nothing changed (Ink's `shouldClearTerminalForFrame`).
 */
export function App({scene, terminal, onExit, onRetry}: AppProps) {
	const size = useWindowSize();
	const {isScreenReader} = terminal.capabilities;
	const screen =
		scene.kind === 'hub' ? (
			<HubScreen {...{scene, terminal, size, onExit}} />
		) : (
			<ProblemScreen {...{scene, terminal, size, onExit, onRetry}} />
		);
	if (isScreenReader) return screen;
	return (
		<Box width={size.columns} height={size.rows} flexDirection="column">
			{screen}
		</Box>
	);
}
