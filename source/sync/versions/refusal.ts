/** What was asked cannot be done, and nothing was changed. The message is for people, neutralised. */
export class Refusal extends Error {
	override readonly name = 'Refusal';
	/** True when the reason is that kept bytes are not what the ledger says. */
	readonly isDamage: boolean;

	constructor(message: string, options: {readonly isDamage?: boolean} = {}) {
		super(message);
		this.isDamage = options.isDamage ?? false;
	}
}
