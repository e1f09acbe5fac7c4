import {Box, Text} from 'ink';
import {memo} from 'react';
import {type HeaderInput, headerLine} from '../view/header.js';
import {ScreenLine} from './screen-line.js';
import {Spinner, spinnerCells} from './spinner.js';

/** What the first line is drawn from. */
interface HeaderProps extends HeaderInput {
	/** A job of any spoke runs. */
	readonly isBusy: boolean;
}

/** Below so many cells the totals are worth more than a spinner. */
const leastForSpinner = 40;

/** The first line of the screen, with the spinner at its right edge: the rest of the line stands still. */
export const Header = memo(function Header({isBusy, ...input}: HeaderProps) {
	const {width, style} = input;
	const room = width < leastForSpinner ? 0 : spinnerCells(style.isAscii);
	return (
		<Box height={1} flexShrink={0}>
			<ScreenLine text={headerLine({...input, width: width - room})} />
			{isBusy && room > 0 && (
				<>
					<Text> </Text>
					<Spinner isAscii={style.isAscii} />
				</>
			)}
		</Box>
	);
}, isSame);

/** Most keys change what the screen shows of the spokes, and nothing that is counted here. */
function isSame({ui: before, ...rest}: HeaderProps, {ui, ...others}: HeaderProps): boolean {
	const {pausedSince, filter, isFaultsOnly} = ui;
	return (
		Object.is(before.pausedSince, pausedSince) &&
		before.filter === filter &&
		before.isFaultsOnly === isFaultsOnly &&
		(Object.keys(others) as Array<keyof typeof others>).every(key => Object.is(rest[key], others[key]))
	);
}
