import {readFile} from 'node:fs/promises';
import path from 'node:path';

/** What opens a hub for the dashboard: all that it imports is what nearly every command needs. */
const opener = 'source/commands/open-scene.ts';

/**
 * Makes esbuild put the modules that open a hub into one file. It makes a file of its own of what each set of lazily
 * imported parts has in common: the dashboard would read 68 files before its first frame, and finding, reading and linking
 * those costs more than all that is in them. So whichever part imports anything of the engine imports all of it.
 * @param {import('esbuild').BuildOptions} options what is built
 * @returns {Promise<import('esbuild').Plugin | undefined>} undefined when there is no hub in what is built
 * @throws {Error} with esbuild's messages when the source cannot be bundled
 */
export async function oneEngine(options) {
	const root = options.absWorkingDir;
	const esbuild = await import('esbuild');
	const {metafile} = await esbuild.build({...options, metafile: true, write: false});
	const {inputs} = metafile;
	if (inputs[opener] === undefined) return undefined;
	const always = reachedFrom(Object.values(options.entryPoints), inputs);
	const engine = reachedFrom([opener], inputs).difference(always);
	for (const name of engine) if (name === opener || !name.startsWith('source/')) engine.delete(name);
	const lazy = Object.values(inputs).flatMap(({imports}) =>
		imports.filter(({kind, external}) => kind === 'dynamic-import' && !external).map(({path: name}) => name),
	);
	// Not its own modules: they would be run before what they import.
	const parts = lazy.filter(name => !engine.has(name) && !reachedFrom([name], inputs).isDisjointFrom(engine));
	const users = new Set(parts.map(name => path.join(root, name)));
	return {
		name: 'one-engine',
		setup(build) {
			build.onResolve({filter: /^the-engine$/}, () => ({path: 'the-engine', namespace: 'engine', sideEffects: true}));
			build.onLoad({filter: /.*/, namespace: 'engine'}, () => ({
				contents: [...engine].map(name => `import ${JSON.stringify(path.join(root, name))};`).join('\n'),
				resolveDir: root,
			}));
			build.onLoad({filter: /\.tsx?$/}, async ({path: file}) => {
				if (!users.has(file)) return undefined;
				return {
					contents: `${await readFile(file, 'utf8')}\nimport 'the-engine';\n`,
					loader: path.extname(file).slice(1),
				};
			});
		},
	};
}

/** Everything that is loaded with some modules, themselves among it. */
function reachedFrom(names, inputs) {
	const reached = new Set(names);
	for (const name of reached) {
		for (const {path: imported, kind, external} of inputs[name].imports)
			if (!external && kind !== 'dynamic-import') reached.add(imported);
	}

	return reached;
}
