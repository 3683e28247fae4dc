// Texts from outside that people and models read: a person's name, a city that somebody asks for, what another
// service says. They are one visible line, whatever was put into them.

const lineEndsAndControls = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu
/** Among them: what turns the direction of a text around, tags and variation selectors that hide a text in another. */
const invisible =
  /(?![\u200c\u200d])[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Co}]/gu
/** The two joiners belong between letters of some scripts, and nowhere else. */
const looseJoiners = /(?<![\p{L}\p{M}])[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{M}])/gu

/**
 * The text on one line, without control characters, invisible ones and those that change its direction.
 *
 * @param longest in characters; what is longer is cut
 * @example plainText('An\u202ena\r\n\u001b[31m') // 'Anna [31m'
 */
export function plainText(text: string, longest = Number.POSITIVE_INFINITY): string {
  const line = text.toWellFormed().replace(invisible, '').replace(lineEndsAndControls, ' ').trim()
  const cut = line.length <= longest ? line : [...line].slice(0, longest).join('')
  return cut.replace(looseJoiners, '').replace(/ {2,}/g, ' ').trim()
}

/** A reviver for `JSON.parse`: every text in the document is plain. */
export const plainTexts = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? plainText(value) : value
