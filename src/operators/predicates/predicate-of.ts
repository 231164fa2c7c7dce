import {type FieldPredicate, type FieldTerm, PREDICATE_TERMS_MAX} from './field-predicate.js'
import {type Token, tokensOf} from './predicate-tokens.js'

/** For which terms to hold (a bit each) an expression is true. */
type Expression = (held: number) => boolean

type Comparison = '===' | '!==' | '==' | '!=' | '<' | '<=' | '>' | '>='

const COMPARISONS: ReadonlySet<string> = new Set(['===', '!==', '==', '!=', '<', '<=', '>', '>='])
/** With its sides changed. */
const MIRRORED: Readonly<Record<string, Comparison>> = {'<': '>', '<=': '>=', '>': '<', '>=': '<='}

/**
 * What a filter asks of a record, read from its text: an arrow function that compares fields of its argument with constants, by `===`, `!==`, `==`, `!=`, `<`, `<=`,
 * `>`, `>=`, put together by `&&`, `||`, `!` and parentheses. Such a function sees nothing but the record and changes nothing, so that it need not be called.
 *
 *   order => order.status >= 500 && order.method !== 'GET'
 *
 * Undefined for every other function: what is not read here is called.
 */
export function predicateOf(filter: unknown): FieldPredicate | undefined {
  if (typeof filter !== 'function') return undefined
  const tokens = tokensOf(Function.prototype.toString.call(filter))
  return tokens === undefined ? undefined : new PredicateReader(tokens).read()
}

/** Recursive descent; undefined wherever the text is something else. */
class PredicateReader {
  private at = 0
  private parameter = ''
  private readonly terms: FieldTerm[] = []

  constructor(private readonly tokens: readonly Token[]) {}

  read(): FieldPredicate | undefined {
    const expression = this.readFunction()
    const {terms} = this
    if (expression === undefined || this.at < this.tokens.length || terms.length > PREDICATE_TERMS_MAX) return undefined
    let accepted = 0
    for (let held = 0; held < 2 ** terms.length; held++) if (expression(held)) accepted |= 1 << held
    return {terms, accepted: accepted >>> 0}
  }

  private readFunction(): Expression | undefined {
    const isBracketed = this.take('(')
    const parameter = this.next('name')
    if (parameter === undefined || (isBracketed && !this.take(')')) || !this.take('=>')) return undefined
    this.parameter = parameter
    if (!this.take('{')) return this.readEither()
    if (!this.take('return')) return undefined
    const expression = this.readEither()
    this.take(';')
    return this.take('}') ? expression : undefined
  }

  private readEither(): Expression | undefined {
    let one = this.readBoth()
    while (one !== undefined && this.take('||')) {
      const [left, right]: (Expression | undefined)[] = [one, this.readBoth()]
      one = right === undefined ? undefined : (held) => left!(held) || right(held)
    }
    return one
  }

  private readBoth(): Expression | undefined {
    let one = this.readOne()
    while (one !== undefined && this.take('&&')) {
      const [left, right]: (Expression | undefined)[] = [one, this.readOne()]
      one = right === undefined ? undefined : (held) => left!(held) && right(held)
    }
    return one
  }

  private readOne(): Expression | undefined {
    if (this.take('!')) {
      // `!order.a === 1` negates the field.
      const isWhole = this.peek() === '(' || this.peek() === '!'
      const negated = isWhole ? this.readOne() : undefined
      return negated === undefined || COMPARISONS.has(this.peek()) ? undefined : (held) => !negated(held)
    }
    if (!this.take('(')) return this.readComparison()
    const inner = this.readEither()
    return this.take(')') && !COMPARISONS.has(this.peek()) ? inner : undefined
  }

  private readComparison(): Expression | undefined {
    const leftField = this.readField()
    const leftConstant = leftField === undefined ? this.readConstant() : undefined
    const sign = this.tokens[this.at++]?.text
    if (sign === undefined || !COMPARISONS.has(sign)) return undefined
    const rightField = leftField === undefined ? this.readField() : undefined
    const constant = leftConstant ?? this.readConstant()
    const field = leftField ?? rightField
    // A third side: `1 < order.a < 3`.
    if (field === undefined || constant === undefined || COMPARISONS.has(this.peek())) return undefined
    return this.term(field, (rightField === undefined ? sign : (MIRRORED[sign] ?? sign)) as Comparison, constant.value)
  }

  private term(field: string, sign: Comparison, constant: FieldTerm['constant']): Expression | undefined {
    const isOrder = sign.startsWith('<') || sign.startsWith('>')
    if (isOrder && typeof constant !== 'number') return undefined
    const bit = 1 << this.terms.length
    const isLoose = sign === '==' || sign === '!='
    const comparison = isOrder ? (sign as '<') : isLoose ? 'isLoosely' : 'is'
    this.terms.push({field, comparison, constant})
    const isNegated = sign.startsWith('!')
    return (held) => ((held & bit) !== 0) !== isNegated
  }

  private readField(): string | undefined {
    const {tokens, at, parameter} = this
    if (tokens[at]?.kind !== 'name' || tokens[at].text !== parameter) return undefined
    this.at += 1
    const isIndexed = this.take('[')
    if (!isIndexed && !this.take('.')) return undefined
    const field = this.next(isIndexed ? 'string' : 'name')
    return field === '__proto__' || (isIndexed && !this.take(']')) ? undefined : field
  }

  private readConstant(): {readonly value: FieldTerm['constant']} | undefined {
    const isNegative = this.take('-')
    const token = this.tokens[this.at++]
    if (token?.kind === 'number') return {value: isNegative ? -Number(token.text) : Number(token.text)}
    if (isNegative || token === undefined) return undefined
    if (token.kind === 'string') return {value: token.text}
    const value = token.kind === 'name' ? WORDS.get(token.text) : undefined
    return value === undefined ? undefined : {value}
  }

  private peek(): string {
    const token = this.tokens[this.at]
    return token?.kind === 'sign' ? token.text : ''
  }

  /** Whether the next token is this sign or word, which is then passed. */
  private take(text: string): boolean {
    const token = this.tokens[this.at]
    const isIt = token !== undefined && token.text === text && token.kind !== 'string'
    if (isIt) this.at += 1
    return isIt
  }

  private next(kind: Token['kind']): string | undefined {
    const token = this.tokens[this.at++]
    return token?.kind === kind ? token.text : undefined
  }
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
