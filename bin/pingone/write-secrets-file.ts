import { chmod, writeFile } from 'node:fs/promises'

/** Writes the clients that have secrets where the person asked for them, readable by that person alone. */
export async function writeSecretsFile(
  file: string,
  clients: Record<string, { clientId: string; clientSecret: string }>,
): Promise<void> {
  await writeFile(file, `${JSON.stringify(clients, null, 2)}\n`, { mode: 0o600 })
  // The mode above is for a new file only.
  await chmod(file, 0o600)
}
