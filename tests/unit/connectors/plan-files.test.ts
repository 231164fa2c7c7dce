/**
 * Goal: paths, folders and globs become the files a user means, in a fixed order, or one clear sentence.
 * Method: a real folder tree.
 */
import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {planFiles} from '../../../src/connectors/sources/plan-files.js'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'fts-plan-'))
  mkdirSync(join(root, 'logs/deep'), {recursive: true})
  mkdirSync(join(root, 'empty/.git'), {recursive: true})
  writeFileSync(join(root, 'logs/b.txt'), 'bb')
  writeFileSync(join(root, 'logs/a.txt'), 'a')
  writeFileSync(join(root, 'logs/deep/c.gz'), 'ccc')
  writeFileSync(join(root, 'logs/_part'), 'left out')
  writeFileSync(join(root, 'empty/.git/x'), 'left out')
  symlinkSync(join(root, 'logs'), join(root, 'logs/deep/loop'))
})
afterAll(() => rmSync(root, {recursive: true, force: true}))

const relative = (paths: readonly {path: string}[]) => paths.map(({path}) => path.slice(root.length + 1))

describe('planFiles', () => {
  it('reads a folder recursively, sorted, without hidden names and without following links to folders', async () => {
    const {files, totalBytes} = await planFiles([join(root, 'logs')])
    expect(relative(files)).toEqual(['logs/a.txt', 'logs/b.txt', 'logs/deep/c.gz'])
    expect(files.map((file) => file.compression)).toEqual(['none', 'none', 'gzip'])
    expect(totalBytes).toBe(6)
  })

  it('takes a file named outright, and each file once', async () => {
    const {files} = await planFiles([join(root, 'logs/_part'), join(root, 'logs/_part'), join(root, 'logs/a.txt')])
    expect(relative(files)).toEqual(['logs/_part', 'logs/a.txt'])
  })

  it('expands a glob', async () => {
    const {files} = await planFiles([join(root, '**/*.txt')])
    expect(relative(files)).toEqual(['logs/a.txt', 'logs/b.txt'])
  })

  it('leaves names that begin with "_" or "." out of a pattern that does not say them', async () => {
    mkdirSync(join(root, 'run/_temporary'), {recursive: true})
    for (const name of ['part-0', '_SUCCESS', '.part-1', '_temporary/part-2'])
      writeFileSync(join(root, 'run', name), name)
    const found = async (pattern: string) => relative((await planFiles([join(root, pattern)])).files)
    expect(await found('run/*')).toEqual(['run/part-0'])
    expect(await found('run/**/*')).toEqual(['run/part-0'])
    expect(await found('run/_*')).toEqual(['run/_SUCCESS', 'run/_temporary/part-2'])
    expect(await found('run/_temporary/*')).toEqual(['run/_temporary/part-2'])
    expect(await found('run/.p*')).toEqual(['run/.part-1'])
    await expect(planFiles([join(root, 'run/**/*SUCC*')])).rejects.toMatchObject({code: 'FTS_NO_INPUT'})
    rmSync(join(root, 'run'), {recursive: true})
  })

  it('takes pipes and files without a size as streams, and a descriptor as one of this process', async () => {
    const pipe = join(root, 'pipe.fifo')
    execFileSync('mkfifo', [pipe])
    const descriptor = openSync('/dev/null', 'r')
    const {files} = await planFiles([pipe, '/proc/version', '/dev/null', `/dev/fd/${descriptor}`])
    closeSync(descriptor)
    const paths = [pipe, '/proc/version', '/dev/null', `/proc/${process.pid}/fd/${descriptor}`]
    expect(files).toEqual(paths.map((path) => ({path, sizeBytes: 0, compression: 'none', isStream: true})))
  })

  it('refuses what is neither a file nor a pipe', async () => {
    const path = join(root, 'a.sock')
    const server = createServer().listen(path)
    await once(server, 'listening')
    await expect(planFiles([path])).rejects.toMatchObject({kind: 'user', code: 'FTS_CANNOT_READ'})
    server.close()
  })

  it('refuses a name in a folder that is not valid UTF-8', async () => {
    mkdirSync(join(root, 'odd'))
    writeFileSync(Buffer.concat([Buffer.from(`${root}/odd/bad`), Buffer.from([0xff])]), 'x')
    await expect(planFiles([join(root, 'odd')])).rejects.toMatchObject({
      kind: 'user',
      code: 'FTS_CANNOT_READ',
      message: expect.stringMatching(/odd\/bad\uFFFD: its name is not valid UTF-8$/),
    })
  })

  it.each([
    ['nothing', 'FTS_CANNOT_READ', 'there is no such file'],
    ['empty', 'FTS_NO_INPUT', 'has no text'],
    ['*.nothing', 'FTS_NO_INPUT', 'no file matches'],
  ])('refuses %s', async (path, code, words) => {
    const failure = await planFiles([join(root, path)]).then(
      () => undefined,
      (error) => error,
    )
    expect(failure).toMatchObject({kind: 'user', code})
    expect(failure.message).toContain(words)
    expect(failure.tryThis).toBeTruthy()
  })
})
