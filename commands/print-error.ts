import {FtsError} from '../src/core/index.js'
import {exitCodeOfError} from './exit-codes.js'

/** Prints an error on stderr as one sentence and what to do next; the stack only on request. Answers the exit code. */
export function printError(
  thrown: unknown,
  options: {readonly verbose: boolean; readonly command?: string | undefined},
): number {
  const error = asFtsError(thrown, options.command)
  process.stderr.write(errorText(error, options.verbose))
  return exitCodeOfError(error)
}

export function errorText(error: FtsError, verbose: boolean): string {
  const lines = [`fts: ${printable(error.message)}`, ...excerptLines(error)]
  if (error.tryThis !== undefined) lines.push(`  → ${printable(error.tryThis)}`)
  if (error.kind === 'invariant')
    lines.push('  → this is a mistake in fts: please report it, with the output of --verbose')
  if (verbose) lines.push(...detailLines(error))
  return `${lines.join('\n')}\n`
}

/** The place in a source text that the error is about, or a compiler's own words. */
function excerptLines({details}: FtsError): string[] {
  return typeof details.excerpt === 'string' ? details.excerpt.split('\n').map((line) => `  ${printable(line)}`) : []
}

function detailLines(error: FtsError): string[] {
  const {excerpt: _, ...rest} = error.details
  const details = Object.entries(rest).map(([name, value]) => `  ${name}: ${printable(String(value))}`)
  const cause = error.cause === undefined ? [] : [`  caused by: ${(error.cause as Error).stack ?? error.cause}`]
  return [`  code: ${error.code} (${error.kind})`, ...details, ...(error.stack?.split('\n').slice(1) ?? []), ...cause]
}

/** Names of files come from anywhere: none may act on the terminal, or end the sentence. `a\nb` is shown as JSON writes it. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001F\u007F-\u009F]/g, (character) => {
    const short = JSON.stringify(character).slice(1, -1)
    return short === character ? `\\u00${character.charCodeAt(0).toString(16)}` : short
  })
}

/** oclif's own errors (an unknown flag, a missing value) are the user's; their first line says it all. */
function asFtsError(thrown: unknown, command: string | undefined): FtsError {
  if (!isOclifError(thrown)) return FtsError.from(thrown)
  const message = thrown.message.split('\n')[0] ?? thrown.message
  return new FtsError(
    'user',
    'FTS_WRONG_USE',
    message.charAt(0).toLowerCase() + message.slice(1),
    {},
    {cause: thrown, tryThis: `fts ${command === undefined ? '' : `${command} `}--help shows what can be given`},
  )
}

function isOclifError(thrown: unknown): thrown is Error & {oclif: {exit?: number}} {
  return thrown instanceof Error && 'oclif' in thrown
}
