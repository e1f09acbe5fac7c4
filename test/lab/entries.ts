import {code, noise, prose, type Random, toolOutput} from './text.js';

/** Versions pi has written. */
export type SessionVersion = 1 | 2 | 3;

/** A session while it is being written. */
export interface Draft {
	readonly version: SessionVersion;
	readonly id: string;
	readonly cwd: string;
	/** Milliseconds since the epoch of the entry written last. */
	time: number;
	/** Id of the entry written last; null before the first. */
	parentId: string | null;
}

/** UUIDv7, as pi names sessions since 0.67.1. */
export function sessionId(random: Random, time: number): string {
	const stamp = time.toString(16).padStart(12, '0');
	const rest = random.hex(18);
	return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${rest.slice(0, 3)}-a${rest.slice(3, 6)}-${rest.slice(6)}`;
}

/** Pi's folder and file name for a session: `--home-will-api--/2026-01-24T10-00-00-000Z_<id>.jsonl`. */
export function sessionPath(cwd: string, time: number, id: string): string {
	const folder = `--${cwd.replace(/^[/\\]/, '').replace(/[/\\:]/g, '-')}--`;
	return `${folder}/${new Date(time).toISOString().replace(/[:.]/g, '-')}_${id}.jsonl`;
}

/** The first line, as that version of pi writes it, with its line end. */
export function headerLine(draft: Draft): string {
	const {id, cwd, version} = draft;
	const timestamp = new Date(draft.time).toISOString();
	const header =
		version === 1
			? {type: 'session', id, timestamp, cwd, provider: 'anthropic', modelId: 'claude-sonnet-4-5', thinkingLevel: 'off'}
			: {type: 'session', version, id, timestamp, cwd};
	return `${JSON.stringify(header)}\n`;
}

type Body = Readonly<Record<string, unknown>>;

const usage = (random: Random) => ({
	input: random.below(9000),
	output: random.below(2000),
	cacheRead: random.below(90_000),
});

const bodies: Record<'user' | 'assistant' | 'tool' | 'image' | 'unicode', (random: Random, size: number) => Body> = {
	user: (random, size) => ({role: 'user', content: [{type: 'text', text: prose(random, Math.min(size, 800))}]}),
	assistant: (random, size) => ({
		role: 'assistant',
		content: [
			{type: 'thinking', thinking: prose(random, size / 5), thinkingSignature: noise(random, Math.min(600, size / 12))},
			{type: 'text', text: prose(random, size / 3)},
			{
				type: 'toolCall',
				id: `toolu_${random.hex(20)}`,
				name: 'write',
				arguments: {path: 'source/index.ts', content: code(random, size / 3)},
			},
		],
		...{
			api: 'anthropic-messages',
			provider: 'anthropic',
			model: 'claude-sonnet-4-5',
			usage: usage(random),
			stopReason: 'toolUse',
		},
	}),
	tool: (random, size) => ({
		role: 'toolResult',
		...{toolCallId: `toolu_${random.hex(20)}`, toolName: 'bash', isError: random.next() < 0.1},
		content: [{type: 'text', text: toolOutput(random, size)}],
	}),
	image: (random, size) => ({
		role: 'user',
		content: [{type: 'image', mimeType: 'image/png', data: noise(random, size * 0.75)}],
	}),
	// U+2028 ends a line for some readers and not for JSON; the rest is what width counting trips over.
	unicode: random => ({
		role: 'user',
		content: [{type: 'text', text: `naïve\u2028zażółć 日本語 👩‍👩‍👧 \u202Egnol\u0000 ${prose(random, 60)}`}],
	}),
};

/** What a further entry may be. */
export type EntryKind = keyof typeof bodies;

/** A further line with its line end, about `size` bytes long; moves the draft on. */
export function entryLine(draft: Draft, random: Random, size: number, kind?: EntryKind): string {
	draft.time += 500 + random.below(60_000);
	const chosen =
		kind ??
		(random.next() < 0.01 ? 'unicode' : random.pick(['user', 'assistant', 'assistant', 'tool', 'tool'] as const));
	const message = {...bodies[chosen](random, size), timestamp: draft.time};
	const timestamp = new Date(draft.time).toISOString();
	if (draft.version === 1) return `${JSON.stringify({type: 'message', timestamp, message})}\n`;
	const id = random.hex(8);
	const line = `${JSON.stringify({type: 'message', id, parentId: draft.parentId, timestamp, message})}\n`;
	draft.parentId = id;
	return line;
}
