export type {JsonReadOptions} from './json-options.js'
export {type ParseJsonConfig, ParseJsonOperator} from './parse-json-operator.js'
export {type JsonPlan, planJson} from './plan-json.js'
