import type {StateWord} from '../sync/status.js';
import type {GlyphName, Tone} from './types.js';

/** What a state word means, and the sign it is shown with. */
export interface WordLegend {
	readonly tone: Tone;
	readonly meaning: string;
}

/** Every state word, best first, in the order help lists them. */
export const wordLegend: Readonly<Record<StateWord, WordLegend>> = {
	ok: {tone: 'ok', meaning: 'everything it has shown is on the hub'},
	syncing: {tone: 'busy', meaning: 'a sync is running'},
	due: {tone: 'ok', meaning: 'its scheduled time has passed, the sync has not begun'},
	disabled: {tone: 'off', meaning: 'switched off in config.yaml; what it brought stays'},
	never: {tone: 'unknown', meaning: 'nothing has arrived from it yet'},
	asleep: {tone: 'warn', meaning: 'does not answer, as a machine that sleeps or travels'},
	late: {tone: 'warn', meaning: 'not in touch, or not run, for too long'},
	held: {tone: 'warn', meaning: 'sessions shrank there, or all of them vanished; what came before is safe here'},
	unreachable: {tone: 'bad', meaning: 'the network or its ssh server turns us away'},
	auth: {tone: 'bad', meaning: 'it refuses the key, or the account'},
	'host-key': {tone: 'bad', meaning: 'it is unknown or not the machine it was: compare fingerprints'},
	'remote-config': {tone: 'bad', meaning: 'something must be put right on the spoke: rsync, shell, path'},
	'local-disk': {tone: 'bad', meaning: 'the hub cannot write: full, read-only, not permitted'},
	error: {tone: 'bad', meaning: 'failed in another way; its row says how'},
};

/** A sign of the history strip. */
type StripSign = Extract<GlyphName, `cell${string}`>;

/** The signs of the history strip: an hour is shown by the worst that happened in it. */
export const stripLegend: ReadonlyArray<{readonly glyph: StripSign; readonly meaning: string}> = [
	{glyph: 'cellOk', meaning: 'ok'},
	{glyph: 'cellBig', meaning: 'over 10 MB'},
	{glyph: 'cellFailed', meaning: 'failed'},
	{glyph: 'cellNone', meaning: 'no run'},
];

/** The colours of those signs. */
export const stripTones: Readonly<Record<StripSign, Tone>> = {
	cellOk: 'ok',
	cellBig: 'busy',
	cellFailed: 'bad',
	cellNone: 'off',
};
