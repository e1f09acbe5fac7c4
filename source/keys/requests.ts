import type {SpokeState} from '../sync/state.js';
import type {CommandRequest} from '../view/command-line.js';
import {hubRow} from '../view/types.js';
import type {Desk} from './desk.js';
import {diagnoseSpoke} from './diagnosing.js';
import {askCancel, askRelease, probe, startSync} from './jobs.js';
import {askQuit} from './quitting.js';
import {verifyRows} from './verify.js';
import {versionsOfSpoke} from './versions.js';

/** Does what a command line asks for. */
export function runRequest(desk: Desk, request: CommandRequest): void {
	const {isReadOnly} = desk.context();
	const isChange = request.type === 'cancel' || request.type === 'release';
	if (isReadOnly && (isChange || (request.type === 'sync' && !request.isDryRun))) {
		desk.say('warn', 'read-only: nothing is changed from here');
		return;
	}

	switch (request.type) {
		case 'sync': {
			const {names, isDryRun} = request;
			startSync(desk, spokesOf(desk, names), {isDryRun, isNamed: names !== 'all'});
			return;
		}

		case 'probe': {
			probe(desk, spokesOf(desk, request.names));
			return;
		}

		case 'cancel': {
			askCancel(desk, spokesOf(desk, request.names));
			return;
		}

		case 'release': {
			askRelease(desk, spokesOf(desk, request.names));
			return;
		}

		case 'diagnose': {
			diagnoseSpoke(desk, spokesOf(desk, [request.name])[0]);
			return;
		}

		case 'verify': {
			const {names, isDeep} = request;
			const enabled = spokesOf(desk, 'all').filter(({config}) => config.enabled);
			// A disabled spoke is verified when it is named.
			const ids = names === 'all' ? [hubRow, ...enabled.map(({config}) => config.name)] : names;
			verifyRows(desk, ids, isDeep);
			return;
		}

		case 'versions':
		case 'restore': {
			versionsOfSpoke(desk, spokesOf(desk, [request.name])[0]);
			return;
		}

		case 'log': {
			desk.dispatch({type: 'log-spoke', spoke: request.name});
			desk.dispatch({type: 'open', view: 'log'});
			return;
		}

		case 'open': {
			desk.dispatch({type: 'select', id: request.name});
			desk.dispatch({type: 'open', view: 'detail'});
			return;
		}

		case 'filter': {
			desk.dispatch({type: 'filter', text: request.text});
			return;
		}

		case 'sort': {
			desk.dispatch({type: 'sort', column: request.column});
			if (request.isReversed) desk.dispatch({type: 'reverse'});
			return;
		}

		case 'theme': {
			desk.dispatch({type: 'theme', theme: request.theme});
			return;
		}

		case 'config':
		case 'help': {
			desk.dispatch({type: 'open', view: request.type});
			return;
		}

		case 'quit': {
			askQuit(desk);
			return;
		}

		case 'mistake': {
			desk.say('warn', request.text);
			return;
		}

		case 'nothing': {
			return;
		}
	}
}

function spokesOf(desk: Desk, names: readonly string[] | 'all'): readonly SpokeState[] {
	const {spokes} = desk.context().state;
	return names === 'all' ? spokes : spokes.filter(({config}) => names.includes(config.name));
}
