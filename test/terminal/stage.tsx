import {writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {Text, useInput} from 'ink';
import {type ReactNode, useEffect, useState} from 'react';
import type {AppProps} from '../../source/app.js';
import {dashboard} from '../../source/commands/dashboard.js';
import {openScene} from '../../source/commands/open-scene.js';
import {systemClock} from '../../source/sync/clock.js';

// A dashboard that draws nothing but what a test needs, started on a pseudo-terminal: what it does is the argument.

/** Throws while drawing when a key is pressed. */
function Crashing(): ReactNode {
	const [isBroken, setBroken] = useState(false);
	useInput(() => setBroken(true));
	if (isBroken) throw new Error('the paint is wet');
	return <Text>ready</Text>;
}

/** Something outside React throws when a key is pressed. */
function Throwing(): ReactNode {
	useInput(() => {
		setTimeout(() => {
			throw new Error('the engine stalled');
		});
	});
	return <Text>ready</Text>;
}

/** Syncs everything; q leaves. */
function Syncing({scene, onExit}: AppProps): ReactNode {
	useInput(input => {
		// Two keys may come as one.
		if (input.includes('c')) console.error('said across the screen');
		if (input.includes('q')) onExit(0);
	});
	useEffect(() => {
		if (scene.kind === 'hub') void scene.hub.sync(scene.hub.state.spokes.map(({config}) => config.name));
	}, [scene]);
	return <Text>ready</Text>;
}

/** Repaints a screen full of new text as often as it can; a file `round` in the home folder says how often it did. */
function Flooding({terminal, onExit}: AppProps): ReactNode {
	const [round, setRound] = useState(0);
	useInput(input => {
		if (input === 'q') onExit(0);
	});
	useEffect(() => {
		const timer = setInterval(() => setRound(before => before + 1), 10);
		return () => clearInterval(timer);
	}, []);
	useEffect(() => writeFileSync(join(io.home, 'round'), String(round)), [round]);
	terminal.setTitle(`round ${Math.floor(round / 100)}`);
	// No row is ever like another one: what the terminal can move would cost next to nothing.
	const words = (row: number) => `${(round + 1) * (row + 3)} `.repeat(12);
	return <Text>{Array.from({length: 20}, (_, row) => `ready ${round} ${words(row)}`).join('\n')}</Text>;
}

const stages = {Crashing, Throwing, Syncing, Flooding};
const {stdin, stdout, stderr, env} = process;
const interrupted = new AbortController();
process.on('SIGTERM', () => interrupted.abort());
const io = {
	stdout: {write: (text: string) => void stdout.write(text), isTerminal: true, columns: 80},
	stderr: {write: (text: string) => void stderr.write(text), isTerminal: true, columns: 80},
	hasColor: true,
	env,
	home: env.HOME ?? homedir(),
	hostname: 'hub',
	clock: systemClock,
	signal: interrupted.signal,
};
const Top = stages[process.argv[2] as keyof typeof stages];
process.exitCode = await dashboard(io, {}, {stdin, stdout, stderr}, await openScene(io, {}), Top);
