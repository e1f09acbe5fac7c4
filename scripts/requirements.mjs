import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';

/** Programs the tests start, and the Debian package each comes in. */
const programs = {
	rsync: 'rsync',
	ssh: 'openssh-client',
	'ssh-keygen': 'openssh-client',
	sshd: 'openssh-server',
	python3: 'python3',
	ip: 'iproute2',
	ping: 'iputils-ping',
	ps: 'procps',
	crontab: 'cron',
	tmux: 'tmux',
	syncthing: 'syncthing',
	zsh: 'zsh',
	fish: 'fish',
};

const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/**
 * Programs of the list that are not on this machine.
 * @param {readonly string[]} [where] folders to look in
 * @returns {string[]} their names
 */
export function missingPrograms(where = folders) {
	return Object.keys(programs).filter(name => !where.some(folder => existsSync(path.join(folder, name))));
}

/**
 * Installs what the tests need when this is root on Debian or Ubuntu.
 * @throws {Error} that names what to install, elsewhere or when apt fails
 */
export function installPrograms() {
	const missing = missingPrograms();
	if (missing.length === 0) return;
	const packages = [...new Set(missing.map(name => programs[name]))];
	const order = `apt-get install ${packages.join(' ')}`;
	if (process.getuid?.() !== 0 || !isDebian()) {
		throw new Error(
			`The tests need ${missing.join(', ')}. Install ${missing.length === 1 ? 'it' : 'them'} and try again; on Debian and Ubuntu: sudo ${order}`,
		);
	}

	console.error(`Installing ${packages.join(', ')}`);
	const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'};
	for (const argv of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
		// Everything but the last lines of a failure is noise here.
		const {status, stdout, stderr} = spawnSync('apt-get', ['-q', ...argv], {env, encoding: 'utf8', timeout: 300_000});
		if (status !== 0 && argv[0] === 'install') throw new Error(`${order} failed:\n${stdout}\n${stderr}`);
	}

	const still = missingPrograms();
	if (still.length > 0) throw new Error(`${order} left ${still.join(', ')} missing`);
}

function isDebian() {
	try {
		return /^ID(?:_LIKE)?=.*(?:debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
	} catch {
		return false;
	}
}
