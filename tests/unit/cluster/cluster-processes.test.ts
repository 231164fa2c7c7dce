// Goal: a cluster's children can be forked, found and killed, and its folder goes with them.
// Method: real processes that do nothing until they are ended.
import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, it, vi} from 'vitest'
import {ClusterProcesses} from '../../../src/cluster/cluster-processes.js'

let folder: string
let processes: ClusterProcesses

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-processes-'))
  writeFileSync(join(folder, 'idle.cjs'), "process.on('message', () => process.exit(7))")
  mkdirSync(join(folder, 'run'))
  processes = new ClusterProcesses(join(folder, 'run'))
})

afterEach(() => {
  vi.unstubAllEnvs()
  processes.killAll()
  rmSync(folder, {recursive: true, force: true})
})

function start(id: string) {
  const child = processes.fork(id, {file: join(folder, 'idle.cjs'), args: []})
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
  return {child, ended}
}

it('forgets a child that has ended', async () => {
  const {child, ended} = start('tm-1')
  expect([processes.get('tm-1'), processes.aliveCount]).toEqual([child, 1])
  child.send('end')
  expect(await ended).toBe(7)
  expect([processes.get('tm-1'), processes.aliveCount]).toEqual([undefined, 0])
})

it('kills one, or all of them with the run directory', async () => {
  const first = start('tm-1')
  const second = start('tm-2')
  processes.kill('tm-1')
  expect(await first.ended).toBe('SIGKILL')
  expect(existsSync(processes.runDirectory)).toBe(true)
  processes.killAll()
  expect(await second.ended).toBe('SIGKILL')
  expect(existsSync(processes.runDirectory)).toBe(false)
})

it('leaves nothing to do for the end of this process once it is released', () => {
  const listening = process.listenerCount('exit')
  processes.release()
  expect(process.listenerCount('exit')).toBe(listening - 1)
  expect(existsSync(processes.runDirectory)).toBe(false)
})

it.each([true, false])(
  'gives children our environment, but for certificates nobody asks for (user code: %s)',
  async (runsUserCode) => {
    // Without a file of that name Node warns and goes on.
    vi.stubEnv('NODE_EXTRA_CA_CERTS', join(folder, 'none.pem'))
    writeFileSync(join(folder, 'tell.cjs'), 'process.send({...process.env}, () => process.exit(0))')
    processes.release()
    processes = new ClusterProcesses(join(folder, 'run'), {runsUserCode})
    const child = processes.fork('tm-1', {file: join(folder, 'tell.cjs'), args: []})
    const environment = await new Promise<NodeJS.ProcessEnv>((resolve) =>
      child.once('message', (message) => resolve(message as NodeJS.ProcessEnv)),
    )
    expect(environment.NODE_EXTRA_CA_CERTS).toBe(runsUserCode ? join(folder, 'none.pem') : undefined)
    expect(environment.PATH).toBe(process.env.PATH)
  },
)
