import assert from 'node:assert/strict';
import test from 'node:test';
import {cleanup, render} from 'ink-testing-library';
import {LogView} from '../../source/components/log-view.js';
import {PromptView} from '../../source/components/prompt-view.js';
import {TextView} from '../../source/components/text-view.js';
import {piece} from '../../source/view/pieces.js';
import {fakeLog, fakeNow} from '../lab/fake-state.js';
import {readable, plainStyle as style} from '../view/hostile.js';

test.afterEach(cleanup);

const body = Array.from({length: 30}, (_, index) => (index % 3 === 2 ? '' : `text ${index + 1}`));
const shown = (lastFrame: () => string | undefined) => readable((lastFrame() ?? '').split('\n'));
const title = [piece('laptop', 'title')];

test('a text is as high as it is told, blank lines included, and scrolls in its place', () => {
	const {lastFrame, rerender} = render(
		<TextView title={title} body={body} offset={0} rows={8} width={40} style={style} />,
	);
	assert.equal(shown(lastFrame).split('\n').length, 8);
	assert.match(shown(lastFrame), /^laptop +line 1 of 30\n-{40}\ntext 1\ntext 2\n *\ntext 4/);
	rerender(<TextView title={title} body={body} offset={3} rows={8} width={40} style={style} />);
	assert.match(shown(lastFrame), /line 4 of 30\n-{40}\ntext 4\ntext 5/);
	assert.equal(shown(lastFrame).split('\n').length, 8);
});

test('the log is as high as it is told, however little there is in it', () => {
	const ui = {
		isFollowing: true,
		cursor: 0,
		pausedAt: 0,
		level: 'all',
		spoke: undefined,
		isWrapped: true,
		find: '',
	} as const;
	for (const count of [0, 2, 50]) {
		const {lastFrame} = render(
			<LogView
				lines={fakeLog(count, ['laptop'])}
				ui={ui}
				rows={10}
				width={90}
				now={fakeNow}
				timeZone="UTC"
				style={style}
			/>,
		);
		assert.equal(shown(lastFrame).split('\n').length, 10, `${count} lines`);
		assert.match(shown(lastFrame), new RegExp(`^Log .* ${count} lines`));
	}
});

test('a prompt takes as many lines as it needs', () => {
	const {lastFrame, rerender} = render(
		<PromptView
			prompt={{kind: 'filter', typing: {text: 'lap', cursor: 3}, before: ''}}
			width={60}
			maxRows={6}
			style={style}
		/>,
	);
	assert.match(shown(lastFrame), /^\/lap/);
	assert.equal(shown(lastFrame).split('\n').length, 1);
	rerender(
		<PromptView
			prompt={{
				kind: 'confirm',
				title: 'Cancel the sync of laptop?',
				lines: ['42 % of 280 files; what arrived stays'],
				offset: 0,
				action: {type: 'cancel', spokes: ['laptop']},
			}}
			width={60}
			maxRows={6}
			style={style}
		/>,
	);
	assert.match(shown(lastFrame), /Cancel the sync of laptop\?\n42 % of 280 files; what arrived stays\ny do it {3}esc/);
});
