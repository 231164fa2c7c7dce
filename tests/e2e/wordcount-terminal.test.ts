// Goal: at a terminal a user sees the job while it runs, then the result on the screen he had before, and the keys work.
// Method: the built command in a real pseudo-terminal, its bytes in a terminal emulator; the input is a socket that the test ends.

import type {AddressInfo} from 'node:net'
import {createServer, type Server, type Socket} from 'node:net'
import {join} from 'node:path'
import {spawn} from '@lydell/node-pty'
import xterm from '@xterm/headless'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {Workspace} from '../support/fts.js'
import {ROOT} from '../support/repository.js'

const COLUMNS = 100
const ROWS = 30

let workspace: Workspace
let source: TextServer

beforeEach(async () => {
  workspace = new Workspace()
  source = await TextServer.listen()
})

afterEach(async () => {
  source.close()
  expect(workspace.leftovers()).toEqual([])
  workspace.remove()
})

it('shows the screen, takes it away, prints the result', async () => {
  const terminal = new Terminal(['wordcount', '--socket', source.address])
  ;(await source.connected).write('to be or not to be\n')
  await terminal.until(() => terminal.isAlternate && terminal.text().includes('tm-1'))
  expect(terminal.text()).toContain('RUNNING')
  ;(await source.connected).end('be\n')
  expect(await terminal.ended).toBe(0)
  expect(terminal.isAlternate).toBe(false)
  expect(terminal.text()).toMatch(/^be\s+3\nto\s+2\nnot\s+1\nor\s+1\nFINISHED in /)
})

it('q ends the job', async () => {
  const terminal = new Terminal(['wordcount', '--socket', source.address])
  ;(await source.connected).write('to be\n')
  await terminal.until(() => terminal.isAlternate && terminal.text().includes('tm-1'))
  terminal.type('q')
  expect(await terminal.ended).toBe(130)
  expect(terminal.isAlternate).toBe(false)
})

it('--no-tui rewrites one line', async () => {
  const terminal = new Terminal(['wordcount', '--no-tui', '--socket', source.address])
  ;(await source.connected).write('to be\n')
  await terminal.until(() => terminal.text().trim() !== '')
  expect(terminal.isAlternate).toBe(false)
  expect(terminal.text().trim().split('\n')).toHaveLength(1)
  ;(await source.connected).end()
  expect(await terminal.ended).toBe(0)
  expect(terminal.text()).toMatch(/^be\s+1\nto\s+1\nFINISHED in /)
})

it('Ctrl-C, which every process of the terminal gets, ends the job', async () => {
  const terminal = new Terminal(['wordcount', '--no-tui', '--socket', source.address])
  ;(await source.connected).write('to be\n')
  await terminal.until(() => terminal.text().trim() !== '')
  terminal.type('\u0003')
  expect(await terminal.ended).toBe(130)
  expect(terminal.text()).not.toMatch(/fts:/)
})

/** A pseudo-terminal with `fts` in it. */
class Terminal {
  readonly ended: Promise<number>
  private readonly screen = new xterm.Terminal({cols: COLUMNS, rows: ROWS, allowProposedApi: true})
  private readonly pty
  private check = () => {}

  constructor(args: readonly string[]) {
    const {CI: _ci, NO_COLOR: _color, VITEST: _vitest, NODE_ENV: _node, ...env} = process.env
    this.pty = spawn(process.execPath, [join(ROOT, 'bin/run.js'), ...args], {
      cols: COLUMNS,
      rows: ROWS,
      cwd: workspace.folder,
      env: {...env, TERM: 'xterm-256color', XDG_RUNTIME_DIR: workspace.folder, TMPDIR: workspace.folder},
    })
    this.pty.onData((data) => this.screen.write(data, () => this.check()))
    this.ended = new Promise((resolve) => {
      this.pty.onExit(({exitCode}) => this.screen.write('', () => resolve(exitCode)))
    })
  }

  get isAlternate(): boolean {
    return this.screen.buffer.active.type === 'alternate'
  }

  /** What a person sees, without trailing blanks. */
  text(): string {
    const {active} = this.screen.buffer
    const lines = Array.from({length: ROWS}, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
    return lines.join('\n').trimEnd()
  }

  type(keys: string): void {
    this.pty.write(keys)
  }

  /** Resolves when `condition` holds; looked at whenever something was drawn. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.check = () => condition() && resolve()
      this.check()
      this.ended.then((code) => reject(new Error(`fts ended with ${code} first:\n${this.text()}`)))
    })
  }
}

/** A TCP server for one reader. */
class TextServer {
  readonly connected: Promise<Socket>

  private constructor(private readonly server: Server) {
    this.connected = new Promise((resolve) => server.once('connection', resolve))
  }

  static listen(): Promise<TextServer> {
    const server = createServer()
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(new TextServer(server))))
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  close(): void {
    void this.connected.then((socket) => socket.destroy())
    this.server.close()
  }
}
