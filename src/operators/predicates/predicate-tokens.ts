/** A piece of a function's text; of a string its value. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'sign'
  readonly text: string
}

const PIECE =
  /\s+|(?<name>[A-Za-z_$][\w$]*)|"(?<double>[^"\\\n]*)"|'(?<single>[^'\\\n]*)'|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))|(?<sign>===|!==|==|!=|=>|<=|>=|&&|\|\||[<>!()[\]{}.;-])/y

/** The pieces of a text that comparisons are made of; undefined if it has others. */
export function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  PIECE.lastIndex = 0
  while (PIECE.lastIndex < text.length) {
    const groups = PIECE.exec(text)?.groups
    if (groups === undefined) return undefined
    const token = tokenOf(groups)
    if (token !== undefined) tokens.push(token)
  }
  return tokens
}

/** Undefined for white space. */
function tokenOf({
  name,
  double,
  single,
  number,
  sign,
}: Readonly<Record<string, string | undefined>>): Token | undefined {
  if (name !== undefined) return {kind: 'name', text: name}
  if (number !== undefined) return {kind: 'number', text: number}
  if (sign !== undefined) return {kind: 'sign', text: sign}
  const string = double ?? single
  return string === undefined ? undefined : {kind: 'string', text: string}
}
