/** A device id that is none; the message says what is wrong with it. */
export class DeviceIdError extends Error {
	override readonly name = 'DeviceIdError';
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Characters of one part: 13 of the id and a check character. */
const partLength = 14;
const groupLength = 7;

/**
 * Reads a device id as a person may have typed it: eight groups of seven, with or without dashes and blanks, in either
 * case. As Syncthing does (`lib/protocol/deviceid.go`), 0, 1 and 8 are taken for the letters they look like.
 * @returns as Syncthing spells it
 * @throws DeviceIdError saying what is wrong
 */
export function readDeviceId(text: string): string {
	const bare = text
		.toUpperCase()
		.replaceAll(/[\s-]/g, '')
		.replaceAll('0', 'O')
		.replaceAll('1', 'I')
		.replaceAll('8', 'B');
	const wrong = [...bare].find(letter => !alphabet.includes(letter));
	if (wrong !== undefined) throw new DeviceIdError('it holds other characters than A to Z and 2 to 7');
	if (bare.length !== 4 * partLength) {
		throw new DeviceIdError(`it must be eight groups of seven characters, and has ${bare.length} of 56`);
	}

	for (let part = 0; part < 4; part++) {
		const letters = bare.slice(part * partLength, (part + 1) * partLength);
		if (checkCharacter(letters.slice(0, -1)) !== letters.at(-1)) {
			throw new DeviceIdError(
				`groups ${2 * part + 1} and ${2 * part + 2} do not fit together: a character is mistyped`,
			);
		}
	}

	return bare.match(new RegExp(`.{${groupLength}}`, 'g'))!.join('-');
}

/** Luhn mod 32 the way Syncthing computes it (`lib/protocol/luhn.go`): from the left, beginning with factor 1. */
function checkCharacter(letters: string): string {
	let sum = 0;
	for (const [index, letter] of [...letters].entries()) {
		const addend = alphabet.indexOf(letter) * (index % 2 === 0 ? 1 : 2);
		sum += Math.floor(addend / 32) + (addend % 32);
	}

	return alphabet[(32 - (sum % 32)) % 32]!;
}
