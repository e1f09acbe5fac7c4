import {clean} from '../../../text/clean.js';
import {countOf} from '../../../text/format.js';
import {type Failure, SyncError} from '../../causes.js';
import {createClient} from '../../syncthing/client.js';
import {findInstance, type Instance, type Lead, leadsOf, nameOf} from '../../syncthing/instance.js';
import {folderAt} from '../../syncthing/match.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';
import {surroundingsOf} from './syncthing-client.js';

interface Answer {
	readonly instance: Instance;
	readonly myId: string;
	readonly version: string;
	/** It has a folder at the spoke's path. */
	readonly hasFolder: boolean;
}

type Asked = Answer | {readonly failure: Failure; readonly name: string; readonly home: string | undefined} | undefined;

/** Milliseconds one of them may take: a machine that drops packets must not hide the others. */
const eachMs = 10_000;

/** Whether a Syncthing of the hub is found, answers, takes the key and is the one that is expected. */
export async function checkSyncthing(context: CheckContext, trace: Trace): Promise<Found> {
	const asked = await Promise.all(leadsOf(surroundingsOf(context)).map(async lead => ask(lead, context, trace)));
	const answers = asked.filter(one => one !== undefined && 'instance' in one);
	const failures = asked.filter(one => one !== undefined && 'failure' in one);
	trace.say(
		...answers.map(({instance, version, myId}) => `${instance.url}: Syncthing ${version}, device ${myId}`),
		...failures.map(({name, failure}) => `${clean(name)}: ${failure.message}`),
		...failures.map(({failure}) => failure.detail),
	);
	const right = answers.find(({hasFolder}) => hasFolder) ?? (failures.length === 0 ? answers[0] : undefined);
	if (right) {
		const {instance, version, myId} = right;
		context.findings.syncthing = {instance, myId};
		const more = asked.length > 1 ? ` (one of ${countOf(asked.length, 'Syncthing')})` : '';
		return {status: 'pass', summary: `${instance.url} answers: ${clean(version, 64)}${more}`};
	}

	const [failing] = failures;
	if (failing) {
		const {failure, home} = failing;
		return {
			...{status: 'fail', summary: failure.message, cause: failure.cause},
			facts: {serverSays: failure.message, syncthing: home === undefined ? {} : {home}},
		};
	}

	// Files may come all the same: it may run for somebody else, or in a container.
	return {
		status: 'warn',
		summary:
			'none was found: no config.xml in the usual places, and tui.syncthing names none; only the folder is known',
		cause: 'ST_DOWN',
		facts: {syncthing: {trouble: 'absent'}},
	};
}

async function ask(lead: Lead, context: CheckContext, trace: Trace): Promise<Asked> {
	const surroundings = surroundingsOf(context);
	const [name, home] = [nameOf(lead), lead?.home];
	let found: Instance | undefined;
	try {
		found = await findInstance(lead, surroundings);
		if (!found) return undefined;
		const client = createClient(found, AbortSignal.any([trace.signal, AbortSignal.timeout(eachMs)]));
		try {
			trace.onCommand(`GET system/status (${found.url}/rest)`);
			const [{myID: myId}, {version}] = await Promise.all([client.status(), client.version()]);
			const folder = await folderAt(await client.folders(), context.spoke.path, context.home);
			return {instance: found, myId, version, hasFolder: folder !== undefined};
		} finally {
			client.close();
		}
	} catch (error) {
		trace.signal.throwIfAborted();
		const known = {name: found?.url ?? name, home: found?.home ?? home};
		if (error instanceof SyncError) return {...known, failure: error.failure};
		if ((error as Error).name !== 'TimeoutError') throw error;
		const message = `Syncthing's API at ${clean(known.name)} did not answer within ${eachMs / 1000} s`;
		return {...known, failure: {cause: 'ST_DOWN', message, detail: ''}};
	}
}
