import {join} from 'node:path';
import {useCallback, useLayoutEffect, useMemo, useRef, useState} from 'react';
import type {CommandId, Keymap} from '../keymap.js';
import {keyContext} from '../keys/context.js';
import {createDispatcher} from '../keys/dispatcher.js';
import type {HubScene} from '../terminal/scene.js';
import type {Terminal} from '../terminal/terminal.js';
import {arrange} from '../view/arrange.js';
import {commandLines} from '../view/command-line.js';
import {hasPanes} from '../view/layout.js';
import {buildRows} from '../view/rows.js';
import {createSights} from '../view/sight.js';
import type {Sight, SightInput} from '../view/sight-types.js';
import {createStyle} from '../view/style.js';
import type {Size} from '../view/types.js';
import {initialUi} from '../view/ui.js';
import {createUiStore, type UiStore} from '../view/ui-store.js';
import type {VerifyKeys} from '../view/verify-sight.js';
import type {VersionKeys} from '../view/versions-sight.js';
import type {ViewProps} from '../view/view-props.js';
import type {WizardKeys} from '../view/wizard-sight.js';
import {createActions} from './actions.js';
import {dispatchContext} from './dispatch-context.js';
import {fixSpoke} from './fixing.js';
import {useAlerts} from './use-alerts.js';
import {useBindings} from './use-bindings.js';
import {useCron} from './use-cron.js';
import {useDetail} from './use-detail.js';
import {useDiagnosis} from './use-diagnosis.js';
import {useHub} from './use-hub.js';
import {useKeymap} from './use-keymap.js';
import {useMinute} from './use-minute.js';
import {useQuitPrompt} from './use-quit-prompt.js';
import {useRefreshing} from './use-refreshing.js';
import {useScheduler} from './use-scheduler.js';
import {useToasts} from './use-toasts.js';
import {useUi} from './use-ui.js';
import {useVerify} from './use-verify.js';
import {useVersions} from './use-versions.js';
import {useWatcher} from './use-watcher.js';
import {useWizard} from './use-wizard.js';

/** What a dashboard is bound to. */
interface DashboardParts {
	readonly scene: HubScene;
	readonly terminal: Terminal;
	readonly size: Size;
	readonly onExit: (status: number) => void;
}

