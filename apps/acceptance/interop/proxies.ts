// Reverse proxies before our server, each with the configuration its manual gives for WebSocket, and no more.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { begin, type Running, startListening } from '../src/child.ts';
import { freePort } from '../src/free-port.ts';
import type { Peer, ProxyName } from '../src/peers.ts';
import { at, node } from '../src/runtimes.ts';

interface Setup {
  /** Where it may write. */
  readonly folder: string;
  readonly port: number;
  /** The port of our server. */
  readonly to: number;
}

interface Recipe {
  config(setup: Setup): string;
  /** The arguments that make it stay in the foreground, as one process. */
  arguments(file: string, setup: Setup): readonly string[];
}

const RECIPES: Readonly<Record<ProxyName, Recipe>> = {
  nginx: {
    config: ({ folder, port, to }) => `daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr crit;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${to};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $http_host;
    }
  }
}
`,
    arguments: (file, { folder }) => ['-p', folder, '-e', 'stderr', '-c', file],
  },
  HAProxy: {
    config: ({ port, to }) => `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout tunnel 1h
frontend clients
  bind 127.0.0.1:${port}
  default_backend framewire
backend framewire
  server one 127.0.0.1:${to}
`,
    arguments: (file) => ['-db', '-q', '-f', file],
  },
  Caddy: {
    config: ({ folder, port, to }) => `{
  admin off
  auto_https off
  storage file_system ${folder}
  log {
    output discard
  }
}
http://127.0.0.1:${port} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${to}
}
`,
    arguments: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  },
  Apache: {
    config: ({ folder, port, to }) => `${['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'proxy_wstunnel']
      .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
      .join('\n')}
ServerName localhost
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/errors
LogLevel crit
Listen 127.0.0.1:${port}
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:${to}/ upgrade=websocket
`,
    arguments: (file) => ['-X', '-f', file],
  },
};

/** Starts our server and the proxy before it. Its first line is the port of the proxy, those that follow are the server's. */
export async function startProxy(peer: Peer): Promise<Running> {
  const server = begin([node(24), at('peers/echo-server.mjs'), 'framewire']);
  const folder = await mkdtemp(join(tmpdir(), 'framewire-proxy-'));
  let proxy: Running | undefined;
  const stop = async (): Promise<void> => {
    await proxy?.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const setup: Setup = { folder, port: await freePort(), to: Number(await server.next()) };
  try {
    proxy = await runProxy(peer, setup);
  } catch (error) {
    await stop();
    throw error;
  }
  let said = false;
  return {
    async next() {
      if (said) return server.next();
      said = true;
      return String(setup.port);
    },
    stop,
  };
}

async function runProxy(peer: Peer, setup: Setup): Promise<Running> {
  const { config, arguments: argumentsOf } = RECIPES[peer.name as ProxyName];
  const { folder, port } = setup;
  const file = join(folder, 'config');
  await writeFile(file, config(setup));
  const [binary] = (await peer.program()).command;
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder };
  return startListening([binary, ...argumentsOf(file, setup)], port, { env });
}
