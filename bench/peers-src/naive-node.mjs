// The word count that one writes first in Node: split2 into lines, a Map of counters. usage: naive-node.mjs INPUT OUTPUT
import {createReadStream, createWriteStream} from 'node:fs'
import {pipeline} from 'node:stream/promises'
import split2 from 'split2'

const [input, output] = process.argv.slice(2)
const counts = new Map()
for await (const line of createReadStream(input).pipe(split2())) {
  for (const word of line.toLowerCase().split(/\s+/)) {
    if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1)
  }
}
const sorted = [...counts].sort((a, b) => b[1] - a[1])
await pipeline(function* () {
  for (const [word, count] of sorted) yield `${word}\t${count}\n`
}, createWriteStream(output))
