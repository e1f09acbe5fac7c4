/** Milliseconds per unit of a duration. */
const units = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000} as const;

/**
 * `90s`, `30m`, `2h`, `1d`, or a number of seconds.
 * @returns milliseconds, more than zero; undefined for anything else
 */
export function parseDuration(value: unknown): number | undefined {
	const match = /^(\d+(?:\.\d+)?)\s*([smhd]?)$/.exec(String(value).trim());
	if (!match || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
	const ms = Number(match[1]) * units[(match[2] || 's') as keyof typeof units];
	// Longer than this and setTimeout would fire at once.
	return ms >= 1 && ms <= 20 * 365 * units.d ? ms : undefined;
}

/**
 * A rate as rsync's `--bwlimit` takes it: KiB per second unless a suffix says otherwise (`1.5m`, `500KB`).
 * @returns whole KiB per second, 0 for no limit; undefined for anything else
 */
export function parseRate(text: string): number | undefined {
	const match = /^(\d+(?:\.\d+)?)(?:([bkmg])(i?b)?)?$/i.exec(text);
	if (!match) return undefined;
	const unit = (match[2] ?? 'k').toLowerCase();
	const base = match[3]?.toLowerCase() === 'b' ? 1000 : 1024;
	const bytes = Number(match[1]) * base ** 'bkmg'.indexOf(unit);
	if (!Number.isFinite(bytes) || bytes > Number.MAX_SAFE_INTEGER) return undefined;
	return bytes === 0 ? 0 : Math.max(1, Math.round(bytes / 1024));
}

/** `*`, `* /5`-like steps and plain numbers within a field's range: what nearly every schedule is made of. */
function isPlainField(field: string, min: number, max: number): boolean {
	const match = /^(?:\*(?:\/([1-9]\d?))?|(\d{1,2}))$/.exec(field);
	if (!match) return false;
	const step = Number(match[1] ?? 1);
	const value = Number(match[2] ?? min);
	return step <= max && value >= min && value <= max;
}

/**
 * Checks a cron expression of 5 or 6 fields.
 * @returns what is wrong with it, to be read after the key's name; undefined when it is fine
 */
export async function scheduleProblem(expression: string): Promise<string | undefined> {
	const fields = expression.trim().split(/\s+/);
	const usual = 'must be a cron expression of 5 or 6 fields, such as "*/15 * * * *", or off';
	if (fields.length !== 5 && fields.length !== 6) return `${usual}, not "${expression}"`;
	const [minute, hour, day, month, weekday] = fields.slice(-5) as [string, string, string, string, string];
	// The cron library is loaded only for what is not plain: a one-shot `sync run` has no other use for it.
	if (
		fields.length === 5 &&
		isPlainField(minute, 0, 59) &&
		isPlainField(hour, 0, 23) &&
		[day, month].every(field => field === '*') &&
		isPlainField(weekday, 0, 6)
	) {
		return undefined;
	}

	const {Cron} = await import('croner');
	try {
		const cron = new Cron(expression, {paused: true, mode: '5-or-6-parts'});
		return cron.nextRun() === null ? `"${expression}" never comes` : undefined;
	} catch (error) {
		return `${usual}: ${(error as Error).message}`;
	}
}

/** True when the runtime knows the time zone (`Europe/Paris`, `UTC`). */
export function isTimeZone(text: string): boolean {
	try {
		new Intl.DateTimeFormat('en', {timeZone: text});
		return true;
	} catch {
		return false;
	}
}
