/** Letters that are not made of a letter and a mark, and so survive the decomposition. */
const plainLetters: Record<string, string> = { ß: 'ss', ı: 'i', ł: 'l', ø: 'o', đ: 'd', æ: 'ae', œ: 'oe' }
/** Marks that belong to any letter. Those of one script (Devanagari, kana) tell its letters apart and stay. */
const accents = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu
const initials = /(?<![\p{L}\p{N}])(?:\p{L}\.)+\p{L}?(?![\p{L}\p{N}])/gu
const between = /[^\p{L}\p{N}\p{M}]+/gu

/**
 * A name as its letters alone, in words with one space between: case, accents, width, invisible characters, hyphens
 * and punctuation do not tell two names apart.
 *
 * @example plainName('Île-de-France ') // 'ile de france'
 * @example plainName('Ｌｏｎｄｏｎ, U.K.') // 'london uk'
 */
export function plainName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(invisible, '')
    .replace(accents, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[ßıłøđæœ]/g, (letter) => plainLetters[letter] ?? letter)
    .replace(initials, (letters) => letters.replaceAll('.', ''))
    .replace(between, ' ')
    .trim()
}
