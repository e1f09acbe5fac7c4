import {type Actions, runsHere} from '../keys/context.js';
import type {FixOutcome} from '../sync/diagnosis/fixes/types.js';
import type {FixAction} from '../sync/diagnosis/types.js';
import type {Hub} from '../sync/hub.js';
import type {SyncReport} from '../sync/jobs/sync.js';
import {failureOf} from '../sync/store/facts.js';
import type {Terminal} from '../terminal/terminal.js';
import {clean} from '../text/clean.js';
import {releasedText, reportsText} from '../view/results.js';
import type {Toast} from '../view/types.js';
import type {UiStore} from '../view/ui-store.js';
import type {Diagnoses} from './diagnoses.js';
import type {Verifies} from './verifies.js';
import {createVerifyActions} from './verify-actions.js';
import {createVersionActions, type VersionActionParts} from './version-actions.js';
import {createWizardActions, type WizardActionParts} from './wizard-actions.js';

/** What keys reach beyond the screen. */
export interface ActionParts {
	readonly hub: Hub;
	/** Nothing is run before. */
	readonly confirmed: Promise<void>;
	readonly ui: UiStore;
	readonly terminal: Terminal;
	readonly diagnoses: Pick<Diagnoses, 'start' | 'rerun'>;
	readonly verifies: Pick<Verifies, 'run' | 'cancel' | 'repair'>;
	/** The user's home, held and earlier versions, and what reads them again. */
	readonly versioning: Pick<VersionActionParts, 'home' | 'versions' | 'reload'>;
	/** The wizard, and what answers its questions. */
	readonly setup: Pick<WizardActionParts, 'scene' | 'wizard' | 'answer'>;
	/** Runs a fix that was agreed to. */
	readonly fix: (spoke: string, action: FixAction) => Promise<FixOutcome>;
	/** The dashboard is left with this exit status. */
	readonly onExit: (status: number) => void;
}

/** What keys do to the world. Each says on the screen how it went; none waits, none throws. */
export function createActions({
	hub,
	confirmed,
	ui,
	terminal,
	diagnoses,
	verifies,
	versioning,
	setup,
	fix,
	onExit,
}: ActionParts): Actions {
	const toast = (level: Toast['level'], text: string) =>
		ui.dispatch({type: 'toast', level, text: clean(text), now: hub.clock.now()});
	const attempt = (what: string, work: () => Promise<void>) => {
		work().catch((error: unknown) => {
			if (hub.signal.aborted) return;
			hub.log('ERROR', undefined, `${what} failed: ${(error as Error).message}`);
			toast('error', `${what} failed: ${(error as Error).message}`);
		});
	};
	const known = (names: readonly string[]) => names.filter(name => hub.spoke(name) !== undefined);

	return {
		...createVerifyActions({hub, ui: ui.snapshot, verifies, say: toast, attempt}),
		...createVersionActions({hub, confirmed, say: toast, ...versioning}),
		...createWizardActions({ui, say: toast, attempt, ...setup}),
		sync(names, {isDryRun}) {
			attempt('sync', async () => {
				await confirmed;
				const reports: readonly SyncReport[] = await hub.sync(known(names), {isDryRun});
				if (hub.signal.aborted) return;
				const {level, text} = reportsText(reports, isDryRun);
				toast(level, text);
			});
		},
		cancel(names) {
			for (const name of names) hub.cancel(name);
		},
		release(names) {
			attempt('release', async () => {
				for (const name of known(names)) {
					const {level, text} = releasedText(name, await hub.release(name));
					toast(level, text);
				}
			});
		},
		probe(names) {
			attempt('asking', async () => {
				await Promise.all(known(names).map(async name => hub.probe(name)));
				const silent = known(names).filter(name => failureOf(hub.spoke(name)!.facts));
				if (silent.length > 1) toast('warn', `${silent.length} do not answer: ${silent.join(', ')}`);
				else if (silent[0] !== undefined)
					toast('warn', `${silent[0]}: ${failureOf(hub.spoke(silent[0])!.facts)!.message}`);
				else toast('info', names.length === 1 ? `${names[0]} answers` : `all ${names.length} answer`);
			});
		},
		diagnose(name) {
			attempt('the diagnosis', async () => diagnoses.start(name));
		},
		rediagnose(name, step) {
			attempt('the diagnosis', async () => diagnoses.rerun(name, step));
		},
		fix(name, action, step) {
			attempt('the fix', async () => {
				await confirmed;
				const {ok, message} = await fix(name, action);
				toast(ok ? 'info' : 'error', message);
				await diagnoses.rerun(name, step);
			});
		},
		copy(text, label) {
			const {ok, note} = terminal.copy(text);
			toast(ok ? 'info' : 'warn', ok ? `${label} ${note}` : note);
		},
		redraw() {
			terminal.redraw();
		},
		suspend() {
			attempt('suspending', async () => terminal.suspend());
		},
		quit: onExit,
		quitWhenDone() {
			// Those that run now: on a busy hub the schedule would begin others for ever.
			const awaited = new Set(hub.state.spokes.filter(runsHere).map(({config}) => config.name));
			const leave = () => {
				for (const name of awaited) {
					const spoke = hub.spoke(name);
					if (!spoke || !runsHere(spoke)) awaited.delete(name);
				}

				if (awaited.size === 0) onExit(0);
			};
			leave();
			if (awaited.size === 0) return;
			hub.subscribe(leave);
			const what = awaited.size === 1 ? 'the sync has' : `${awaited.size} syncs have`;
			toast('info', `leaving when ${what} ended; x cancels, ctrl-c leaves now`);
		},
	};
}
