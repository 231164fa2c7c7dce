import {textOf} from './repository.js'

/** The code blocks of a page, by language. */
export function docBlocks(page: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms')
  return [...textOf(page).matchAll(fence)].map(([, code]) => code)
}
