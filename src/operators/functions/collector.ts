/** Takes the results of a user function, any number of them for one record. A record must not be changed after it was collected. */
export interface Collector<T> {
  collect(value: T): void
}
