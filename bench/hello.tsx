import {render, Text} from 'ink';

// The least a program that draws with Ink can do.
render(<Text>Hello, world</Text>);
