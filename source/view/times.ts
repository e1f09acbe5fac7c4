/** A time as the clock on the wall shows it. */
interface WallTime {
	readonly year: number;
	/** `Jan` to `Dec`. */
	readonly month: string;
	readonly day: number;
	/** `Mon` to `Sun`. */
	readonly weekday: string;
	/** `14:02:31`. */
	readonly time: string;
	/** `UTC`, `UTC+5:30`. */
	readonly zone: string;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const minuteMs = 60_000;

/** @param timeZone IANA name; undefined: this machine's */
function wallTime(at: number, timeZone: string | undefined): WallTime {
	const offset = offsetMinutes(at, timeZone);
	// Read back as UTC, so that no locale's tables are loaded for a date.
	const date = new Date(at + offset * minuteMs);
	return {
		year: date.getUTCFullYear(),
		month: months[date.getUTCMonth()]!,
		day: date.getUTCDate(),
		weekday: weekdays[date.getUTCDay()]!,
		time: date.toISOString().slice(11, 19),
		zone: zoneText(offset),
	};
}

function offsetMinutes(at: number, timeZone: string | undefined): number {
	if (timeZone === undefined) return -new Date(at).getTimezoneOffset();
	if (timeZone === 'UTC') return 0;
	const parts = new Intl.DateTimeFormat('en', {timeZone, timeZoneName: 'longOffset'}).formatToParts(at);
	const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(
		parts.find(({type}) => type === 'timeZoneName')?.value ?? '',
	) ?? ['', '+', '0', '0'];
	return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function zoneText(offset: number): string {
	if (offset === 0) return 'UTC';
	const minutes = Math.abs(offset) % 60;
	const rest = minutes === 0 ? '' : `:${String(minutes).padStart(2, '0')}`;
	return `UTC${offset < 0 ? '-' : '+'}${Math.floor(Math.abs(offset) / 60)}${rest}`;
}

/**
 * A time in full: `Sat 21 Nov 14:02 UTC+1`; with its year where that is not this year.
 * @param at milliseconds since the epoch
 * @param timeZone IANA name; undefined: this machine's
 */
export function absoluteTime(at: number, now: number, timeZone?: string): string {
	const {year, month, day, weekday, time, zone} = wallTime(at, timeZone);
	const ofYear = year === wallTime(now, timeZone).year ? '' : ` ${year}`;
	return `${weekday} ${String(day).padStart(2)} ${month}${ofYear} ${time.slice(0, 5)} ${zone}`;
}

/**
 * A time as short as it can be told apart, nine cells or fewer: `14:02:31` today, `Fri 14:02` within six days,
 * `12 Nov` this year, `Nov 2025` before.
 */
export function shortTime(at: number, now: number, timeZone?: string): string {
	const own = wallTime(at, timeZone);
	const today = wallTime(now, timeZone);
	if (own.year === today.year && own.month === today.month && own.day === today.day) return own.time;
	if (at < now && now - at < 6 * 24 * 60 * minuteMs) return `${own.weekday} ${own.time.slice(0, 5)}`;
	return own.year === today.year ? `${own.day} ${own.month}` : `${own.month} ${own.year}`;
}

/** Minutes and hours of a clock: `14:02`. */
export function clockTime(at: number, timeZone?: string): string {
	return wallTime(at, timeZone).time.slice(0, 5);
}
