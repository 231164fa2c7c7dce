export {ProgramSource} from './program-source.js'
export * from './record-text.js'
export * from './source.js'
export {TextLinesOperator} from './text-lines-operator.js'
