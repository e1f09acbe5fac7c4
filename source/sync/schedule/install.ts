import {installCron, uninstallCron} from './install-cron.js';
import type {Installed, InstallRequest} from './install-types.js';
import {installUnits, uninstallUnits} from './install-units.js';

/**
 * Makes this machine sync by itself: a line in the user's crontab, or systemd user units that are enabled and started.
 * Doing it again changes nothing; an earlier one of ours is replaced; what is not ours is left alone.
 * @throws ScheduleError when nothing was installed; the signal's reason when it aborts
 */
export async function installSchedule(request: InstallRequest): Promise<Installed> {
	return request.kind === 'cron' ? installCron(request) : installUnits(request);
}

/**
 * Takes away what `installSchedule` brought, timer and service alike.
 * @throws ScheduleError; the signal's reason when it aborts
 */
export async function uninstallSchedule(request: Omit<InstallRequest, 'isWatch'>): Promise<Installed> {
	return request.kind === 'cron' ? uninstallCron(request) : uninstallUnits(request);
}
