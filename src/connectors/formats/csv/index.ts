export type {CsvReadOptions} from './csv-options.js'
export {type ParseCsvConfig, ParseCsvOperator} from './parse-csv-operator.js'
export {type CsvPlan, planCsv} from './plan-csv.js'
