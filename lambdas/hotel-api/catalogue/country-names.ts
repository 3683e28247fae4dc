// What a country is called in the languages that people are likely to write in, from the Unicode CLDR data that the
// runtime carries.
import { plainName } from './plain-name.ts'

const languages =
  'ar bg ca cs da de el en es et fa fi fr he hi hr hu id is it ja ko lt lv ms nb nl pl pt ro ru sk sl sr sv th tr uk vi zh zh-Hant'

const known = new Map<string, ReadonlySet<string>>()

/** The plain names of a country; `code` is ISO 3166-1 alpha-2. */
export function countryNames(code: string): ReadonlySet<string> {
  const before = known.get(code)
  if (before !== undefined) return before
  const names = new Set([plainName(code)])
  for (const language of languages.split(' ')) {
    const name = new Intl.DisplayNames([language], { type: 'region' }).of(code)
    if (name !== undefined) names.add(plainName(name))
  }
  known.set(code, names)
  return names
}
