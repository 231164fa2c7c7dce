/** Ends this process although a program that was loaded may hold on to something; what was printed arrives first. */
export async function endProcess(exitCode: number): Promise<never> {
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
  process.exit(exitCode)
}
