import {formatOptionValue} from './option-text.js'
import {OPTIONS} from './options.js'

/** The table of options as Markdown rows, for docs/configuration.md. */
export function optionsTable(): string {
  const rows = Object.values(OPTIONS).map((option) => {
    const shown = formatOptionValue(option, option.default)
    const def = shown === '' ? '(empty)' : `\`${shown}\``
    return `| \`${option.key}\` | ${option.type} | ${def} | ${option.description.replaceAll('|', '\\|')} |`
  })
  return ['| Option | Type | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')
}
