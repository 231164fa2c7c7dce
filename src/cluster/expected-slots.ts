/** The value behind it, or in it: `-p 4`, `-p4`, `-p=4`, `--parallelism 4`, `--parallelism=4`. */
const PARALLELISM = /^(?:-p|--parallelism)(?:=?(\d+))?$/

/**
 * How many slots the first TaskManager will need, as far as a glance at the command's arguments tells: it makes their threads while the command
 * line is loaded. A wrong guess costs time, and nothing else: what is missing is made later, what is too much ends.
 *
 * Never more than there are cores: more threads would only take them from whoever loads the command line.
 */
export function expectedSlots(argv: readonly string[], cores: () => number): number {
  const [command, ...rest] = argv
  const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest
  // Then they are spread over several.
  if (own.some((argument) => argument.startsWith('--num-taskmanagers'))) return 1
  const parallelism = parallelismOf(own)
  if (parallelism === 1) return 1
  // A word count of a small text has one slot, and so has a pipe; a program has as many as there are cores.
  if (parallelism === undefined) return command === 'run' ? cores() : 1
  return Math.max(1, Math.min(parallelism, cores()))
}

function parallelismOf(argv: readonly string[]): number | undefined {
  const at = argv.findIndex((argument) => PARALLELISM.test(argument))
  if (at < 0) return undefined
  const value = Number(PARALLELISM.exec(argv[at])![1] ?? argv[at + 1])
  return Number.isSafeInteger(value) ? value : undefined
}
