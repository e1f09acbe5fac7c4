/** Whoever answers questions while a spoke is set up. */
export interface Asker {
	/** False: nobody is there, and only flags decide. */
	readonly isThere: boolean;
	/** The answer without white space around it; empty when the input ended. */
	ask(question: string): Promise<string>;
}

/** A question that only `y` or `yes` answers with yes. */
export async function isYes(asker: Asker, question: string): Promise<boolean> {
	return asker.isThere && /^y(?:es)?$/i.test(await asker.ask(`${question} [y/N] `));
}
