/** A command's own arguments, and those behind `--`, which are the program's. */
export function programArguments(argv: readonly string[]): {
  readonly own: string[]
  readonly ofProgram: readonly string[]
} {
  const end = argv.indexOf('--')
  if (end === -1) return {own: [...argv], ofProgram: []}
  return {own: argv.slice(0, end), ofProgram: argv.slice(end + 1)}
}