/** Binds a hub, the screen's own state and the keys together: everything a view is drawn from. */
export function useDashboard({scene, terminal, size, onExit}: DashboardParts): ViewProps {
	const {hub, confirmed, isReadOnly, hasConfigFile} = scene;
	const [ui] = useState(() => openUi(scene, terminal));
	const [openedAt] = useState(hub.clock.now);
	const uiState = useUi(ui);
	const state = useHub(hub, uiState.pausedSince !== undefined);
	const minute = useMinute(hub.clock);
	const next = useCron(state.config.tui.timeZone);
	const isKeeper = useScheduler(scene);
	const indexOf = useWatcher(scene, isKeeper);
	useRefreshing(scene);
	useAlerts({hub, ui, terminal, next, minute});
	useToasts(ui, uiState.toasts, hub.clock.now);
	useQuitPrompt(hub, ui);
	// biome-ignore lint/correctness/useExhaustiveDependencies: a snapshot and a minute each have one time
	const now = useMemo(() => hub.clock.now(), [hub, state, minute]);
	const all = useMemo(() => buildRows(state, now, next), [state, now, next]);

	const isDetailShown = uiState.views.at(-1) === 'detail' || hasPanes(size);
	const selected = state.spokes.find(({config}) => config.name === uiState.selected);
	const totals = selected ? selected.totals : state.totals;
	const detail = useDetail({hub, id: uiState.selected, spoke: selected, totals, isShown: isDetailShown, indexOf});

	const {
		versions,
		shown: shownVersions,
		reload: reloadVersions,
	} = useVersions({hub, spoke: selected, isDetailShown, isShown: uiState.views.at(-1) === 'versions'});

	const {verifies, compared} = useVerify({scene, state, ui: uiState});

	const isDiagnosisShown = uiState.views.at(-1) === 'diagnose' || (uiState.views.length === 1 && hasPanes(size));
	const {
		diagnoses,
		shown: diagnosis,
		clock,
	} = useDiagnosis({scene, selected: uiState.selected, isShown: isDiagnosisShown});

	const {keymap, problems: keyProblems} = useBindings(hub, state.config.tui.screen.keys);
	const {isAscii, hasColor} = terminal.capabilities;
	const {wizard, facts: wizardFacts, answer} = useWizard({scene, ui, uiState, isAscii});
	const style = useMemo(
		() => createStyle({theme: uiState.theme, isAscii, hasColor}),
		[uiState.theme, isAscii, hasColor],
	);
	const [sights] = useState(createSights);
	const latest = useRef<SightInput>(undefined);
	const sightNow = useCallback((): Sight => sights(latest.current!, ui.snapshot()), [sights, ui]);
	const contextNow = useCallback(
		() =>
			dispatchContext(sightNow(), {
				...{state: hub.state, isReadOnly, now: hub.clock.now()},
				diagnosis: diagnoses.of(ui.snapshot().selected)?.diagnosis,
				versions: versions.of(ui.snapshot().selected),
				wizard: wizard.facts,
			}),
		[sightNow, isReadOnly, hub, diagnoses, versions, wizard, ui],
	);
	const input = useMemo(
		(): SightInput => ({
			...{state, all, detail, now, size, style, keyProblems, hasConfigFile, commandLines, diagnosis, clock},
			home: scene.home,
			compared,
			openedAt,
			verifyKeys: verifyKeys(keymap, isReadOnly),
			versions: shownVersions,
			versionKeys: versionKeys(keymap, isReadOnly),
			versionsKey: keymap.keysOf('versions', 'detail')[0],
			wizard: wizardFacts,
			wizardKeys: wizardKeys(keymap),
			addKey: isReadOnly ? undefined : keymap.keysOf('add', 'main')[0],
			helpSections: () => keymap.help(keyContext(ui.snapshot(), contextNow())),
			diagnoseKey: keymap.keysOf('diagnose', 'main')[0],
			verifyKey: keymap.keysOf('verify', 'main')[0],
			fixKey: isReadOnly ? undefined : keymap.keysOf('fix', 'diagnose')[0],
			expandKey: keymap.keysOf('expand', 'diagnose')[0],
			releaseKey: isReadOnly ? undefined : keymap.keysOf('release', 'detail')[0],
			runFolder: join(state.config.folder, 'run'),
		}),
		[
			state,
			all,
			detail,
			now,
			size,
			style,
			keyProblems,
			hasConfigFile,
			keymap,
			ui,
			contextNow,
			isReadOnly,
			diagnosis,
			shownVersions,
			wizardFacts,
			compared,
			openedAt,
			clock,
			scene,
		],
	);
	latest.current = input;
	const sight = sights(input, uiState);
	useSettled(ui, sight);

	const bindings = useRef(keymap);
	bindings.current = keymap;
	const dispatcher = useMemo(
		() =>
			createDispatcher({
				keymap: () => bindings.current,
				ui,
				actions: createActions({
					...{hub, confirmed, ui, terminal, diagnoses, onExit},
					verifies,
					versioning: {home: scene.home, versions, reload: reloadVersions},
					setup: {scene, wizard, answer},
					fix: async (spoke, action) => fixSpoke(spoke, action, {scene, terminal}),
				}),
				context: contextNow,
			}),
		[
			ui,
			hub,
			confirmed,
			terminal,
			onExit,
			contextNow,
			diagnoses,
			verifies,
			versions,
			reloadVersions,
			wizard,
			answer,
			scene,
		],
	);
	useKeymap(dispatcher);
	const facts = keyContext(
		uiState,
		dispatchContext(sight, {
			state: hub.state,
			isReadOnly,
			now,
			diagnosis: diagnosis?.diagnosis,
			versions: shownVersions,
			wizard: wizardFacts,
		}),
	);
	return {sight, hints: keymap.hints(facts), isReadOnly};
}

function openUi({hub}: HubScene, {capabilities: {theme}}: Terminal): UiStore {
	const rows = buildRows(hub.snapshot(), hub.clock.now(), undefined);
	return createUiStore(initialUi({theme, rows: arrange(rows, initialUi({theme}))}));
}

/** The keys the view of versions names; those that change something only where that is allowed. */
function verifyKeys({keysOf}: Keymap, isReadOnly: boolean): VerifyKeys {
	const key = (id: CommandId) => keysOf(id, 'verify')[0];
	return {
		again: key('verify-again'),
		deep: key('verify-deep'),
		inspect: key('inspect'),
		repair: isReadOnly ? undefined : key('repair'),
	};
}

function versionKeys({keysOf}: Keymap, isReadOnly: boolean): VersionKeys {
	const key = (id: CommandId) => keysOf(id, 'versions')[0];
	const changing = (id: CommandId) => (isReadOnly ? undefined : key(id));
	return {
		keep: changing('keep-hub'),
		accept: changing('accept-version'),
		restore: changing('restore-version'),
		write: changing('write-version'),
		compare: key('compare-versions'),
	};
}

/** The keys the wizard names. */
function wizardKeys({keysOf}: Keymap): WizardKeys {
	const key = (id: CommandId) => keysOf(id, 'wizard')[0];
	return {next: key('wizard-next'), choose: key('wizard-choose'), save: key('wizard-save')};
}

/** Selection, marks and scroll follow the spokes when rows come, go or change places. */
function useSettled(ui: UiStore, {rows, input: {all}, tablePage}: Sight): void {
	useLayoutEffect(() => {
		const names = all.flatMap(({id, spoke}) => (spoke ? [id] : []));
		ui.settle({rows, names, page: tablePage});
	}, [ui, rows, all, tablePage]);
}
