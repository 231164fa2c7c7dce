/** Takes rows of a state whose namespaces are numbers, with keys that are numbers or texts and values that are numbers, as they lie in memory. */
export interface PlainRows {
  putNumber(key: number, namespace: number, value: number): void
  /** The key is so many units from `from` on: bytes of latin1, or pairs of bytes of UTF-16. They are copied. */
  putText(key: PlainText, namespace: number, value: number): void
}

/** May be used again when the call is over. */
export interface PlainText {
  readonly bytes: Uint8Array
  readonly from: number
  readonly units: number
  readonly isWide: boolean
}
