import {useMemo} from 'react';
import {useProblemKeys} from '../hooks/use-problem-keys.js';
import type {ProblemScene} from '../terminal/scene.js';
import type {Terminal} from '../terminal/terminal.js';
import {problemLines} from '../view/problem-lines.js';
import {createStyle} from '../view/style.js';
import type {Size} from '../view/types.js';
import {Footer} from './footer.js';
import {ScreenLines} from './screen-lines.js';

/** What the screen without a hub is drawn from. */
interface ProblemScreenProps {
	readonly scene: ProblemScene;
	readonly terminal: Terminal;
	readonly size: Size;
	readonly onExit: (status: number) => void;
	readonly onRetry: () => void;
}

const hints = [
	{keys: 'r', hint: 'try again'},
	{keys: 'q', hint: 'quit'},
];

/** Why no hub could be opened, and what to do about it. Exactly as high as the screen. */
export function ProblemScreen({scene, terminal, size, onExit, onRetry}: ProblemScreenProps) {
	const {theme, isAscii, hasColor} = terminal.capabilities;
	const style = useMemo(() => createStyle({theme, isAscii, hasColor}), [theme, isAscii, hasColor]);
	useProblemKeys({terminal, onExit, onRetry});
	const rows = Math.max(0, size.rows - 1);
	return (
		<>
			<ScreenLines lines={problemLines(scene, size.columns, rows, style)} />
			{size.rows > 0 && <Footer hints={hints} width={size.columns} style={style} />}
		</>
	);
}
