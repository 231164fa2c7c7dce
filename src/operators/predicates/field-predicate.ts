/**
 * A field compared with a constant. `is` is `===`, `isLoosely` is `==`: they differ only where the types do.
 */
export interface FieldTerm {
  readonly field: string
  readonly comparison: 'is' | 'isLoosely' | '<' | '<=' | '>' | '>='
  /** A number where order counts. */
  readonly constant: string | number | boolean | null
}

/**
 * What a filter asks of a record, as data: comparisons, and for which of them to hold a record is taken. Bit i of `accepted` says so for the case that
 * those terms hold whose bits are set in i.
 */
export interface FieldPredicate {
  readonly terms: readonly FieldTerm[]
  readonly accepted: number
}

/** Beyond these `accepted` would have more than 32 bits. */
export const PREDICATE_TERMS_MAX = 5

/** What the predicate says of a record. */
export function evaluatePredicate(
  {terms, accepted}: FieldPredicate,
  record: Readonly<Record<string, unknown>>,
): boolean {
  let held = 0
  for (const [index, term] of terms.entries()) if (holds(term, record[term.field])) held |= 1 << index
  return ((accepted >>> held) & 1) === 1
}

function holds({comparison, constant}: FieldTerm, value: unknown): boolean {
  switch (comparison) {
    case 'is':
      return value === constant
    case 'isLoosely':
      // biome-ignore lint/suspicious/noDoubleEquals: it is what the filter says
      return value == constant
    case '<':
      return (value as number) < (constant as number)
    case '<=':
      return (value as number) <= (constant as number)
    case '>':
      return (value as number) > (constant as number)
    default:
      return (value as number) >= (constant as number)
  }
}
