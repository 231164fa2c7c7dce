/**
 * Where a TaskManager finds the standard error of whoever started it. Its own (2) is a pipe whose lines are taken as what the process
 * says, so the user's is inherited beside it.
 */
export const USER_STDERR_FD = 4
