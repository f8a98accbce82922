import {expect, test} from 'vitest';
import {faceFor, mayColour} from '../../src/headless/face.ts';

const terminal = {json: false, plain: false, stdinIsTty: true, stdoutIsTty: true, env: {TERM: 'xterm-256color'}};

test('a person at a terminal gets the screen', () => {
	expect(faceFor(terminal)).toBe('tui');
	expect(faceFor({...terminal, env: {CI: 'false'}})).toBe('tui');
});

test.each([
	['--plain', {plain: true}],
	['a pipe behind it', {stdoutIsTty: false}],
	['no keyboard', {stdinIsTty: false}],
	['CI', {env: {CI: 'true'}}],
	['a dumb terminal', {env: {TERM: 'dumb'}}],
	['a screen reader', {env: {INK_SCREEN_READER: 'true'}}],
])('%s gets plain lines', (_, change) => {
	expect(faceFor({...terminal, ...change})).toBe('lines');
});

test('--json wins over everything', () => {
	expect(faceFor({...terminal, json: true, plain: true})).toBe('json');
});

test('colour needs a terminal or force, and NO_COLOR always wins', () => {
	expect(mayColour(terminal)).toBe(true);
	expect(mayColour({...terminal, stdoutIsTty: false})).toBe(false);
	expect(mayColour({stdoutIsTty: false, env: {CLICOLOR_FORCE: '1'}})).toBe(true);
	expect(mayColour({stdoutIsTty: true, env: {CLICOLOR_FORCE: '1', NO_COLOR: '1'}})).toBe(false);
});
