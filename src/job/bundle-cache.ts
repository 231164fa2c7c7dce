import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {isAbsolute, join} from 'node:path'
import {crc32} from 'node:zlib'
import {murmur3Hash128} from '../graph/index.js'
import type {BundledCode} from './bundled-code.js'
import {isTrue, type SourceFact} from './source-fact.js'

/** What all programs together may keep; the oldest go first. */
const KEPT_BYTES_MAX = 32 * 1024 * 1024
const KEPT_PROGRAMS_MAX = 256

const utf8 = new TextEncoder()

interface KeptBundle extends BundledCode {
  readonly key: string
  readonly facts: readonly SourceFact[]
}

/**
 * Bundles of programs that were run before, in a folder of the user's. One is taken again while everything it was made of is as it was: the
 * texts of its files, what its imports lead to, the settings beside them (see `SourceNotes`). All of that is looked at each time.
 *
 * A bundle is a file named by a hash of its key: the CRC-32 of the rest, a line feed, JSON. It is written under another name and renamed, so that several
 * commands may read and write at once; one that is torn or changed is not taken. Nothing here is ever an error: without a folder that
 * belongs to the user alone there is no cache.
 */
export class BundleCache {
  private constructor(private readonly folder: string) {}

  /** `$XDG_CACHE_HOME/fts/programs`, or `~/.cache/fts/programs`. Undefined where that cannot be had. */
  static ofUser(env: NodeJS.ProcessEnv): BundleCache | undefined {
    const wanted = env.XDG_CACHE_HOME ?? ''
    const base = isAbsolute(wanted) ? wanted : join(env.HOME ?? homedir(), '.cache')
    // Without a home it would be a folder of wherever the command is run.
    return isAbsolute(base) ? BundleCache.at(join(base, 'fts', 'programs')) : undefined
  }

  static at(folder: string): BundleCache | undefined {
    try {
      mkdirSync(folder, {recursive: true, mode: 0o700})
      return isOursAlone(folder) ? new BundleCache(folder) : undefined
    } catch {
      return undefined
    }
  }

  /** `key` tells programs apart, and what else a bundle depends on that is not in files: versions, settings. */
  find(key: string): BundledCode | undefined {
    const kept = this.read(key)
    return kept?.key === key && kept.facts.every(isTrue) ? kept : undefined
  }

  keep(key: string, code: BundledCode, facts: readonly SourceFact[]): void {
    const kept: KeptBundle = {key, ...code, facts}
    const text = JSON.stringify(kept)
    if (text.length > KEPT_BYTES_MAX / 4) return
    const path = this.pathOf(key)
    const temporary = `${path}.${process.pid}-${performance.now()}`
    try {
      writeFileSync(temporary, `${crc32(text)}\n${text}`, {mode: 0o600})
      renameSync(temporary, path)
      this.makeRoom()
    } catch {
      rmSync(temporary, {force: true})
    }
  }

  private read(key: string): KeptBundle | undefined {
    try {
      const content = readFileSync(this.pathOf(key), 'utf8')
      const end = content.indexOf('\n')
      const text = content.slice(end + 1)
      return content.slice(0, end) === String(crc32(text)) ? JSON.parse(text) : undefined
    } catch {
      return undefined
    }
  }

  private makeRoom(): void {
    const files = readdirSync(this.folder).map((name) => join(this.folder, name))
    const kept = files.flatMap((path) => {
      const stat = statSync(path, {throwIfNoEntry: false})
      return stat?.isFile() === true ? [{path, sizeBytes: stat.size, writtenMs: stat.mtimeMs}] : []
    })
    kept.sort((a, b) => b.writtenMs - a.writtenMs)
    let sizeBytes = 0
    for (const [index, one] of kept.entries()) {
      sizeBytes += one.sizeBytes
      if (index >= KEPT_PROGRAMS_MAX || sizeBytes > KEPT_BYTES_MAX) rmSync(one.path, {force: true})
    }
  }

  private pathOf(key: string): string {
    return join(this.folder, murmur3Hash128(utf8.encode(key)))
  }
}

/** What is in it is run: nobody else may write there. */
function isOursAlone(folder: string): boolean {
  const {uid, mode} = statSync(folder)
  return uid === process.getuid?.() && (mode & 0o022) === 0
}
