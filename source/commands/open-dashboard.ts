import type {ScreenFlags} from '../terminal/capabilities.js';
import {type HubFlags, UsageError} from './open-hub.js';
import type {CommandIo} from './types.js';

/** What the dashboard takes on the command line. */
export interface DashboardFlags extends HubFlags, ScreenFlags {
	readonly readOnly?: boolean;
	readonly demo?: boolean;
}

/** The terminal it is drawn on. */
export interface DashboardStreams {
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	readonly stderr: NodeJS.WriteStream;
}

/** The dashboard where there is a terminal to draw on and to read keys from; what `sync status` prints elsewhere. */
export async function openDashboard(io: CommandIo, flags: DashboardFlags, streams: DashboardStreams): Promise<number> {
	const isTerminal = io.stdout.isTerminal && streams.stdin.isTTY;
	if (flags.demo) {
		if (!isTerminal) throw new UsageError('--demo needs a terminal');
		const {withDemo} = await import('../demo/demo.js');
		return withDemo(io, async demoIo => show(demoIo, {...flags, config: undefined}, streams));
	}

	if (!isTerminal) return (await import('./status.js')).syncStatus(io, {config: flags.config});
	return show(io, flags, streams);
}

async function show(io: CommandIo, flags: DashboardFlags, streams: DashboardStreams): Promise<number> {
	const [{openScene}, drawing] = await Promise.all([import('./open-scene.js'), import('./dashboard.js')]);
	return drawing.dashboard(io, flags, streams, await openScene(io, flags));
}
