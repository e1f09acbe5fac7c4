/**
 * The first time after `fromMs` at which a cron expression is due, in milliseconds since the epoch; undefined when it
 * never is again (30 February).
 */
export type NextTime = (expression: string, fromMs: number) => number | undefined;

/** A cron library that was loaded for one time zone. */
export interface CronTable {
	/** Never throws: an expression that cannot be read is never due. */
	readonly next: NextTime;
	/** What is wrong with an expression, in the library's words; undefined when it can be used. */
	problem(expression: string): string | undefined;
}

/**
 * Loads the cron library. Expressions have 5 fields, or 6 with seconds in front, or are a nickname as `@hourly`.
 * A fixed time inside the hour that summer time leaves out is due right after it; one that occurs twice is due once.
 * @param timeZone IANA zone; undefined: the machine's own
 */
export async function loadCron(timeZone: string | undefined): Promise<CronTable> {
	const {Cron} = await import('croner');
	const parsed = new Map<string, InstanceType<typeof Cron> | string>();
	const parse = (expression: string) => {
		let known = parsed.get(expression);
		if (known === undefined) {
			known = attempt(() => {
				const cron = new Cron(expression, {mode: '5-or-6-parts', timezone: timeZone});
				// A wrong time zone shows at the first question only.
				cron.nextRun();
				return cron;
			});
			parsed.set(expression, known);
		}

		return known;
	};

	return {
		next(expression, fromMs) {
			const cron = parse(expression);
			return typeof cron === 'string' ? undefined : (cron.nextRun(new Date(fromMs))?.getTime() ?? undefined);
		},
		problem(expression) {
			const cron = parse(expression);
			return typeof cron === 'string' ? cron : undefined;
		},
	};
}

function attempt<Value>(make: () => Value): Value | string {
	try {
		return make();
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}
