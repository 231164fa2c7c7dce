export {type JournalInputOptions, journalInput} from './journal-input.js'
export {writeWholeJournal} from './write-whole-journal.js'
