import type {FixOutcome} from '../sync/diagnosis/fixes/types.js';
import type {FixAction} from '../sync/diagnosis/types.js';
import type {HubScene} from '../terminal/scene.js';
import type {Terminal} from '../terminal/terminal.js';
import {clean} from '../text/clean.js';

/** What running a fix needs. */
export interface FixingParts {
	readonly scene: Pick<HubScene, 'hub' | 'env' | 'home' | 'launch' | 'isDemo'>;
	readonly terminal: Terminal;
}

/**
 * Runs a fix that a person has agreed to. Its commands and how it went are in the log.
 * @returns never throws for a fix that does not work
 * @throws when the hub closes
 */
export async function fixSpoke(
	spoke: string,
	action: FixAction,
	{scene: {hub, env, home, launch, isDemo}, terminal}: FixingParts,
): Promise<FixOutcome> {
	// The demo's folders are gone when it ends; a crontab would not be.
	if (isDemo && action.type === 'install-schedule') {
		return {ok: false, message: 'the demo installs nothing on this machine', evidence: []};
	}

	const {runFix} = await import('../sync/diagnosis/fixes/index.js');
	const outcome = await runFix(action, {
		...{env, home, launch, signal: hub.signal, syncthing: hub.state.config.tui.syncthing},
		handOver: async argv => terminal.handOver(argv),
		onCommand(line) {
			hub.emit({type: 'logged', line: {at: hub.clock.now(), level: 'CMD', spoke, text: clean(line, 4096)}});
		},
	});
	hub.log(outcome.ok ? 'INFO' : 'ERROR', spoke, `fix for '${spoke}': ${outcome.message}`);
	for (const line of outcome.evidence) hub.log('INFO', spoke, line);
	return outcome;
}
