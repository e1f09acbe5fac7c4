import {spawnSync} from 'node:child_process';
import {onExit, type Scope, temporaryFolder} from './after.js';

let possible: boolean | undefined;

/** True when a small filesystem can be mounted here: root, with the right to (many containers have none). */
export function canMount(): boolean {
	possible ??=
		process.getuid?.() === 0 &&
		process.platform === 'linux' &&
		spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'lab', '/mnt']).status === 0;
	return possible;
}

/** A filesystem of its own, to be filled or made read-only. */
export interface LabMount {
	readonly path: string;
	/** Until the end of the scope, or `setWritable()`. */
	setReadOnly(): void;
	setWritable(): void;
	unmount(): void;
}

/**
 * Mounts an empty tmpfs in a temporary folder.
 * @param bytes its size; rounded up to whole pages of memory
 * @param scope unmounts it and removes the folder
 * @throws Error where `canMount()` is false
 */
export async function mountSmall(bytes: number, scope: Scope): Promise<LabMount> {
	const {path: folder, remove} = await temporaryFolder();
	const mount = (...words: string[]) => {
		const {status, stderr} = spawnSync('mount', [...words, folder], {encoding: 'utf8'});
		if (status !== 0) throw new Error(`mount ${words.join(' ')} ${folder}: ${stderr}`);
	};

	// Lazily, because a program under test may still stand in it; a hook that fails would hide what the test found.
	const unmount = () => {
		forget();
		spawnSync('umount', ['--lazy', folder]);
	};
	const forget = onExit(unmount);
	scope.after(async () => {
		unmount();
		await remove();
	});
	mount('-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'pi-brain-lab');
	return {
		path: folder,
		setReadOnly: () => mount('-o', 'remount,ro'),
		setWritable: () => mount('-o', 'remount,rw'),
		unmount,
	};
}
