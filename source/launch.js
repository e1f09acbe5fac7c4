#!/usr/bin/env node
// What `pi-brain-tui` starts. Nothing here may be newer than Node 12, and nothing may be imported before the version is
// known: an old Node would die of the first line it cannot parse, and say so in words that help nobody.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 22)) {
	// V8 lets its nursery grow to 48 MB while a program starts, and never gives that back: a dashboard of 1,000 spokes took
	// 300 MB instead of 185, for nothing that could be measured in speed.
	process.getBuiltinModule('v8').setFlagsFromString('--semi-space-growth-factor=1');
	// It collects garbage when a fifth was added, not when up to twice as much is there: 20 MB less of 195 for 1,000 spokes,
	// and a start leaves nothing behind that is collected while nothing happens.
	process.getBuiltinModule('v8').setFlagsFromString('--heap-growing-percent=20');
	// Compiled code is kept between runs: 30 ms of 160 at every start (measured on 2 cores).
	process.getBuiltinModule('module').enableCompileCache();
	import('./cli.js');
} else {
	process.stderr.write(
		[
			`pi-brain-tui needs Node.js 22.22 or newer; ${process.execPath} is ${process.versions.node}.`,
			'Install a newer one from https://nodejs.org/en/download (or `nvm install 24`, `fnm install 24`, `brew install node`),',
			'or, without installing anything: npx --yes --package=node@24 --package=pi-brain-tui pi-brain-tui',
			'',
		].join('\n'),
	);
	process.exitCode = 2;
}
