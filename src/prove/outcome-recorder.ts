import {existsSync, mkdirSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {type OpenTarget, openTarget, type SinkTarget} from '../connectors/index.js'
import type {Guarantee, Outcome, SinkOutcome} from './outcome.js'

interface Kept {
  readonly name: string
  readonly guarantee: Guarantee
  readonly records: string[]
  /** The beginning of a line whose end has not come. */
  openLine: string
}

/**
 * Takes what sinks commit in one run: what is printed or sent is kept, files go into a folder of the run instead of their own place and are
 * read when the run has ended.
 */
export class OutcomeRecorder {
  private readonly kept = new Map<string, Kept>()
  private readonly paths = new Set<string>()

  /** `folder`: where files go. */
  constructor(private readonly folder: string) {}

  /** In place of `openTarget`. */
  readonly openTarget: OpenTarget = (spec, options) => {
    if (spec.kind === 'file') return openTarget({kind: 'file', path: this.filePath(spec.path)}, options)
    const name = spec.kind === 'socket' ? `${spec.host}:${spec.port}` : spec.kind
    return new KeptTarget(name, this.sink(name, {name, guarantee: 'exactly once'}))
  }

  /** Where a file or folder of the program is during the run. */
  outputPath(path: string): string {
    this.paths.add(path)
    return join(this.folder, path)
  }

  /** A folder that is missing where the program runs is missing here, too. */
  private filePath(path: string): string {
    const place = this.outputPath(path)
    if (existsSync(dirname(path))) mkdirSync(dirname(place), {recursive: true})
    return place
  }

  /** The records of a sink; begun at the first call. */
  sink(key: string, of: Omit<SinkOutcome, 'records'>): Kept {
    const kept = this.kept.get(key) ?? {...of, records: [], openLine: ''}
    this.kept.set(key, kept)
    return kept
  }

  /** Of a run that has ended. Where a sink committed nothing, it is there without records. */
  outcome(): Outcome {
    const sinks = new Map<string, SinkOutcome>()
    for (const [key, {name, guarantee, records}] of this.kept) sinks.set(key, {name, guarantee, records})
    for (const path of this.paths) sinks.set(path, {name: path, guarantee: 'exactly once', records: this.linesOf(path)})
    return sinks
  }

  private linesOf(path: string): string[] {
    const place = join(this.folder, path)
    if (!existsSync(place)) return []
    if (!statSync(place).isDirectory()) return linesIn(place)
    return foldersIn(place).flatMap((folder) => linesOfFolder(place, folder))
  }
}

/** Standard output and sockets: what is written is out. */
class KeptTarget implements SinkTarget {
  readonly gatherBytes = 0
  readonly channel = {
    write: (bytes: Uint8Array, written: (error?: Error) => void) => {
      this.take(bytes)
      // In the same step: between the two a kill would double what a real one doubles.
      queueMicrotask(() => written())
    },
    close: () => {},
  }
  private readonly decoder = new TextDecoder()

  constructor(
    readonly name: string,
    private readonly kept: Kept,
  ) {}

  complete(completed: () => void): void {
    const {kept} = this
    if (kept.openLine !== '') kept.records.push(kept.openLine)
    kept.openLine = ''
    completed()
  }

  close(): void {}

  private take(bytes: Uint8Array): void {
    const {kept} = this
    const lines = (kept.openLine + this.decoder.decode(bytes, {stream: true})).split('\n')
    kept.openLine = lines.pop()!
    for (const line of lines) kept.records.push(line)
  }
}

/** Part files have names of their own in each run: what counts is what is in a folder. */
function linesOfFolder(root: string, folder: string): string[] {
  const files = readdirSync(join(root, folder), {withFileTypes: true}).filter((one) => one.isFile())
  const visible = files.filter(({name}) => !name.startsWith('.') && !name.startsWith('_'))
  const lines = visible.flatMap(({name}) => linesIn(join(root, folder, name)))
  return folder === '' ? lines : lines.map((line) => `${folder}: ${line}`)
}

function foldersIn(root: string): string[] {
  const all = readdirSync(root, {recursive: true, withFileTypes: true})
  const below = all
    .filter((one) => one.isDirectory())
    .map((one) => join(one.parentPath, one.name).slice(root.length + 1))
  return ['', ...below.sort()]
}

function linesIn(path: string): string[] {
  const text = readFileSync(path, 'utf8')
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}
