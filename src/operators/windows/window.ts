/** What elements are put into. A window is a value: two with the same content are one. */
export interface Window {
  /** The last timestamp that belongs to the window, and the timestamp of its results. */
  maxTimestamp(): number
}
