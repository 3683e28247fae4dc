// No I, L, O, 0 and 1: people read the code to each other over the telephone.
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'

/** A code that cannot be guessed and is easy to say: `MH-7K3Q-PD4W`. */
export function newConfirmationCode(randomInt: (limit: number) => number): string {
  const four = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return `MH-${four()}-${four()}`
}
