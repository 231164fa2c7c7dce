/** The name of an object's class. Bundlers put a `_` before that of a class which mentions itself. */
export function classNameOf(object: object): string {
  return object.constructor.name.replace(/^_+/, '')
}
