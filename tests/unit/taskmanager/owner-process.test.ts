// Goal: a TaskManager knows when the owner of its run directory is gone for good, and does not take another process for it.
// Method: owner files with ids of real processes: alive, ended, alive under another start time.
import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {NodeProcesses, processIdentityText} from '../../../src/platform/index.js'
import {isOwnerGone} from '../../../src/taskmanager/owner-process.js'

let runDirectory: string
beforeEach(() => {
  runDirectory = mkdtempSync(join(tmpdir(), 'fts-owner-test-'))
})
afterEach(() => rmSync(runDirectory, {recursive: true, force: true}))

const isGoneWith = (owner: string) => {
  writeFileSync(join(runDirectory, 'owner.pid'), owner)
  return isOwnerGone(runDirectory)
}

describe('isOwnerGone', () => {
  it('sees a living owner', () => {
    expect(isGoneWith(`${process.pid} \n`)).toBe(false)
  })

  it('sees that it has ended', () => {
    expect(isGoneWith(`${spawnSync(process.execPath, ['--version']).pid} \n`)).toBe(true)
  })

  it('sees that the directory was cleaned up', () => {
    rmSync(runDirectory, {recursive: true})
    expect(isOwnerGone(runDirectory)).toBe(true)
  })

  it.runIf(process.platform === 'linux')('tells the owner from a later process with its id', () => {
    expect(isGoneWith(processIdentityText(new NodeProcesses().own))).toBe(false)
    expect(isGoneWith(`${process.pid} 1@another-boot\n`)).toBe(true)
  })
})
