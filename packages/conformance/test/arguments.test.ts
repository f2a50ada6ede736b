import { describe, expect, it } from 'vitest';
import { readArguments } from '../src/arguments.ts';

describe('readArguments', () => {
  it('reads the shortest commands', () => {
    expect(readArguments(['server', 'ws://127.0.0.1:8080/'])).toEqual({
      command: 'server',
      url: 'ws://127.0.0.1:8080/',
      selection: {},
      deflate: false,
      insecure: false,
      timeout: undefined,
      concurrency: undefined,
      messages: undefined,
      agent: undefined,
      host: '127.0.0.1',
      port: 9001,
      json: undefined,
      html: undefined,
    });
    expect(readArguments(['client'])).toMatchObject({ command: 'client', url: '', port: 9001 });
    expect(readArguments(['--help', 'whatever'])).toBe('help');
    expect(readArguments(['--version'])).toBe('version');
  });

  it('reads every option', () => {
    const command =
      'server wss://localhost --sections 1,2 --cases 1.1.1,2.* --exclude 2.1 --deflate --timeout 100 --concurrency 4 --messages 10 --agent me --insecure --json a.json --html b';
    expect(readArguments(command.split(' '))).toMatchObject({
      selection: { sections: ['1', '2'], cases: ['1.1.1', '2.*'], exclude: ['2.1'] },
      deflate: true,
      insecure: true,
      timeout: 100,
      concurrency: 4,
      messages: 10,
      agent: 'me',
      json: 'a.json',
      html: 'b',
    });
    expect(readArguments(['client', '--port', '0', '--host', '::1'])).toMatchObject({ port: 0, host: '::1' });
  });

  it.each([
    ['', 'Say what to test, “server <url>” or “client”; --help tells more.'],
    ['servers', 'Say what to test, “server <url>” or “client”; --help tells more.'],
    ['server', 'Say the URL of one echo server, such as ws://127.0.0.1:8080/.'],
    [
      'server http://a/',
      '“http://a/” is no URL of a WebSocket server: it begins with ws: or wss:, such as ws://127.0.0.1:8080/.',
    ],
    ['server ws://a/ ws://b/', 'Say the URL of one echo server, such as ws://127.0.0.1:8080/.'],
    ['client ws://a/', '“client” takes no further argument, but got “ws://a/”: the client under test connects to it.'],
    ['client --port 65536', '--port wants a number from 0 to 65535, but got “65536”.'],
    ['client --timeout 0', '--timeout wants a whole number over 0, but got “0”.'],
    ['client --messages many', '--messages wants a whole number over 0, but got “many”.'],
    ['server ws://a/ --port 80', '“server” takes no --port: the port of the server under test is part of its URL.'],
    ['server ws://a/ --host b', '“server” takes no --host: the host of the server under test is part of its URL.'],
    [
      'client --insecure',
      '“client” takes no --insecure: the client under test connects with ws:, where there is no certificate.',
    ],
    [
      'client --concurrency 2',
      '“client” takes no --concurrency: the client under test decides how many connections it opens at a time.',
    ],
    ['client --colour', "Unknown option '--colour'; --help lists the options."],
  ])('says what is wrong with “%s”', (command, sentence) => {
    expect(() => readArguments(command.split(' ').filter((word) => word !== ''))).toThrow(sentence);
  });
});
