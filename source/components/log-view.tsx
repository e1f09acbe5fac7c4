import {type LogSight, logWindow} from '../view/log-body.js';
import {ScreenLines} from './screen-lines.js';

/** The log under its title, as a view or a pane. Exactly `rows` lines high. */
export function LogView(props: LogSight) {
	return <ScreenLines lines={logWindow(props)} />;
}
