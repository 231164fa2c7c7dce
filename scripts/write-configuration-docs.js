// Writes the table of options into docs/configuration.md, between the two marks. Run after a build.
import {readFileSync, writeFileSync} from 'node:fs'
import {optionsTable} from '../dist/src/config/index.js'

const page = new URL('../docs/configuration.md', import.meta.url)
const text = readFileSync(page, 'utf8')
const filled = text.replace(
  /(<!-- options -->\n)[\s\S]*(\n<!-- \/options -->)/,
  (_, start, end) => start + optionsTable() + end,
)
writeFileSync(page, filled)
