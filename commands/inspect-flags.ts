import {Flags} from '@oclif/core'
import {type Configuration, OPTIONS} from '../src/config/index.js'

/** Flags that let a debugger into the slots. `--inspect=9300` is written as two by `inspectArguments`. */
export const INSPECT_FLAGS = {
  inspect: Flags.boolean({description: 'let a debugger into each slot; --inspect=[HOST:]PORT names the first port'}),
  'inspect-brk': Flags.boolean({description: 'the same, and wait for it before the program is loaded in the slot'}),
  'inspect-address': Flags.string({
    description: 'where the first slot listens for a debugger (default: 127.0.0.1:9230)',
    helpValue: '[HOST:]PORT',
    hidden: true,
  }),
}

export interface InspectFlags {
  readonly inspect: boolean
  readonly 'inspect-brk': boolean
  readonly 'inspect-address': string | undefined
}

/** Node's way of writing it, with the port behind `=`, in oclif's, whose flags either always have a value or never. */
export function inspectArguments(argv: readonly string[]): string[] {
  return argv.flatMap((argument) => {
    const [, flag, address] = /^(--inspect(?:-brk)?)=(.*)$/.exec(argument) ?? []
    return flag === undefined ? [argument] : [flag, `--inspect-address=${address}`]
  })
}

export function withInspector(configuration: Configuration, flags: InspectFlags): Configuration {
  const {inspect, 'inspect-brk': breaks, 'inspect-address': address} = flags
  if (!inspect && !breaks) return configuration
  const opened = configuration.with(OPTIONS.slotInspect, breaks ? 'break' : 'open')
  return address === undefined ? opened : opened.with(OPTIONS.slotInspectAddress, address)
}
