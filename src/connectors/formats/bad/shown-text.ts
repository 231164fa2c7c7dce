const SHOWN_CHARACTERS = 80

/** The beginning of a record in a message: one line, no control characters. */
export function shownText(text: string): string {
  const head = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
  return head.replace(/[\u0000-\u001f\u007f]/g, (character) => ESCAPES[character] ?? '\ufffd')
}

const ESCAPES: Readonly<Record<string, string>> = {'\n': '\\n', '\r': '\\r', '\t': '\\t'}
