declare const noKey: unique symbol

/** In place of the type of a key, where there is none. */
export interface NoKey {
  readonly [noKey]: never
}
