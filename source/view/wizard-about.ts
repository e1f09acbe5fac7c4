import {clean} from '../text/clean.js';
import {tilde} from '../text/format.js';
import {type Line, piece, wrapLine} from './pieces.js';
import {draftOf, type WizardMethod, wizardMethods} from './ui-wizard.js';
import {deviceLines, reachLines} from './wizard-device.js';
import {changeOf, keepsSource, problemOf, textIn, wholeSource} from './wizard-draft.js';
import {methodTitles} from './wizard-form.js';
import {hint, hostLines, labelCells, labelled, say, toned} from './wizard-lines.js';
import {isReached} from './wizard-reach.js';
import {isWritten, type WizardSight} from './wizard-sight.js';

/** What a method is good for, in the order they are offered. */
const methodLines: Readonly<Record<WizardMethod, string>> = {
	rsync: 'The hub fetches over ssh, as often as the schedule says. The spoke only has to run an ssh server.',
	syncthing:
		'The spoke sends by itself as soon as a session grows, also from behind a router. Needs Syncthing on both machines.',
	manual: 'A folder of this machine: a disk or a share that is fetched from, or a folder that something else fills.',
};

/** What is to be said about the step, broken into lines. */
export function aboutLines(sight: WizardSight): Line[] {
	const lines = [...problemLines(sight), ...stepLines(sight), ...yamlLines(sight)];
	return lines.flatMap(line => wrapLine(line, Math.max(1, sight.width), hangingOf(line)));
}

/** What is broken goes on below where its text began. */
function hangingOf([first, ...rest]: Line): number {
	if (first?.role === 'label' && rest.length > 0) return labelCells;
	return Math.max(hanging, (first?.text.length ?? 0) - (first?.text.trimStart().length ?? 0));
}

/** Least number of cells before what belongs to the line above. */
const hanging = 2;

function problemLines({ui, facts, state, home}: WizardSight): Line[] {
	const {step} = ui;
	if (step === 'method' || step === 'enabled' || step === 'check') return [];
	const isEmpty = textIn(ui, step, facts, state.config).trim() === '';
	if (isEmpty || (step === 'source' && keepsSource(ui, state.config))) return [];
	const problem = problemOf(ui, step, facts, state.config, home);
	return problem === undefined ? [] : [[piece(clean(problem), 'warn')], []];
}

function stepLines(sight: WizardSight): Line[] {
	switch (sight.ui.step) {
		case 'method': {
			return methodStep(sight);
		}

		case 'source': {
			return sourceStep(sight);
		}

		case 'reach':
		case 'key':
		case 'certificate': {
			return reachLines(sight, sight.ui.step);
		}

		case 'folder': {
			return [
				say('Where its sessions lie on this hub. What is there already stays, and is taken over if it is a session.'),
				say('Empty: the usual place.'),
			];
		}

		case 'name': {
			return [say('What the spoke is called here: 1 to 64 letters, digits, _ and -. Folders and the ledger bear it.')];
		}

		case 'schedule': {
			return [
				say('When it is synced: a cron expression of 5 or 6 fields such as */15 * * * *, or off.'),
				say('Empty: tui.default_schedule holds.'),
			];
		}

		case 'stale': {
			return [
				say('After how long without contact the row says late: 90m, 26h, 3d.'),
				say('Empty: tui.stale_after holds.'),
			];
		}

		case 'enabled': {
			return [
				say('A disabled spoke stays in the list with all that the hub has of it, and is not synced.'),
				hint('space', 'changes it'),
			];
		}

		case 'check': {
			return checkStep(sight);
		}
	}
}

function methodStep({ui, style}: WizardSight): Line[] {
	const {method} = draftOf(ui);
	return wizardMethods.flatMap((one, index): Line[] => {
		const sign = one === method ? style.glyph('cursor') : ' ';
		const title = piece(`${sign} ${index + 1}  ${methodTitles[one]}`, one === method ? 'strong' : undefined);
		return [[title], [piece(`     ${methodLines[one]}`, 'faint')]];
	});
}

