import {mkdir, readFile, rename, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {writeLog, writeOrders} from './records-text.js'
import {type TextFacts, writeDistinctText, writeZipfText} from './zipf-text.js'

/** A generated text on disk. */
export interface Input extends TextFacts {
  readonly path: string
}

/** Raised when the generator writes other bytes for the same seed, so that old files are not taken for new ones. */
const GENERATOR_VERSION = 1
const SEED = 20261121

/** Generated texts in one folder: written when they are first asked for, and used again by later runs. */
export class Inputs {
  constructor(
    readonly folder: string,
    readonly say: (text: string) => void,
  ) {}

  /** Zipf text of about so many megabytes (of 10^6 bytes). */
  zipf(megabytes: number): Promise<Input> {
    return this.#ensure(`zipf-${megabytes}MB.txt`, (path) => writeZipfText(path, megabytes * 1e6, SEED))
  }

  /** Every word once. */
  distinct(words: number): Promise<Input> {
    return this.#ensure(`distinct-${words}.txt`, (path) => writeDistinctText(path, words, SEED))
  }

  /** CSV of so many orders; see `writeOrders`. */
  orders(records: number): Promise<Input> {
    return this.#ensure(`orders-${records}.csv`, (path) => writeOrders(path, records, SEED))
  }

  /** So many JSON lines of a log; see `writeLog`. */
  log(records: number): Promise<Input> {
    return this.#ensure(`log-${records}.jsonl`, (path) => writeLog(path, records, SEED))
  }

  /** Three lines. */
  async tiny(): Promise<Input> {
    const path = join(this.folder, 'tiny.txt')
    const content = 'to be or not to be\nthat is the question\nto be\n'
    await mkdir(this.folder, {recursive: true})
    await writeFile(path, content)
    return {path, sizeBytes: content.length, words: 12, lines: 3}
  }

  /** A text counts as there when its facts are beside it and its size is theirs: they are written last. */
  async #ensure(name: string, write: (path: string) => Promise<TextFacts>): Promise<Input> {
    const path = join(this.folder, name)
    const factsPath = `${path}.json`
    const known = await readFacts(factsPath)
    if (known !== undefined && (await sizeOf(path)) === known.sizeBytes) return {path, ...known}
    await mkdir(this.folder, {recursive: true})
    await rm(factsPath, {force: true})
    this.say(`writing ${name} …`)
    const start = performance.now()
    const facts = await write(`${path}.part`)
    await rename(`${path}.part`, path)
    await writeFile(factsPath, JSON.stringify({generator: GENERATOR_VERSION, seed: SEED, ...facts}))
    this.say(`  ${facts.lines} lines, ${((performance.now() - start) / 1000).toFixed(1)} s`)
    return {path, ...facts}
  }
}

async function readFacts(path: string): Promise<TextFacts | undefined> {
  try {
    const {generator, seed, sizeBytes, words, lines} = JSON.parse(await readFile(path, 'utf8'))
    return generator === GENERATOR_VERSION && seed === SEED ? {sizeBytes, words, lines} : undefined
  } catch {
    return undefined
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return -1
  }
}
