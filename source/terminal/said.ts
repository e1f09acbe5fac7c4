import {format} from 'node:util';

const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

/**
 * Collects what would otherwise be written across the screen: `console.*` and the runtime's own warnings.
 * @param say gets each as one text
 * @returns puts everything back
 */
export function collectSaid(say: (text: string) => void): () => void {
	const before = methods.map(name => [name, console[name]] as const);
	for (const name of methods) console[name] = (...values: unknown[]) => say(format(...values));
	const onWarning = ({name, message}: Error) => say(`${name}: ${message}`);
	process.on('warning', onWarning);
	return () => {
		for (const [name, method] of before) console[name] = method;
		process.off('warning', onWarning);
	};
}
