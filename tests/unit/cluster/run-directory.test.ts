// Goal: a cluster's folder is private and short, and what dead clusters left is swept without touching living ones.
// Method: real folders below a temporary XDG_RUNTIME_DIR; a process that has ended stands for a dead owner.
import {spawnSync} from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {
  createRunDirectory,
  removeRunDirectory,
  runDirectoryBases,
  sweepStaleRunDirectories,
} from '../../../src/cluster/run-directory.js'

let runtime: string

beforeEach(() => {
  runtime = mkdtempSync(join(tmpdir(), 'fts-run-'))
})

afterEach(() => {
  rmSync(runtime, {recursive: true, force: true})
})

describe('the run directory', () => {
  it('is private, short, and names its owner', () => {
    const directory = createRunDirectory(runDirectoryBases({XDG_RUNTIME_DIR: runtime}))
    expect(dirname(directory)).toBe(join(runtime, 'fts'))
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(directory.length - runtime.length).toBeLessThan(30)
    expect(readFileSync(join(directory, 'owner.pid'), 'utf8')).toMatch(
      new RegExp(`^${process.pid} (\\d+@[0-9a-f-]*)?\n$`),
    )
    removeRunDirectory(directory)
    expect(existsSync(directory)).toBe(false)
  })

  it('is in the temporary folder where there is no runtime folder of ours, or one with a long path', () => {
    const [inTemporary, ...others] = runDirectoryBases({})
    expect(inTemporary).toBe(join(tmpdir(), `fts-${process.getuid?.()}`))
    const long = join(runtime, 'long/'.repeat(20))
    mkdirSync(long, {recursive: true})
    for (const unfit of ['', 'relative', long, join(runtime, 'missing')])
      expect(runDirectoryBases({XDG_RUNTIME_DIR: unfit})).toEqual([inTemporary, ...others])
    expect(runDirectoryBases({XDG_RUNTIME_DIR: runtime})[0]).toBe(join(runtime, 'fts'))
  })

  it('is in the next place where the first cannot be used', () => {
    writeFileSync(join(runtime, 'fts'), 'not a folder')
    const directory = createRunDirectory(runDirectoryBases({XDG_RUNTIME_DIR: runtime}))
    expect(dirname(directory)).toBe(runDirectoryBases({})[0])
    removeRunDirectory(directory)
  })

  it('says in one sentence where it could not be made', () => {
    const bases = ['missing/fts', 'other/fts'].map((name) => join(runtime, name))
    expect(() => createRunDirectory(bases)).toThrow(/cannot create the run directory .*missing\/fts\/.*: ENOENT/)
    expect(readdirSync(runtime)).toEqual([])
  })

  it('sweeps what dead owners left, and nothing else', () => {
    const own = createRunDirectory(runDirectoryBases({XDG_RUNTIME_DIR: runtime}))
    const base = dirname(own)
    const dead = leftBy(base, 'dead', `${spawnSync('true').pid} 1\n`)
    const reused = leftBy(base, 'reused', `${process.pid} 1\n`)
    const alive = leftBy(base, 'alive', readFileSync(join(own, 'owner.pid'), 'utf8'))
    const beingMade = join(base, 'being-made')
    mkdirSync(beingMade)
    sweepStaleRunDirectories(own)
    expect([own, dead, reused, alive, beingMade].map(existsSync)).toEqual([true, false, false, true, true])
  })

  it('sweeping goes on past what it may not read', () => {
    const own = createRunDirectory(runDirectoryBases({XDG_RUNTIME_DIR: runtime}))
    const locked = leftBy(dirname(own), 'locked', '1 1\n')
    chmodSync(locked, 0)
    expect(() => sweepStaleRunDirectories(own)).not.toThrow()
    if (existsSync(locked)) chmodSync(locked, 0o700)
  })
})

function leftBy(base: string, name: string, owner: string): string {
  const directory = join(base, name)
  mkdirSync(directory)
  writeFileSync(join(directory, 'owner.pid'), owner)
  writeFileSync(join(directory, 'tm-1.sock'), '')
  return directory
}
