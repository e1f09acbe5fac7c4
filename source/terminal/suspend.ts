/** Milliseconds after which a process that still runs was not stopped: nobody could have continued it. */
const stopMs = 250;

/**
 * Stops this process and whoever shares its job (a script that started it), as ctrl-z does for a program that reads no
 * keys; resolves when the shell continues it. Where there is no job control to continue it, the system does not stop it,
 * and this resolves soon.
 */
export async function suspendProcess(): Promise<void> {
	const listeners = process.listeners('SIGTSTP');
	process.removeAllListeners('SIGTSTP');
	await new Promise<void>(resolve => {
		const finish = () => {
			clearTimeout(timer);
			process.off('SIGCONT', finish);
			resolve();
		};

		// A timer that is waited for keeps the process alive: its keyboard is not listened to meanwhile.
		const timer = setTimeout(finish, stopMs);
		process.once('SIGCONT', finish);
		process.kill(0, 'SIGTSTP');
	});
	for (const listener of listeners) process.on('SIGTSTP', listener);
}
