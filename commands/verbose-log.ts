import type {JobFlags} from './job-flags.js'

type Fields = Readonly<Record<string, unknown>>

/** With --verbose, what happens inside, one line each on stderr; otherwise what the user is to read goes to `say`, as a sentence. */
export function verboseLog({verbose}: Pick<JobFlags, 'verbose'>, say: (text: string) => void) {
  if (!verbose) {
    return {
      write: (level: string, message: string, _fields: Fields = {}) => {
        if (level === 'notice') say(`fts: ${message}\n`)
      },
    }
  }
  return {
    write: (level: string, message: string, fields: Fields = {}) => {
      process.stderr.write(logLine({level, message, fields, atMs: performance.now()}))
    },
  }
}

/** `   123 ms info  message  (jobId=… vertex=…)`; what a TaskManager wrote to its stderr begins with its name. */
export function logLine(line: {level: string; message: string; fields: Fields; atMs: number}): string {
  const {from, ...fields} = line.fields
  const named = from === undefined ? line.message : `${from}: ${line.message}`
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)
  const details = pairs.length === 0 ? '' : `  (${pairs.join(' ')})`
  return `${line.atMs.toFixed(0).padStart(6)} ms ${line.level.padEnd(5)} ${named}${details}\n`
}
