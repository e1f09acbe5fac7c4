import {homedir, hostname} from 'node:os';
import {openHub} from '../source/commands/open-hub.js';
import {systemClock} from '../source/sync/clock.js';
import type {EngineOrder, EngineReply} from './bundle.js';

// The program behind `startEngine`: a hub that stays open and syncs when it is told to.
const port = {write() {}, isTerminal: false, columns: 80};
const {hub, close} = await openHub(
	{
		stdout: port,
		stderr: port,
		hasColor: false,
		env: process.env,
		home: homedir(),
		hostname: hostname(),
		clock: systemClock,
		signal: new AbortController().signal,
	},
	{config: process.argv[2]},
	{by: 'watch'},
);

process.on('message', async ({names}: EngineOrder) => {
	const started = performance.now();
	const reports = await hub.sync(names);
	const tookMs = performance.now() - started;
	const bad = reports.find(({result, cause}) => result !== 'done' || cause !== undefined);
	const reply: EngineReply = {tookMs, failure: bad && `${bad.spoke}: ${bad.result} ${bad.cause} ${bad.message}`};
	process.send!(reply);
});
process.on('disconnect', close);
process.send!('ready');
