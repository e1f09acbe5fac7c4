import {useEffect, useState} from 'react';
import {loadCron, type NextTime} from '../sync/schedule/cron.js';

/** Next times of cron expressions; undefined until the library is loaded, which is after the first frame. */
export function useCron(timeZone: string | undefined): NextTime | undefined {
	const [next, setNext] = useState<NextTime>();
	useEffect(() => {
		let isWanted = true;
		void loadCron(timeZone).then(table => {
			if (isWanted) setNext(() => table.next);
		});
		return () => {
			isWanted = false;
		};
	}, [timeZone]);
	return next;
}
