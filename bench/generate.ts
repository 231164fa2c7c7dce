import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {Inputs} from './inputs.js'

/** Writes a text without measuring anything: `node dist/bench/generate.js --zipf MEGABYTES | --distinct WORDS`. */
const {values} = parseArgs({options: {zipf: {type: 'string'}, distinct: {type: 'string'}}})
const inputs = new Inputs(fileURLToPath(new URL('../../bench/data', import.meta.url)), (text) => {
  process.stderr.write(`${text}\n`)
})
if (values.zipf !== undefined) process.stdout.write(`${(await inputs.zipf(Number(values.zipf))).path}\n`)
if (values.distinct !== undefined) process.stdout.write(`${(await inputs.distinct(Number(values.distinct))).path}\n`)
