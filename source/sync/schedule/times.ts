const minute = 60_000;
const day = 24 * 60 * minute;

/** `14:05`, in the hub's own time. */
export function clockTime(ms: number): string {
	const date = new Date(ms);
	return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `14:00–15:45`, with dates where that would not say which day: `11-20 14:00–11-21 09:30`. */
export function clockTimes(fromMs: number, toMs: number): string {
	const isOneDay = new Date(fromMs).toDateString() === new Date(toMs).toDateString();
	const say = (ms: number) => (isOneDay ? clockTime(ms) : `${dayOfYear(ms)} ${clockTime(ms)}`);
	return `${say(fromMs)}–${say(toMs)}`;
}

/** `45 s`, `12 min`, `3 h`, `2 d`: rounded down, one unit. */
export function span(ms: number): string {
	if (ms < minute) return `${Math.floor(ms / 1000)} s`;
	if (ms < 60 * minute) return `${Math.floor(ms / minute)} min`;
	return ms < 2 * day ? `${Math.floor(ms / (60 * minute))} h` : `${Math.floor(ms / day)} d`;
}

function dayOfYear(ms: number): string {
	const date = new Date(ms);
	return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(value: number): string {
	return String(value).padStart(2, '0');
}