function sourceStep(sight: WizardSight): Line[] {
	const {method} = draftOf(sight.ui);
	if (method === 'syncthing') {
		return keepsSource(sight.ui, sight.state.config) ? [say('The device stays as it is.')] : deviceLines(sight);
	}

	const format =
		method === 'rsync'
			? [
					labelled(
						'Format',
						"[user@]host:path, where ~ is the spoke's home. The hub uses your ssh configuration as it is.",
					),
					...hostLines(sight),
				]
			: [
					labelled(
						'Format',
						'a folder of this machine that is fetched from: a disk, a share. Empty: none, something else fills the folder of the next step (scp, a backup, a script).',
					),
				];
	return [...format, ...lookLines(sight)];
}

function lookLines({facts: {look}, ui}: WizardSight): Line[] {
	const {method, sources} = draftOf(ui);
	const source = wholeSource(method, sources[method]?.text ?? '');
	if (!look || look.of !== source) return [];
	if (look.isRunning) return [labelled('Found', 'looking…')];
	return look.lines.map((line, index) => [
		piece((index === 0 ? 'Found' : '').padEnd(labelCells), 'label'),
		toned(line),
	]);
}

function checkStep(sight: WizardSight): Line[] {
	const {facts, ui, keys} = sight;
	const {job} = facts;
	if (job) return [...job.lines.map(line => [toned(line)]), ...endLines(sight)];
	if (ui.edits !== undefined) return changeLines(sight);
	const {method} = ui.added;
	const what = {
		rsync: [
			'looks for the ssh server, shows the fingerprint of its host key if it is not known, sees to a key that can do nothing but fetch sessions, lists them, writes config.yaml and syncs.',
			'Whatever changes something on the spoke is shown and asked first.',
		],
		syncthing: isReached(ui.added)
			? [
					"adds the device and a folder that only receives to this hub's Syncthing, makes the spoke's part too, and writes config.yaml.",
					'Each of the two is shown and asked first.',
				]
			: [
					"adds the device and a folder that only receives to this hub's Syncthing, writes config.yaml, and says what is to be done on the spoke.",
				],
		manual: ['looks at the folder, writes config.yaml, and counts what is there.'],
	}[method];
	const [first, ...rest] = what;
	return [
		[...hint(keys.next, first!)],
		...rest.map(text => say(text)),
		...(keys.save === undefined ? [] : [hint(keys.save, 'writes what was filled in, and looks at nothing')]),
	];
}

/** What enter would do, in the words of config.yaml. */
function changeLines({ui, facts, state, keys}: WizardSight): Line[] {
	const change = changeOf(ui, facts, state.config);
	if (!change) return [say('Nothing is changed yet.')];
	const written = Object.entries(change.values).map(([key, value]) =>
		say(value === undefined ? `  ${key} is taken away: its default holds` : `  ${key}: ${clean(String(value))}`),
	);
	if (change.method === undefined) return [...written, [], hint(keys.next, 'writes this into config.yaml')];
	const {method} = state.config.spokes.find(({name}) => name === change.name)!;
	// Nobody but Syncthing has something that is set up or taken out.
	const isAsked = [method, change.method].includes('syncthing');
	return [
		say(`  sync_method: ${change.method}`),
		...written,
		[],
		say('The same folder is filled another way from then on. Every session in it is kept: each gets a copy of its own'),
		say('first, nobody else works on the spoke meanwhile, and it is verified at the end.'),
		hint(keys.next, isAsked ? 'shows what will happen, and asks before anything is changed' : 'does this'),
	];
}

function endLines({facts: {job}, keys}: WizardSight): Line[] {
	if (!job || job.isRunning || keys.next === undefined) return [];
	return [[], hint(keys.next, isWritten(job) ? 'closes this' : 'tries again')];
}

function yamlLines({facts: {preview, job}, ui, state, home}: WizardSight): Line[] {
	if (!preview || ui.edits !== undefined || ui.step === 'method' || job) return [];
	if (preview.problem !== undefined) {
		return ui.step === 'check' ? [[], ...preview.problem.split('\n').map(text => [piece(clean(text), 'bad')])] : [];
	}

	const file = clean(tilde(state.config.file, home));
	return [
		[],
		[piece(`Will be added to ${file} (comments and other keys kept):`, 'label')],
		...preview.yaml.map(line => [piece(clean(line, 4096))]),
	];
}
